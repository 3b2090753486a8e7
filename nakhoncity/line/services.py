"""The outbox's front door: owing messages inside the change's own transaction, taking them back, claiming replies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F

from nakhoncity.kit.queue import nudge
from nakhoncity.line.channel import SWEEP_OUTBOX
from nakhoncity.line.limits import check_messages
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.residents.models import Resident

State, Kind = OutboundMessage.State, OutboundMessage.Kind
REPLY_LIVES = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message to one person. `dedupe_key` names it once and for all, `event` what it tells of.

    Staff are named by `line_user_id` alone, residents by `to`.
    """

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


def queue_message(*, row: Outgoing, now: datetime) -> OutboundMessage:
    """Owe one message and return its row: the earlier one if its dedupe key exists.

    State `skipped_blocked` says that this person can't be reached by LINE. Raises MessageRefused.
    """
    queue_messages(rows=[row], now=now)
    return OutboundMessage.objects.get(dedupe_key=row.dedupe_key)


def _row(row: Outgoing, now: datetime) -> OutboundMessage:
    user_id = (row.to.line_user_id or "") if row.to else row.line_user_id
    can_reach = bool(user_id) and (row.to is None or row.to.is_friend)
    return OutboundMessage(
        resident=row.to,
        line_user_id=user_id,
        message_class=row.message_class,
        is_urgent=row.message_class == MessageClass.FLOOD,
        payload=row.messages,
        dedupe_key=row.dedupe_key,
        event=row.event,
        created_at=now,
        send_after=row.send_after,
        next_attempt_at=row.send_after,
        expires_at=row.expires_at,
        state=State.QUEUED if can_reach else State.SKIPPED_BLOCKED,
    )


def cancel_messages(*, event: str, now: datetime) -> int:
    """Take back what LINE can't have heard of; returns how many were still here. The rows keep when that was."""
    waiting = OutboundMessage.objects.not_left().filter(event=event)
    return waiting.update(state=State.CANCELLED, next_attempt_at=now)


def restore_messages(*, event: str, cancelled_at: datetime) -> int:
    """Owe again what was taken back at that very moment: what took its place is itself taken back."""
    gone = OutboundMessage.objects.filter(event=event, state=State.CANCELLED, next_attempt_at=cancelled_at)
    return gone.update(state=State.QUEUED, next_attempt_at=F("send_after"))


def count_recent(*, event: str, line_user_ids: Sequence[str], since: datetime) -> dict[str, int]:
    """How many messages of an event each of these people is owed since a moment; who has none is left out."""
    rows = OutboundMessage.objects.filter(event=event, line_user_id__in=line_user_ids, created_at__gt=since)
    return dict(rows.values_list("line_user_id").annotate(Count("pk")).order_by())


def take_back(*, prefix: str, now: datetime) -> bool:
    """Cancel all messages whose dedupe key begins with `prefix`; False if one of them may have left.

    Call it in a transaction and roll back on False: then none is cancelled.
    """
    rows = OutboundMessage.objects.filter(dedupe_key__startswith=prefix)
    owed = rows.exclude(state__in=[State.SKIPPED_BLOCKED, State.CANCELLED, State.EXPIRED]).count()
    return rows.not_left().update(state=State.CANCELLED, next_attempt_at=now) == owed


def is_told(*, prefix: str, message_class: MessageClass) -> bool:
    """Whether a message of this class, its dedupe key beginning with `prefix`, has left or is still to leave."""
    told = [State.QUEUED, State.HELD_QUOTA, State.SENDING, State.ACCEPTED, State.UNKNOWN]
    rows = OutboundMessage.objects.filter(dedupe_key__startswith=prefix, message_class=message_class)
    return rows.filter(state__in=told).exists()


def claim_reply(*, dedupe_key: str, reply_token: str, now: datetime) -> bool:
    """Let a waiting push go as the free reply to what its reader has just sent; True for the one who won the row.

    A row held for want of quota, or skipped because we took its reader for no friend, may be claimed too: a reply
    costs nothing, and who writes to us can be answered.
    """
    if not reply_token:
        return False
    waiting = [State.QUEUED, State.HELD_QUOTA, State.SKIPPED_BLOCKED]
    won = (
        OutboundMessage.objects.filter(dedupe_key=dedupe_key, kind=Kind.PUSH, state__in=waiting, first_attempt_at=None)
        .filter(expires_at__gt=now)
        .exclude(line_user_id="")
        .update(
            kind=Kind.REPLY,
            is_urgent=True,
            reply_token=reply_token,
            state=State.QUEUED,
            next_attempt_at=now,
        )
    )
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
        kind=Kind.REPLY,
        is_urgent=True,
        message_class=MessageClass.RESULT,
        payload=messages,
        dedupe_key=key,
        event=key[:80],
        reply_token=reply_token,
        created_at=now,
        send_after=now,
        next_attempt_at=now,
        expires_at=now + REPLY_LIVES,
    )
    OutboundMessage.objects.bulk_create([row], ignore_conflicts=True)
    nudge(SWEEP_OUTBOX)


def skip_blocked(*, resident: Resident) -> int:
    """A resident has blocked us: what still waits for him is not sent; returns how many messages that were."""
    waiting = OutboundMessage.objects.not_left().filter(resident=resident, kind=Kind.PUSH)
    return waiting.update(state=State.SKIPPED_BLOCKED)


def expire_waiting(*, prefix: str = "", owed_until: datetime) -> int:
    """Give up what was owed up to a moment and has not left, for it would come too late; returns how many that were.

    `prefix` of the dedupe keys: only what they name.
    """
    waiting = OutboundMessage.objects.not_left().filter(dedupe_key__startswith=prefix, created_at__lte=owed_until)
    return waiting.update(state=State.EXPIRED)
