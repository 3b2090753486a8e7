"""Which room answers what: rooms register handlers for what people do in the chat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from nakhoncity.line.flex import Button, text
from nakhoncity.residents.models import Resident

Messages = list[dict[str, Any]]


@dataclass(frozen=True)
class Incoming:
    """One thing somebody did in the chat.

    `kind` is text, image, location, audio, postback, follow or unfollow; `text` the message typed, `data` what a
    button carries, `message` the message as LINE sent it. `event_id` names it once and for all.
    """

    kind: str
    resident: Resident
    happened_at: datetime
    reply_token: str = ""
    text: str = ""
    data: str = ""
    event_id: str = ""
    message: dict[str, Any] | None = None


@dataclass(frozen=True)
class Handler:
    """Answers events that match; returns messages to reply with, or nothing if it has seen to the reply itself.

    `handle` runs in the transaction that marks the event as worked; it may run again after an error. Lower `order`
    is asked first.
    """

    kind: str
    matches: Callable[[Incoming], bool]
    handle: Callable[[Incoming, datetime], Messages]
    order: int = 100


_handlers: list[Handler] = []


def register_handler(handler: Handler) -> None:
    """Add a room's handler; the first that matches answers."""
    _handlers.append(handler)
    _handlers.sort(key=lambda each: each.order)


def answer(event: Incoming, now: datetime) -> Messages:
    """Let the first matching handler answer; text that nobody knows gets the menu, everything else silence."""
    for handler in _handlers:
        if handler.kind == event.kind and handler.matches(event):
            return handler.handle(event, now)
    return [menu()] if event.kind in {"text", "follow"} else []


def menu() -> dict[str, Any]:
    """What one can do here, in one bubble."""
    return text(
        _("สวัสดีค่ะ เทศบาลรับเรื่องร้องเรียนทาง LINE ได้ตลอด 24 ชั่วโมง กดปุ่มด้านล่างเพื่อเริ่ม"),
        quick=[
            Button(label=_("แจ้งเรื่อง"), uri=f"{settings.LIFF_BASE}/report/"),
            Button(label=_("ติดตามเรื่อง"), uri=f"{settings.LIFF_BASE}/my/"),
        ],
    )
