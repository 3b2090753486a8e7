"""The menu under the chat: two ways in, drawn here so that no picture has to be kept."""

import hashlib
import io
import json
from typing import Any

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 405
INK, GOLD, TEAL, WHITE = "#151b33", "#d6a22a", "#07545e", "#ffffff"
FONTS = (
    "/usr/share/fonts/truetype/tlwg/Laksaman-Bold.ttf",
    "/usr/share/fonts/opentype/tlwg/Laksaman-Bold.otf",
    "/usr/share/fonts/truetype/noto/NotoSansThai-Bold.ttf",
    "/usr/share/fonts/truetype/tlwg/Loma-Bold.ttf",
    "/System/Library/Fonts/Supplemental/Ayuthaya.ttf",
)
ITEMS = (("แจ้งเรื่อง", "/report/", TEAL), ("ติดตามเรื่อง", "/my/", INK))
# Menus whose name begins so are ours to replace; those made by hand are left alone.
NAME_PREFIX = "nakhoncity-main-"


def name_of(menu: dict[str, Any], picture: bytes) -> str:
    """A name that changes with the menu or its picture, which LINE does not let one replace."""
    content = json.dumps(menu, sort_keys=True).encode() + picture
    return NAME_PREFIX + hashlib.sha256(content).hexdigest()[:16]


def menu() -> dict[str, Any]:
    """The menu as LINE wants it."""
    half = WIDTH // len(ITEMS)
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": NAME_PREFIX,
        "chatBarText": "เมนู",
        "areas": [
            {
                "bounds": {"x": index * half, "y": 0, "width": half, "height": HEIGHT},
                "action": {"type": "uri", "label": label, "uri": f"{settings.LIFF_BASE}{path}"},
            }
            for index, (label, path, _colour) in enumerate(ITEMS)
        ],
    }


def picture() -> bytes:
    """The menu's PNG. Without a Thai font on the machine the words are left out: LINE reads labels aloud."""
    image = Image.new("RGB", (WIDTH, HEIGHT), INK)
    pen = ImageDraw.Draw(image)
    font = _font(64)
    half = WIDTH // len(ITEMS)
    for index, (label, _path, colour) in enumerate(ITEMS):
        left = index * half
        pen.rectangle([left + 16, 16, left + half - 16, HEIGHT - 40], fill=colour, outline=GOLD, width=4)
        _draw_mark(pen, left + half // 2, 130, index)
        if font:
            pen.text((left + half // 2, 270), label, font=font, fill=WHITE, anchor="mm")
    pen.rectangle([0, HEIGHT - 14, WIDTH, HEIGHT], fill=GOLD)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_mark(pen: ImageDraw.ImageDraw, x: int, y: int, index: int) -> None:
    """A plus for a new report, a pin for following one."""
    if index == 0:
        pen.rectangle([x - 10, y - 50, x + 10, y + 50], fill=GOLD)
        pen.rectangle([x - 50, y - 10, x + 50, y + 10], fill=GOLD)
    else:
        pen.ellipse([x - 42, y - 60, x + 42, y + 24], fill=GOLD)
        pen.polygon([(x - 34, y + 4), (x + 34, y + 4), (x, y + 62)], fill=GOLD)
        pen.ellipse([x - 16, y - 34, x + 16, y - 2], fill=INK)


def _font(size: int) -> ImageFont.FreeTypeFont | None:
    for path in FONTS:
        try:
            return ImageFont.truetype(path, size)
        except OSError:
            continue
    return None
