"""The outbox's front door: owing messages inside the change's own transaction, taking them back, claiming replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from nakhoncity.kit.queue import nudge
from nakhoncity.line.limits import check_messages
from nakhoncity.line.models import ChannelState, MessageClass, OutboundMessage
from nakhoncity.residents.models import Resident

State = OutboundMessage.State
SWEEP_OUTBOX = "nakhoncity.line.tasks.sweep_outbox"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to one person. `dedupe_key` names it once and for all, `event` what it tells of."""

    messages: list[dict[str, Any]]
    message_class: MessageClass
    dedupe_key: str
    event: str
    send_after: datetime
    expires_at: datetime
    to: Resident | None = None
    line_user_id: str = ""


def queue_messages(*, rows: Sequence[Outgoing], now: datetime) -> None:
    """Owe messages, in one INSERT; a dedupe key that exists already is left alone. The sweep sends them.

    Residents who are not friends get a row that says so and nothing is sent. Raises MessageRefused for what LINE
    would refuse.
    """
    for row in rows:
        check_messages(row.messages)
    OutboundMessage.objects.bulk_create([_row(row, now) for row in rows], ignore_conflicts=True)
    if any(row.send_after <= now for row in rows):
        nudge(SWEEP_OUTBOX)


def _row(row: Outgoing, now: datetime) -> OutboundMessage:
    user_id = (row.to.line_user_id or "") if row.to else row.line_user_id
    can_reach = bool(user_id) and (row.to is None or row.to.is_friend)
    return OutboundMessage(
        resident=row.to,
        line_user_id=user_id,
        message_class=row.message_class,
        payload=row.messages,
        dedupe_key=row.dedupe_key,
        event=row.event,
        created_at=now,
        send_after=row.send_after,
        next_attempt_at=row.send_after,
        expires_at=row.expires_at,
        state=State.QUEUED if can_reach else State.SKIPPED_BLOCKED,
    )


def cancel_messages(*, event: str, now: datetime) -> int:  # noqa: ARG001 (services take now)
    """Take back what has not left; returns how many were still here."""
    return OutboundMessage.objects.filter(event=event, state=State.QUEUED, attempts=0).update(state=State.CANCELLED)


def has_left(*, event: str) -> bool:
    """Whether a message of this event is on its way or accepted."""
    return OutboundMessage.objects.filter(event=event).exclude(state__in=[State.QUEUED, State.CANCELLED]).exists()


def claim_reply(*, dedupe_key: str, reply_token: str, now: datetime) -> bool:
    """Let a waiting push go as the free reply to what its reader has just sent; True for the one who won the row."""
    won = OutboundMessage.objects.filter(
        dedupe_key=dedupe_key, state=State.QUEUED, kind=OutboundMessage.Kind.PUSH, attempts=0
    ).update(kind=OutboundMessage.Kind.REPLY, reply_token=reply_token, send_after=now, next_attempt_at=now)
    if won:
        nudge(SWEEP_OUTBOX)
    return bool(won)


def queue_reply(
    *, messages: list[dict[str, Any]], reply_token: str, line_user_id: str, key: str, now: datetime
) -> None:
    """Owe a free answer to an event; the token lives about a minute."""
    check_messages(messages)
    row = OutboundMessage(
        line_user_id=line_user_id,
        kind=OutboundMessage.Kind.REPLY,
        message_class=MessageClass.RESULT,
        payload=messages,
        dedupe_key=key,
        event=key,
        reply_token=reply_token,
        created_at=now,
        send_after=now,
        next_attempt_at=now,
        expires_at=now + timedelta(seconds=60),
    )
    OutboundMessage.objects.bulk_create([row], ignore_conflicts=True)
    nudge(SWEEP_OUTBOX)


@transaction.atomic
def open_channel(*, now: datetime) -> None:
    """Send again after a stop: a person has looked at the reason."""
    ChannelState.objects.filter(pk=1).update(stopped_at=None, stop_reason="")
    OutboundMessage.objects.filter(state=State.HELD_QUOTA).update(state=State.QUEUED, next_attempt_at=now)


def stop_channel(*, reason: str, now: datetime) -> None:
    """Send nothing until a person opens the channel: a wrong token, a restore from backup."""
    ChannelState.objects.update_or_create(pk=1, defaults={"stopped_at": now, "stop_reason": reason[:200]})


def note_quota(*, limit: int | None, used: int, now: datetime) -> None:
    """Keep what LINE says of the month's quota; what was held goes again when there is room."""
    ChannelState.objects.update_or_create(
        pk=1, defaults={"quota_limit": limit, "quota_used": used, "quota_read_at": now}
    )
    if limit is None or used < limit:
        OutboundMessage.objects.filter(state=State.HELD_QUOTA).update(state=State.QUEUED, next_attempt_at=now)
