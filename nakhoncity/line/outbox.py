"""The sweep that sends: claim by conditional UPDATE, talk to LINE outside any transaction, record the answer.

A row is leased, never locked, while HTTP runs. The retry key of a push goes with every attempt, so an attempt
after a kill or a lost answer is the same message to LINE (409: accepted before).
"""

import logging
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.clock import database_now
from nakhoncity.line.client import Answer, Call, LineClient
from nakhoncity.line.models import ChannelState, MessageClass, OutboundMessage
from nakhoncity.line.services import stop_channel

log = logging.getLogger(__name__)
State, Kind = OutboundMessage.State, OutboundMessage.Kind

AT_ONCE = 200
LANES = 8
LEASE = timedelta(seconds=60)
MOST_WAIT_S = 300
UNCLEAR_FOR = timedelta(hours=24)
QUOTA_WAIT = timedelta(hours=1)


def sweep(*, now: datetime, client: LineClient) -> int:
    """Send what is due; returns how many messages were tried. Many sweeps at once share the work, none sends twice."""
    channel = ChannelState.current()
    if channel.stopped_at is not None:
        return 0
    _retire(now)
    claimed = _claim(now, channel)
    if not claimed:
        return 0
    lanes = _by_person(claimed)
    if connection.in_atomic_block or len(lanes) == 1:
        for lane in lanes:
            _send_lane(lane, client)
    else:
        with ThreadPoolExecutor(max_workers=LANES) as pool:
            list(pool.map(lambda lane: _send_in_thread(lane, client), lanes))
    return len(claimed)


def _retire(now: datetime) -> None:
    """Take out of the queue what nobody needs any more, and what stayed unclear for a day."""
    waiting = OutboundMessage.objects.filter(state=State.QUEUED)
    waiting.filter(next_attempt_at__lte=now, expires_at__lte=now, first_attempt_at=None).update(state=State.EXPIRED)
    waiting.filter(next_attempt_at__lte=now, first_attempt_at__lte=now - UNCLEAR_FOR).update(state=State.UNKNOWN)
    # A reply has no retry key: one that was under way when its worker died stays unknown, never sent again.
    OutboundMessage.objects.filter(state=State.SENDING, lease_until__lte=now, kind=Kind.REPLY).update(
        state=State.UNKNOWN
    )


def _claim(now: datetime, channel: ChannelState) -> list[OutboundMessage]:
    """Lease the oldest due row of each person, and those after it in order."""
    candidates = list(OutboundMessage.objects.due(now).order_by("send_after", "id")[:AT_ONCE])
    if not candidates:
        return []
    held = [row.pk for row in candidates if row.kind == Kind.PUSH and not _has_room(row, channel)]
    if held:
        OutboundMessage.objects.filter(pk__in=held, state=State.QUEUED).update(state=State.HELD_QUOTA)
    busy = _people_under_way(candidates, now)
    wanted = [row for row in candidates if row.pk not in held and row.line_user_id not in busy]
    return [row for row in wanted if _lease(row, now)]


def _lease(row: OutboundMessage, now: datetime) -> bool:
    won = (
        OutboundMessage.objects.due(now)
        .filter(pk=row.pk)
        .update(
            state=State.SENDING,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            first_attempt_at=row.first_attempt_at or now,
        )
    )
    row.attempts += 1
    row.first_attempt_at = row.first_attempt_at or now
    return bool(won)


def _people_under_way(candidates: Iterable[OutboundMessage], now: datetime) -> set[str]:
    """People to whom another sweep is sending right now, or whose earlier message waits for another try."""
    ids = {row.line_user_id for row in candidates}
    under_way = OutboundMessage.objects.filter(line_user_id__in=ids)
    sending = under_way.filter(state=State.SENDING, lease_until__gt=now)
    retrying = under_way.filter(state=State.QUEUED, attempts__gt=0, next_attempt_at__gt=now)
    return set(sending.values_list("line_user_id", flat=True)) | set(retrying.values_list("line_user_id", flat=True))


def _has_room(row: OutboundMessage, channel: ChannelState) -> bool:
    """Whether the month's quota still has room for a message of this class; a reserve is kept for classes 1 and 2."""
    if channel.quota_limit is None:
        return True
    if row.message_class <= MessageClass.RESULT:
        return channel.quota_used < channel.quota_limit
    reserve = channel.quota_limit * CityProfile.current().reserve_percent // 100
    return channel.quota_used < channel.quota_limit - reserve


def _by_person(rows: Iterable[OutboundMessage]) -> list[list[OutboundMessage]]:
    lanes: dict[str, list[OutboundMessage]] = {}
    for row in rows:
        lanes.setdefault(row.line_user_id, []).append(row)
    return list(lanes.values())


def _send_in_thread(lane: list[OutboundMessage], client: LineClient) -> None:
    try:
        _send_lane(lane, client)
    finally:
        connection.close()


def _send_lane(lane: list[OutboundMessage], client: LineClient) -> None:
    """Send one person's messages in order; the first that has to wait makes the rest wait."""
    for index, row in enumerate(lane):
        answer = client.send(
            Call(
                kind=row.kind,
                to=row.line_user_id,
                messages=row.payload,
                retry_key=str(row.retry_key),
                reply_token=row.reply_token,
            )
        )
        if not _record(row, answer, database_now()):
            rest = [later.pk for later in lane[index + 1 :]]
            OutboundMessage.objects.filter(pk__in=rest, state=State.SENDING).update(
                state=State.QUEUED,
                lease_until=None,
                attempts=F("attempts") - 1,
                next_attempt_at=row.next_attempt_at,
            )
            return


def _record(row: OutboundMessage, answer: Answer, now: datetime) -> bool:
    """Write down what LINE said; False if this person's later messages have to wait."""
    row.last_status, row.request_id, row.error = answer.status, answer.request_id, answer.error[:200]
    row.lease_until = None
    if answer.is_accepted:
        row.state, row.accepted_at = State.ACCEPTED, now
    elif answer.status == 401:
        row.state, row.next_attempt_at = State.QUEUED, now
        stop_channel(reason="LINE 401: the channel access token is not valid", now=now)
    elif row.kind == Kind.REPLY:
        _record_reply(row, answer, now)
    elif answer.is_quota:
        row.state = State.HELD_QUOTA
    elif answer.is_final:
        row.state = State.FAILED
    else:
        row.state = State.QUEUED
        row.next_attempt_at = now + _backoff(row.attempts)
    with transaction.atomic():
        row.save()
    return row.state != State.QUEUED


def _record_reply(row: OutboundMessage, answer: Answer, now: datetime) -> None:
    """A reply that LINE clearly refused was never shown, so a receipt may still be pushed; an unclear one may not."""
    if not answer.is_final:
        row.state = State.UNKNOWN
    elif row.resident_id is not None:
        row.kind, row.reply_token, row.state, row.next_attempt_at = Kind.PUSH, "", State.QUEUED, now
    else:
        row.state = State.FAILED


def _backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes, with some jitter."""
    seconds = min(2 ** (attempts - 1), MOST_WAIT_S)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 (no secret)
