"""What came in: stored as it came, worked in the order in which it happened, once."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from nakhoncity.kit.queue import nudge
from nakhoncity.kit.thai import clean_text
from nakhoncity.line.handlers import Incoming, answer
from nakhoncity.line.login import USER_ID
from nakhoncity.line.models import WebhookEvent
from nakhoncity.line.services import queue_reply
from nakhoncity.residents.services import change_friendship, meet_resident

log = logging.getLogger(__name__)
State = WebhookEvent.State
AT_ONCE = 200
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5


class BodyRefused(ValueError):
    """A signed body that is no webhook body."""


def store(*, body: bytes, now: datetime) -> int:
    """Keep the events of a signed body that can be kept, in one INSERT; returns how many were new or known.

    An odd event is left out and its neighbours are kept. Raises BodyRefused for what is no JSON object.
    """
    try:
        data = json.loads(body.decode("utf-8", "replace"))
    except ValueError as error:
        msg = "not JSON"
        raise BodyRefused(msg) from error
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        msg = "no events"
        raise BodyRefused(msg)
    rows = [row for event in data["events"] if (row := _row(event, now))]
    if rows:
        WebhookEvent.objects.bulk_create(rows, ignore_conflicts=True)
        nudge("nakhoncity.line.tasks.sweep_inbox")
    return len(rows)


def _row(event: Any, now: datetime) -> WebhookEvent | None:
    if not isinstance(event, dict):
        return None
    event_id, stamp, source = event.get("webhookEventId"), event.get("timestamp"), event.get("source")
    if not isinstance(event_id, str) or not event_id or not isinstance(stamp, int) or not 0 < stamp < 2**43:
        return None
    user_id = source.get("userId", "") if isinstance(source, dict) else ""
    return WebhookEvent(
        webhook_event_id=clean_text(event_id)[:64],
        kind=clean_text(str(event.get("type", "")))[:40],
        line_user_id=user_id if isinstance(user_id, str) and USER_ID.match(user_id) else "",
        happened_at=datetime.fromtimestamp(stamp / 1000, UTC),
        received_at=now,
        raw=_storable(event),
    )


def _storable(value: Any) -> Any:
    """JSON without what a database refuses in it: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def sweep(*, now: datetime) -> int:
    """Work the events that came in, oldest first; returns how many. Parallel sweeps share them by lease."""
    open_to_us = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = WebhookEvent.objects.filter(open_to_us, state=State.RECEIVED)
    worked = 0
    for row in list(waiting.order_by("happened_at", "id")[:AT_ONCE]):
        claimed = waiting.filter(pk=row.pk).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
        if claimed:
            _work(row, now)
            worked += 1
    return worked


def _work(row: WebhookEvent, now: datetime) -> None:
    try:
        with transaction.atomic():
            _handle(row, now)
            WebhookEvent.objects.filter(pk=row.pk).update(state=State.DONE, lease_until=None)
    except Exception as error:
        log.exception("event %s could not be worked", row.pk)
        state = State.FAILED if row.attempts + 1 >= MOST_ATTEMPTS else State.RECEIVED
        WebhookEvent.objects.filter(pk=row.pk).update(state=state, error=type(error).__name__)


def _handle(row: WebhookEvent, now: datetime) -> None:
    if not row.line_user_id or row.raw.get("mode") == "standby":
        return
    if row.kind in {"follow", "unfollow"}:
        change_friendship(line_user_id=row.line_user_id, is_friend=row.kind == "follow", at=row.happened_at)
    if row.kind == "unsend":
        _hide_unsent(row)
    event = _incoming(row)
    if event is None:
        return
    messages = answer(event, now)
    if messages and event.reply_token:
        key = f"webhook:{row.webhook_event_id}"
        queue_reply(messages=messages, reply_token=event.reply_token, line_user_id=row.line_user_id, key=key, now=now)


def _incoming(row: WebhookEvent) -> Incoming | None:
    raw = row.raw
    message, postback = raw.get("message"), raw.get("postback")
    kind = row.kind
    if kind == "message" and isinstance(message, dict):
        kind = str(message.get("type", ""))
    if kind not in {"text", "image", "location", "audio", "postback", "follow"}:
        return None
    return Incoming(
        kind=kind,
        resident=meet_resident(line_user_id=row.line_user_id, now=row.happened_at),
        happened_at=row.happened_at,
        reply_token=str(raw.get("replyToken") or ""),
        text=clean_text(str(message.get("text", ""))) if isinstance(message, dict) else "",
        data=clean_text(str(postback.get("data", ""))) if isinstance(postback, dict) else "",
    )


def _hide_unsent(row: WebhookEvent) -> None:
    """Somebody took a message back: its words leave our store as well."""
    message_id = (row.raw.get("unsend") or {}).get("messageId")
    same = WebhookEvent.objects.filter(line_user_id=row.line_user_id, kind="message", raw__message__id=message_id)
    for event in same:
        event.raw = {**event.raw, "message": {"id": message_id, "type": "unsent"}}
        event.save(update_fields=["raw"])
