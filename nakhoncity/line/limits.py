"""What LINE takes: checked before a message is owed, for LINE says no only when it is too late."""

import json
import unicodedata
from typing import Any

TEXT_UNITS = 5000
ALT_UNITS = 1500
MESSAGES = 5
QUICK_REPLIES = 13
BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
QUICK_LABEL = 20
BUTTON_LABEL = 40
URI = 1000
URI_KINDS = ("https://", "http://", "line://", "tel:")
POSTBACK = 300


class MessageRefused(ValueError):
    """A message that LINE would refuse; the text says which limit, for the developer."""


def utf16_units(text: str) -> int:
    """The length of a text as LINE counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Letters as people count them: a vowel or tone above or below belongs to the letter that carries it."""
    return sum(unicodedata.category(letter) not in {"Mn", "Me"} for letter in text)


def wire_bytes(part: Any) -> int:
    """The size of a part on the wire: the SDK writes six bytes for each Thai letter."""
    return len(json.dumps(part, ensure_ascii=True))


def check_messages(messages: list[dict[str, Any]]) -> None:
    """Raise MessageRefused unless LINE would take these messages in one request."""
    if not 1 <= len(messages) <= MESSAGES:
        msg = f"{len(messages)} messages in one request"
        raise MessageRefused(msg)
    for message in messages:
        _check_one(message)


def _check_one(message: dict[str, Any]) -> None:
    kind = message.get("type")
    if kind == "text":
        _check_units("text", message["text"], TEXT_UNITS)
    elif kind == "flex":
        _check_units("altText", message["altText"], ALT_UNITS)
        contents = message["contents"]
        limit = CAROUSEL_BYTES if contents.get("type") == "carousel" else BUBBLE_BYTES
        if wire_bytes(contents) > limit:
            msg = f"flex of {wire_bytes(contents)} bytes"
            raise MessageRefused(msg)
        _check_parts(contents)
    else:
        msg = f"message type {kind}"
        raise MessageRefused(msg)
    items = message.get("quickReply", {}).get("items", [])
    if len(items) > QUICK_REPLIES:
        msg = f"{len(items)} quick replies"
        raise MessageRefused(msg)
    for item in items:
        _check_action(item["action"], QUICK_LABEL)


def _check_units(name: str, text: str, most: int) -> None:
    if not text or utf16_units(text) > most:
        msg = f"{name} of {utf16_units(text)} units"
        raise MessageRefused(msg)


def _check_parts(part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _check_parts(item)
    elif isinstance(part, dict):
        if part.get("type") == "text" and not part.get("text"):
            msg = "a flex text without words"
            raise MessageRefused(msg)
        if part.get("type") == "image" and not str(part.get("url")).startswith("https://"):
            msg = "a picture without https"
            raise MessageRefused(msg)
        if "action" in part:
            _check_action(part["action"], BUTTON_LABEL)
        for value in part.values():
            _check_parts(value)


def _check_action(action: dict[str, Any], most_label: int) -> None:
    if utf16_units(action.get("data", "")) > POSTBACK:
        msg = "postback data too long"
        raise MessageRefused(msg)
    if graphemes(action.get("label", "")) > most_label:
        msg = f"label “{action['label']}” too long"
        raise MessageRefused(msg)
    uri = action.get("uri", "")
    if action.get("type") == "uri" and (len(uri) > URI or not uri.startswith(URI_KINDS)):
        msg = f"address “{uri[:60]}”"
        raise MessageRefused(msg)
