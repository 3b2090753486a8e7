"""What came in: stored as it came, worked in the order in which it happened, once."""

import json
import logging
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

from django.db import transaction
from django.db.models import F
from django.utils.translation import override

from nakhoncity.kit.queue import nudge
from nakhoncity.kit.thai import clean_text
from nakhoncity.line.handlers import Incoming, answer
from nakhoncity.line.login import USER_ID
from nakhoncity.line.models import ChannelState, WebhookEvent
from nakhoncity.line.services import queue_reply, skip_blocked
from nakhoncity.residents.models import Resident
from nakhoncity.residents.services import change_friendship, meet_resident

log = logging.getLogger(__name__)
State = WebhookEvent.State
SWEEP_INBOX = "nakhoncity.line.tasks.sweep_inbox"
AT_ONCE = 100
BUDGET_S = 10.0
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
# Milliseconds since 1970 up to the year 2248; a larger number is no time.
MOST_STAMP = 2**43
MOST_DIGITS = 18
WORKED_KINDS = {"text", "image", "location", "audio", "postback", "follow", "unfollow"}

_one_sweep_per_process = threading.Lock()


class BodyRefused(ValueError):
    """A signed body that is no webhook body."""


def store(*, body: bytes, now: datetime) -> int:
    """Keep the events of a signed body that can be kept, in one INSERT; returns how many were new or known.

    An odd event is left out and its neighbours are kept; a body meant for another account leaves nothing. Raises
    BodyRefused for what is no JSON object with events.
    """
    data = _read(body)
    if not data["events"] or not _is_for_us(data.get("destination")):
        return 0
    rows = [row for event in data["events"] if (row := _readable(event, now))]
    if rows:
        WebhookEvent.objects.bulk_create(rows, ignore_conflicts=True)
        nudge(SWEEP_INBOX)
    return len(rows)


def _read(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode("utf-8", "replace"), parse_int=_whole_number)
    except (ValueError, RecursionError) as error:
        msg = "not JSON"
        raise BodyRefused(msg) from error
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        msg = "no events"
        raise BodyRefused(msg)
    return data


def _whole_number(digits: str) -> int | float:
    """A number that is too long for any field of LINE's must not cost the whole body."""
    return int(digits) if len(digits) <= MOST_DIGITS else float(digits)


def _is_for_us(destination: object) -> bool:
    bot = ChannelState.current().bot_user_id
    if not bot or destination == bot:
        return True
    log.error("a webhook names another destination than our account")
    return False


def _readable(event: Any, now: datetime) -> WebhookEvent | None:
    try:
        return _row(event, now)
    except RecursionError:
        return None


def _row(event: Any, now: datetime) -> WebhookEvent | None:
    if not isinstance(event, dict):
        return None
    event_id, stamp = event.get("webhookEventId"), event.get("timestamp")
    if not _is_name(event_id) or type(stamp) is not int or not 0 < stamp < MOST_STAMP:
        return None
    source, message, delivery = (_part(event, name) for name in ("source", "message", "deliveryContext"))
    user_id, message_id = source.get("userId"), message.get("id")
    return WebhookEvent(
        webhook_event_id=event_id,
        kind=clean_text(str(event.get("type", "")))[:40],
        line_user_id=user_id if isinstance(user_id, str) and USER_ID.match(user_id) else "",
        message_id=message_id if _is_name(message_id) else "",
        happened_at=datetime.fromtimestamp(stamp / 1000, UTC),
        received_at=now,
        raw=json.dumps(event),
        is_redelivery=delivery.get("isRedelivery") is True,
    )


