"""Simple drawn scenes for the demo's photos: a street corner before and after the repair. No photograph of anybody."""

import io
from collections.abc import Callable, Mapping
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from nakhoncity.kit.images import Picture, read_picture

SIZE = (1024, 768)
HORIZON = 430
SKY, NIGHT, GRASS, ROAD, WALL = "#bcd8ea", "#1d2740", "#8fae72", "#75777b", "#d9cbb3"
DARK, STEEL, WOOD, WATER, LEAF, MUD = "#2f3136", "#8b9299", "#7a5a3c", "#6f98a8", "#4e7f45", "#6b5a44"
Draw = ImageDraw.ImageDraw


@cache
def scene(name: str, *, is_fixed: bool) -> Picture:
    """A scene of SCENES before or after the repair, made ready as an uploaded picture is; drawn once a process."""
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    SCENES[name](draw, is_fixed=is_fixed)
    draw.text((24, 716), "DEMO", font=ImageFont.load_default(32), fill="#ffffff", stroke_width=2, stroke_fill=DARK)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    out.seek(0)
    return read_picture(out)


def _street(draw: Draw, sky: str = SKY) -> None:
    draw.rectangle((0, 0, 1024, HORIZON), fill=sky)
    for left, top in ((0, 250), (190, 190), (430, 270), (640, 160), (850, 240)):
        draw.rectangle((left, top, left + 170, HORIZON), fill=WALL, outline=STEEL)
        draw.rectangle((left + 30, top + 40, left + 70, top + 90), fill=STEEL)
        draw.rectangle((left + 100, top + 40, left + 140, top + 90), fill=STEEL)
    draw.rectangle((0, HORIZON, 1024, 500), fill="#c4c0b6")
    draw.rectangle((0, 500, 1024, 768), fill=ROAD)
    for left in range(20, 1024, 170):
        draw.rectangle((left, 628, left + 90, 640), fill="#e9e7dd")


def _lamp(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw, NIGHT)
    for left in (180, 520, 860):
        if is_fixed:
            draw.polygon(((left + 60, 130), (left - 90, 640), (left + 210, 640)), fill="#efdc94")
        draw.rectangle((left, 110, left + 14, 520), fill=STEEL)
        draw.rectangle((left, 110, left + 80, 122), fill=STEEL)
        draw.ellipse((left + 45, 118, left + 85, 142), fill="#fff3b0" if is_fixed else DARK)


def _road(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    if is_fixed:
        draw.rounded_rectangle((330, 560, 720, 720), 18, fill="#55575b")
        return
    draw.ellipse((330, 560, 720, 720), fill=DARK)
    draw.ellipse((365, 585, 690, 705), fill=MUD)
    draw.ellipse((440, 620, 610, 680), fill=WATER)
    draw.polygon(((790, 690), (830, 560), (870, 690)), fill="#e2682c")


def _bin(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    draw.polygon(((410, 400), (620, 400), (590, 640), (440, 640)), fill="#2f7d4f")
    draw.rounded_rectangle((395, 372, 635, 408), 10, fill="#256640")
    if is_fixed:
        return
    for left, top, colour in ((380, 330, "#e4e4e4"), (470, 300, DARK), (550, 335, "#c94f43"), (330, 600, DARK),
                              (610, 590, "#e4e4e4"), (690, 640, "#4f7fc9"), (260, 660, "#d8b44a")):  # fmt: skip
        draw.ellipse((left, top, left + 100, top + 80), fill=colour, outline=STEEL)


def _canal(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    draw.polygon(((0, 560), (1024, 500), (1024, 768), (0, 768)), fill=WATER if is_fixed else "#5d6650")
    draw.polygon(((0, 470), (1024, 430), (1024, 505), (0, 565)), fill=GRASS)
    if is_fixed:
        for top in (610, 660, 710):
            draw.line((80, top, 940, top - 30), fill="#a9c6d0", width=4)
        return
    for step in range(22):
        left, top = (step * 137) % 960, 570 + (step * 53) % 170
        draw.ellipse((left, top, left + 74, top + 34), fill=LEAF)
    draw.rectangle((480, 640, 560, 680), fill="#e8e8e8")


def _drain(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    draw.rectangle((340, 540, 700, 720), fill=STEEL if is_fixed else DARK)
    if is_fixed:
        for left in range(360, 700, 42):
            draw.rectangle((left, 560, left + 20, 700), fill=DARK)
        return
    draw.ellipse((230, 620, 820, 760), fill=WATER)
    draw.ellipse((390, 570, 640, 690), fill=MUD)


def _tree(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    if is_fixed:
        draw.rectangle((180, 260, 220, 520), fill=WOOD)
        draw.ellipse((90, 90, 310, 300), fill=LEAF)
        return
    draw.polygon(((150, 520), (210, 520), (860, 620), (850, 660)), fill=WOOD)
    for left, top in ((620, 520), (700, 570), (780, 530), (850, 590)):
        draw.ellipse((left, top, left + 150, top + 120), fill=LEAF)


def _pipe(draw: Draw, *, is_fixed: bool) -> None:
    _street(draw)
    draw.rectangle((0, 560, 1024, 600), fill="#3f6f9f")
    if is_fixed:
        draw.rectangle((455, 548, 570, 612), fill=STEEL)
        return
    for tip in (380, 450, 520, 590, 660):
        draw.line((512, 570, tip, 330), fill="#d8eef6", width=14)
    draw.ellipse((250, 600, 790, 740), fill=WATER)


SCENES: Mapping[str, Callable[..., None]] = {
    "lamp": _lamp, "road": _road, "bin": _bin, "canal": _canal, "drain": _drain, "tree": _tree, "pipe": _pipe,
}  # fmt: skip
