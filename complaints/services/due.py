"""What the passing of time does to cases: pauses end, answers run out, waiting ends. Each run costs what is due."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction

from complaints import messages
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.services.events import SYSTEM, Note, append_event
from complaints.services.moves import Update, lock_complaint, update_complaint
from complaints.workflow import EventKind, MoveRefused, Outcome, Status, Who

log = logging.getLogger(__name__)
AT_ONCE = 200


def sweep_due_dates(*, now: datetime) -> int:
    """End pauses whose date has come, close what nobody answered, ask again; returns how many cases were touched.

    Twice, late or in parallel is harmless: each case is locked and looked at again before it is moved.
    """
    return (
        _sweep(Clock.objects.pause_ended(now).values_list("complaint_id", flat=True)[:AT_ONCE], _end_pause, now)
        + _sweep(_due(now, "answer_until"), _close_unanswered, now)
        + _sweep(_due(now, "wait_notice_at"), _ask_again, now)
        + _sweep(_due(now, "wait_close_at"), _close_waiting, now)
    )


def _due(now: datetime, column: str) -> Iterable[int]:
    return Complaint.objects.filter(**{f"{column}__lte": now}).values_list("pk", flat=True)[:AT_ONCE]


def _sweep(ids: Iterable[int], act: Callable[[int, datetime], None], now: datetime) -> int:
    touched = 0
    for complaint_id in list(ids):
        try:
            act(complaint_id, now)
            touched += 1
        except MoveRefused:
            log.info("case %s had moved on before its date was swept", complaint_id)
    return touched


def _system_move(complaint_id: int, name: str, now: datetime) -> None:
    update_complaint(complaint_id=complaint_id, update=Update(move=name), actor=SYSTEM, who=Who.SYSTEM, now=now)


def _end_pause(complaint_id: int, now: datetime) -> None:
    _system_move(complaint_id, "end_pause", now)


@transaction.atomic
def _close_unanswered(complaint_id: int, now: datetime) -> None:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.answer_until is not None and complaint.answer_until <= now:
        _system_move(complaint_id, "close_unanswered", now)


@transaction.atomic
def _ask_again(complaint_id: int, now: datetime) -> None:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.wait_notice_at is None or complaint.wait_notice_at > now:
        return
    complaint.wait_notice_at = None
    complaint.save(update_fields=["wait_notice_at"])
    event = append_event(
        complaint=complaint, kind=EventKind.WAIT_NOTICE, actor=SYSTEM, note=Note(is_public=True), now=now
    )
    messages.queue_wait_notice(complaint=complaint, event=event, now=now)


@transaction.atomic
def _close_waiting(complaint_id: int, now: datetime) -> None:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.status == Status.WAITING_RESIDENT and complaint.wait_close_at and complaint.wait_close_at <= now:
        _system_move(complaint_id, f"close_{Outcome.NO_ANSWER.value}", now)
