"""What LINE's answer makes of a row: a decision as data, no database, no clock."""

import random
from datetime import datetime, timedelta
from typing import Any

from nakhoncity.line.client import Answer
from nakhoncity.line.models import OutboundMessage

State, Kind = OutboundMessage.State, OutboundMessage.Kind
MOST_WAIT_S = 300
Changes = dict[str, Any]


def settle(*, row: OutboundMessage, answer: Answer, is_quota: bool, was_clear: bool, now: datetime) -> Changes:
    """The columns to write after an attempt.

    `is_quota`: the month's quota is spent. `was_clear`: no earlier attempt may have been accepted, so that a clear
    "no" leaves nothing in doubt.
    """
    changes: Changes = {
        "lease_until": None,
        "lease_token": None,
        "last_status": answer.status,
        "request_id": answer.request_id or row.request_id,
        "error": answer.error[:200],
        "answered_at": row.answered_at if answer.status is None else now,
    }
    if answer.is_accepted:
        return changes | {"state": State.ACCEPTED, "accepted_at": now}
    if answer.is_clear_no and was_clear:
        changes["first_attempt_at"] = None
    return changes | _not_accepted(row, answer, now, is_quota=is_quota)


def _not_accepted(row: OutboundMessage, answer: Answer, now: datetime, *, is_quota: bool) -> Changes:
    if answer.status == 401:
        return {"state": State.QUEUED, "next_attempt_at": now}
    if answer.is_final:
        return _refused(row, now)
    if row.kind == Kind.REPLY and not answer.is_clear_no:
        # A reply has no retry key: perhaps it was shown. It is never sent again, and never as a push.
        return {"state": State.UNKNOWN}
    if is_quota and row.kind == Kind.PUSH:
        return {"state": State.HELD_QUOTA}
    return {"state": State.QUEUED, "next_attempt_at": now + backoff(row.attempts)}


def _refused(row: OutboundMessage, now: datetime) -> Changes:
    """A reply that LINE clearly refused was never shown: a receipt may still be pushed."""
    if row.kind == Kind.PUSH or row.resident is None:
        return {"state": State.FAILED}
    back = {"kind": Kind.PUSH, "reply_token": "", "is_urgent": False, "first_attempt_at": None, "next_attempt_at": now}
    return back | {"state": State.QUEUED if row.resident.is_friend else State.SKIPPED_BLOCKED}


def backoff(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, at most five minutes, less some jitter."""
    seconds = min(2 ** (max(1, min(attempts, 12)) - 1), MOST_WAIT_S)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.0))  # noqa: S311 (no secret)
