"""What LINE takes as a Flex message."""

import json
import re
from collections.abc import Callable
from typing import Any

from nakhoncity.simulator.action_rules import check_action, check_picture_url, check_text
from nakhoncity.simulator.refusals import Problems

BUBBLE_BYTES, CAROUSEL_BYTES, BUBBLES = 30 * 1024, 50 * 1024, 12
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?\Z")
OFFSETS = {"position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd"}
PADDINGS = {"paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd"}
BUBBLE = {"type", "size", "direction", "header", "hero", "body", "footer", "styles", "action"}
FIELDS: dict[str, set[str]] = {
    "box": OFFSETS
    | PADDINGS
    | {
        "layout",
        "contents",
        "backgroundColor",
        "borderColor",
        "borderWidth",
        "cornerRadius",
        "width",
        "maxWidth",
        "height",
        "maxHeight",
        "flex",
        "spacing",
        "margin",
        "action",
        "justifyContent",
        "alignItems",
        "background",
    },
    "text": OFFSETS
    | {
        "text",
        "contents",
        "adjustMode",
        "flex",
        "margin",
        "size",
        "scaling",
        "align",
        "gravity",
        "wrap",
        "lineSpacing",
        "maxLines",
        "weight",
        "color",
        "action",
        "style",
        "decoration",
    },
    "button": OFFSETS
    | {
        "action",
        "flex",
        "margin",
        "height",
        "style",
        "color",
        "gravity",
        "adjustMode",
        "scaling",
    },
    "image": OFFSETS
    | {
        "url",
        "flex",
        "margin",
        "align",
        "gravity",
        "size",
        "aspectRatio",
        "aspectMode",
        "backgroundColor",
        "action",
        "animated",
    },
    "icon": OFFSETS | {"url", "margin", "size", "scaling", "aspectRatio"},
    "span": {"text", "color", "size", "weight", "style", "decoration"},
    "separator": {"margin", "color"},
    "filler": {"flex"},
}
LAYOUTS = {"vertical", "horizontal", "baseline"}
SIZES = {"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"}
STYLES = {"primary", "secondary", "link"}


def check_flex(contents: Any, *, problems: Problems) -> None:
    """Note what is wrong with the contents of a Flex message; places are written as LINE writes them: /body/…"""
    kind = contents.get("type") if isinstance(contents, dict) else None
    if kind == "bubble":
        _check_bubble(contents, "", problems)
    elif kind == "carousel":
        _check_carousel(contents, problems)
    else:
        problems.add("/type", "must be one of [bubble, carousel]")


def wire_bytes(part: Any) -> int:
    """The size of a part as the SDK writes it: six bytes for a Thai letter."""
    return len(json.dumps(part, ensure_ascii=True, separators=(",", ":")))


def _check_carousel(carousel: dict[str, Any], problems: Problems) -> None:
    bubbles = carousel.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= BUBBLES:
        problems.add("/contents", f"must be 1 to {BUBBLES} items")
        return
    if wire_bytes(carousel) > CAROUSEL_BYTES:
        problems.add("/", "carousel is too large: at most 50 KB")
    for index, bubble in enumerate(bubbles):
        place = f"/contents/{index}"
        if isinstance(bubble, dict) and bubble.get("type") == "bubble":
            _check_bubble(bubble, place, problems)
        else:
            problems.add(f"{place}/type", "must be bubble")


def _check_bubble(bubble: dict[str, Any], place: str, problems: Problems) -> None:
    if wire_bytes(bubble) > BUBBLE_BYTES:
        problems.add(place or "/", "bubble is too large: at most 30 KB")
    for name in sorted(set(bubble) - BUBBLE):
        problems.add(f"{place}/{name}", "unknown field")
    if bubble.get("size", "mega") not in SIZES:
        problems.add(f"{place}/size", "invalid property")
    if not any(bubble.get(name) for name in ("header", "hero", "body", "footer")):
        problems.add(f"{place}/", "a bubble needs a block")
    for name in ("header", "body", "footer"):
        if name in bubble:
            _check_block(bubble[name], f"{place}/{name}", problems)
    if "hero" in bubble:
        _check_part(bubble["hero"], f"{place}/hero", problems)
    _check_own_action(bubble, place, problems)


def _check_block(block: Any, place: str, problems: Problems) -> None:
    if not isinstance(block, dict) or block.get("type") != "box":
        problems.add(place, "must be box")
    else:
        _check_part(block, place, problems)


def _check_part(part: Any, place: str, problems: Problems) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in FIELDS:
        problems.add(f"{place}/type", "unknown type")
        return
    for name in sorted(set(part) - FIELDS[kind] - {"type"}):
        problems.add(f"{place}/{name}", "unknown field")
    _check_colours(part, place, problems)
    if kind != "button":
        _check_own_action(part, place, problems)
    check = CHECKS.get(kind)
    if check:
        check(part, place, problems)


def _check_colours(part: dict[str, Any], place: str, problems: Problems) -> None:
    for name in ("color", "backgroundColor", "borderColor"):
        if name in part and not (isinstance(part[name], str) and COLOUR.match(part[name])):
            problems.add(f"{place}/{name}", "invalid property")


def _check_own_action(part: dict[str, Any], place: str, problems: Problems) -> None:
    if "action" in part:
        check_action(part["action"], place=f"{place}/action", problems=problems, label=40, needs_label=False)


def _check_box(box: dict[str, Any], place: str, problems: Problems) -> None:
    if box.get("layout") not in LAYOUTS:
        problems.add(f"{place}/layout", "invalid property")
    contents = box.get("contents")
    if not isinstance(contents, list):
        problems.add(f"{place}/contents", "must be specified")
        return
    for index, part in enumerate(contents):
        _check_part(part, f"{place}/contents/{index}", problems)


def _check_words(words: dict[str, Any], place: str, problems: Problems) -> None:
    spans = words.get("contents")
    if spans is None:
        check_text(words.get("text"), place=f"{place}/text", problems=problems, most=2000)
        return
    for index, span in enumerate(spans if isinstance(spans, list) else [spans]):
        at = f"{place}/contents/{index}"
        if not isinstance(span, dict) or span.get("type") != "span":
            problems.add(at, "must be span")
        else:
            _check_part(span, at, problems)


def _check_button(button: dict[str, Any], place: str, problems: Problems) -> None:
    if button.get("style", "link") not in STYLES:
        problems.add(f"{place}/style", "invalid property")
    check_action(button.get("action"), place=f"{place}/action", problems=problems, label=40)


def _check_image(image: dict[str, Any], place: str, problems: Problems) -> None:
    check_picture_url(image.get("url"), place=f"{place}/url", problems=problems)


def _check_icon(icon: dict[str, Any], place: str, problems: Problems) -> None:
    check_picture_url(icon.get("url"), place=f"{place}/url", problems=problems)


def _check_span(span: dict[str, Any], place: str, problems: Problems) -> None:
    check_text(span.get("text"), place=f"{place}/text", problems=problems, most=2000)


CHECKS: dict[str, Callable[[dict[str, Any], str, Problems], None]] = {
    "box": _check_box,
    "text": _check_words,
    "button": _check_button,
    "image": _check_image,
    "icon": _check_icon,
    "span": _check_span,
}