def _part(event: dict[str, Any], name: str) -> dict[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _is_name(value: object) -> TypeGuard[str]:
    """Whether it looks like one of LINE's identifiers."""
    return isinstance(value, str) and 0 < len(value) <= 64 and value.isascii() and value.isprintable()


def sweep(*, now: datetime) -> int:
    """Work the events that came in, each person's in order; returns how many. Parallel sweeps share them by lease."""
    if not _one_sweep_per_process.acquire(blocking=False):
        return 0
    try:
        return _sweep(now)
    finally:
        _one_sweep_per_process.release()


def _sweep(now: datetime) -> int:
    began, worked = time.monotonic(), 0
    while time.monotonic() - began < BUDGET_S:
        moment = now + timedelta(seconds=time.monotonic() - began)
        rows = list(WebhookEvent.objects.due(moment).order_by("happened_at", "pk")[:AT_ONCE])
        claimed = [row for row in rows if _claim(row, moment)]
        for row in claimed:
            _work(row, moment)
        worked += len(claimed)
        if not claimed:
            break
    return worked


def _claim(row: WebhookEvent, now: datetime) -> bool:
    free = WebhookEvent.objects.filter(WebhookEvent.is_free(now), pk=row.pk)
    return bool(free.update(lease_until=now + LEASE, attempts=F("attempts") + 1))


def _work(row: WebhookEvent, now: datetime) -> None:
    try:
        with transaction.atomic():
            state = _handle(row, now)
            WebhookEvent.objects.filter(pk=row.pk).update(state=state, lease_until=None)
    except Exception as error:  # noqa: BLE001 (the outer loop of a worker: one odd event must not stop the others)
        _note_error(row, error, now)


def _note_error(row: WebhookEvent, error: Exception, now: datetime) -> None:
    """Try again a little later, five times at most. The error's own words may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    log.error("event %s could not be worked: %s at %s", row.pk, type(error).__name__, place)
    attempts = row.attempts + 1
    WebhookEvent.objects.filter(pk=row.pk).update(
        state=State.FAILED if attempts >= MOST_ATTEMPTS else State.RECEIVED,
        lease_until=now + timedelta(seconds=2**attempts),
        error=type(error).__name__,
    )


def _handle(row: WebhookEvent, now: datetime) -> State:
    """Work one event; what is not for us to answer is ignored and kept."""
    body = row.body
    if not row.line_user_id or _part(body, "source").get("type") != "user" or body.get("mode") == "standby":
        return State.IGNORED
    if row.kind == "unsend":
        _hide_unsent(row, body)
        return State.DONE
    event = _incoming(row, body)
    if event.kind not in WORKED_KINDS:
        return State.IGNORED
    if row.kind in {"follow", "unfollow"} and not _note_friendship(row, event.resident):
        return State.IGNORED
    with override(event.resident.language):
        messages = answer(event, now)
    if messages and event.reply_token:
        key = f"webhook:{row.webhook_event_id}"
        queue_reply(messages=messages, reply_token=event.reply_token, line_user_id=row.line_user_id, key=key, now=now)
    return State.DONE


def _note_friendship(row: WebhookEvent, resident: Resident) -> bool:
    """Follow and block count only when newer than what is known; who has blocked us is owed nothing any more."""
    is_friend = row.kind == "follow"
    is_news = change_friendship(line_user_id=row.line_user_id, is_friend=is_friend, at=row.happened_at)
    if is_news and not is_friend:
        skip_blocked(resident=resident)
    return is_news


def _incoming(row: WebhookEvent, body: dict[str, Any]) -> Incoming:
    message, postback = _part(body, "message"), _part(body, "postback")
    token = body.get("replyToken")
    return Incoming(
        kind=str(message.get("type", "")) if row.kind == "message" else row.kind,
        resident=meet_resident(line_user_id=row.line_user_id, now=row.happened_at),
        happened_at=row.happened_at,
        reply_token=token if _is_name(token) else "",
        text=clean_text(str(message.get("text", ""))),
        data=clean_text(str(postback.get("data", ""))),
        event_id=row.webhook_event_id,
        message=message or None,
    )


def _hide_unsent(row: WebhookEvent, body: dict[str, Any]) -> None:
    """Somebody took a message back: its words leave our store as well."""
    message_id = _part(body, "unsend").get("messageId")
    if not _is_name(message_id):
        return
    said = WebhookEvent.objects.filter(line_user_id=row.line_user_id, message_id=message_id, kind="message")
    for event in said:
        hidden = {**event.body, "message": {"id": message_id, "type": "unsent"}}
        WebhookEvent.objects.filter(pk=event.pk).update(raw=json.dumps(hidden))
