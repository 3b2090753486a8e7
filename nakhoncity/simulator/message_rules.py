"""What LINE takes as messages of one request."""

from collections.abc import Callable
from typing import Any

from nakhoncity.simulator.action_rules import check_action, check_picture_url, check_text
from nakhoncity.simulator.flex_rules import check_flex
from nakhoncity.simulator.refusals import Problems

MESSAGES, TEXT_UNITS, ALT_UNITS, QUICK_REPLIES = 5, 5000, 1500, 13


def check_messages(messages: Any) -> list[dict[str, Any]]:
    """The messages, if LINE would take them. Raises Refused."""
    problems = Problems()
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES:
        problems.add("messages", f"Size must be between 1 and {MESSAGES}")
        problems.raise_any()
    for index, message in enumerate(messages):
        _check_message(message, f"messages[{index}]", problems)
    problems.raise_any()
    checked: list[dict[str, Any]] = messages
    return checked


def _check_message(message: Any, place: str, problems: Problems) -> None:
    kind = message.get("type") if isinstance(message, dict) else None
    check = CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        problems.add(f"{place}.type", f"Must be one of the following values: [{', '.join(CHECKS)}]")
        return
    check(message, place, problems)
    if "quickReply" in message:
        _check_quick(message["quickReply"], f"{place}.quickReply", problems)


def _check_words(message: dict[str, Any], place: str, problems: Problems) -> None:
    check_text(message.get("text"), place=f"{place}.text", problems=problems, most=TEXT_UNITS)


def _check_flex(message: dict[str, Any], place: str, problems: Problems) -> None:
    check_text(message.get("altText"), place=f"{place}.altText", problems=problems, most=ALT_UNITS)
    inner = Problems()
    check_flex(message.get("contents"), problems=inner)
    inner.raise_any(f"A message ({place}) in the request body is invalid")


def _check_alternative(message: dict[str, Any], place: str, problems: Problems) -> None:
    check_text(message.get("altText"), place=f"{place}.altText", problems=problems, most=ALT_UNITS)


def _check_picture(message: dict[str, Any], place: str, problems: Problems) -> None:
    for name in ("originalContentUrl", "previewImageUrl"):
        check_picture_url(message.get(name), place=f"{place}.{name}", problems=problems)


def _check_sound(message: dict[str, Any], place: str, problems: Problems) -> None:
    check_picture_url(message.get("originalContentUrl"), place=f"{place}.originalContentUrl", problems=problems)
    if not isinstance(message.get("duration"), int):
        problems.add(f"{place}.duration", "May not be null")


def _check_location(message: dict[str, Any], place: str, problems: Problems) -> None:
    for name in ("title", "address"):
        check_text(message.get(name), place=f"{place}.{name}", problems=problems, most=100)
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = message.get(name)
        if not isinstance(value, int | float) or abs(value) > most:
            problems.add(f"{place}.{name}", "invalid property")


def _check_sticker(message: dict[str, Any], place: str, problems: Problems) -> None:
    for name in ("packageId", "stickerId"):
        check_text(message.get(name), place=f"{place}.{name}", problems=problems, most=20)


def _check_quick(quick: Any, place: str, problems: Problems) -> None:
    items = quick.get("items") if isinstance(quick, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= QUICK_REPLIES:
        problems.add(f"{place}.items", f"Size must be between 1 and {QUICK_REPLIES}")
        return
    for index, item in enumerate(items):
        at = f"{place}.items[{index}]"
        if not isinstance(item, dict) or item.get("type") != "action":
            problems.add(f"{at}.type", "Must be one of the following values: [action]")
            continue
        check_action(item.get("action"), place=f"{at}.action", problems=problems, is_quick=True)
        if "imageUrl" in item:
            check_picture_url(item["imageUrl"], place=f"{at}.imageUrl", problems=problems)


CHECKS: dict[str, Callable[[dict[str, Any], str, Problems], None]] = {
    "text": _check_words,
    "textV2": _check_words,
    "sticker": _check_sticker,
    "image": _check_picture,
    "video": _check_picture,
    "audio": _check_sound,
    "location": _check_location,
    "imagemap": _check_alternative,
    "template": _check_alternative,
    "flex": _check_flex,
}
