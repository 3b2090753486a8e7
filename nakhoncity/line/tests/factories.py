"""The smallest message owed, and events as LINE sends them."""

import base64
import hashlib
import hmac
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from nakhoncity.line.flex import text
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.line.services import Outgoing, queue_message

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
SOMCHAI = "U" + "1" * 32
MALEE = "U" + "2" * 32
_numbers = itertools.count(1)


def outgoing(**changes: Any) -> Outgoing:
    """One text to somchai, due now, good for an hour."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "messages": [text(changes.pop("words", f"ข้อความ {number}"))],
        "message_class": MessageClass.RESULT,
        "dedupe_key": f"test:{number}",
        "event": f"test:{number}",
        "send_after": NOW,
        "expires_at": NOW + timedelta(days=3),
        "line_user_id": "" if changes.get("to") else SOMCHAI,
    }
    return Outgoing(**(defaults | changes))


def owe(**changes: Any) -> OutboundMessage:
    """A message owed."""
    return queue_message(row=outgoing(**changes), now=NOW)


def put(row: OutboundMessage, **columns: Any) -> None:
    """Set columns past the services: what an earlier sweep would have left."""
    OutboundMessage.objects.filter(pk=row.pk).update(**columns)


def event(**changes: Any) -> dict[str, Any]:
    """A text message of somchai's, as LINE sends it."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "type": "message",
        "webhookEventId": f"event-{number}",
        "timestamp": int(NOW.timestamp() * 1000),
        "source": {"type": "user", "userId": SOMCHAI},
        "mode": "active",
        "replyToken": f"reply-{number}",
        "deliveryContext": {"isRedelivery": False},
        "message": {"id": str(number), "type": "text", "text": "สวัสดี"},
    }
    return defaults | changes


def body_of(*events: Any) -> bytes:
    """A webhook body."""
    return json.dumps({"destination": "U0", "events": list(events)}).encode()


def sign(body: bytes) -> str:
    """The signature LINE would send."""
    digest = hmac.new(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
