"""Our cards: one look for every message, the same data for preview and payload."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

INK, GOLD, TEAL, WHITE = "#151b33", "#d6a22a", "#07545e", "#ffffff"
LINE_UNITS = 1200


@dataclass(frozen=True)
class Button:
    """One way on: an address to open, or words sent back to us."""

    label: str
    uri: str = ""
    data: str = ""
    display_text: str = ""

    @property
    def action(self) -> dict[str, str]:
        """The button as LINE's action."""
        if self.uri:
            return {"type": "uri", "label": self.label, "uri": self.uri}
        return {
            "type": "postback",
            "label": self.label,
            "data": self.data,
            "displayText": self.display_text or self.label,
        }


def card(*, head: str, lines: Sequence[str], buttons: Sequence[Button], alt_text: str) -> dict[str, Any]:
    """A card: dark head with a gold line, text, up to three buttons. `alt_text` stands on the lock screen.

    An empty line is left out. A line longer than LINE's bubble can hold is cut; the page behind the button
    has the whole.
    """
    body = [_text(line, weight="bold" if index == 0 else "regular") for index, line in enumerate(filter(None, lines))]
    bubble: dict[str, Any] = {
        "type": "bubble",
        "header": {
            "type": "box",
            "layout": "vertical",
            "backgroundColor": INK,
            "paddingAll": "16px",
            "contents": [{"type": "text", "text": head, "color": WHITE, "weight": "bold", "wrap": True}],
        },
        "body": {
            "type": "box",
            "layout": "vertical",
            "spacing": "sm",
            "contents": [{"type": "separator", "color": GOLD}, *body],
        },
    }
    if buttons:
        bubble["footer"] = {
            "type": "box",
            "layout": "vertical",
            "spacing": "sm",
            "contents": [
                {"type": "button", "style": "link", "height": "sm", "color": TEAL, "action": button.action}
                for button in buttons[:3]
            ],
        }
    return {"type": "flex", "altText": alt_text[:400], "contents": bubble}


def text(words: str, *, quick: Sequence[Button] = ()) -> dict[str, Any]:
    """A plain text, with quick replies below it."""
    message: dict[str, Any] = {"type": "text", "text": words}
    if quick:
        message["quickReply"] = {"items": [{"type": "action", "action": button.action} for button in quick]}
    return message


def _text(line: str, *, weight: str) -> dict[str, Any]:
    shown = line if len(line) <= LINE_UNITS else f"{line[: LINE_UNITS - 1]}…"
    return {"type": "text", "text": shown, "wrap": True, "size": "sm", "color": INK, "weight": weight}
