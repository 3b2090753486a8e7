"""What the passing of time does to cases: pauses end, answers run out, waiting ends. Each run costs what is due."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from complaints import messages
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.services.escalation import log_fault
from complaints.services.events import SYSTEM, Note, append_event
from complaints.services.moves import Update, lock_complaint, update_complaint
from complaints.workflow import EventKind, MoveRefused, Outcome, Status, Who
from nakhoncity.city.models import CityProfile
from nakhoncity.kit.thai import bangkok, bangkok_date

log = logging.getLogger(__name__)
AT_ONCE = 200


def sweep_due_dates(*, now: datetime) -> int:
    """End pauses whose date has come, close what nobody answered, ask again, speak of planned cases; returns how many
    cases were touched.

    Twice, late or in parallel is harmless: each case is locked and looked at again before it is moved. One case that
    can't be worked holds up no other.
    """
    return (
        _sweep(Clock.objects.pause_ended(now).values_list("complaint_id", flat=True)[:AT_ONCE], _end_pause, now)
        + _sweep(_due(now, "answer_until"), _close_unanswered, now)
        + _sweep(_due(now, "wait_notice_at"), _ask_again, now)
        + _sweep(_due(now, "wait_close_at"), _close_waiting, now)
        + _sweep(_planned(now), _tell_planned, now)
    )


def _due(now: datetime, column: str) -> Iterable[int]:
    return Complaint.objects.filter(**{f"{column}__lte": now}).values_list("pk", flat=True)[:AT_ONCE]


def _planned(now: datetime) -> Iterable[int]:
    """Planned cases whose day has come, and its office hours: nobody hears of a plan at midnight."""
    today = bangkok_date(now)
    has_opened = bangkok(now).time() >= CityProfile.current().opens
    cases = Complaint.objects.planned_to_tell(today if has_opened else today - timedelta(days=1))
    return cases.values_list("pk", flat=True)[:AT_ONCE]


def _sweep(ids: Iterable[int], act: Callable[[int, datetime], bool], now: datetime) -> int:
    touched = 0
    for complaint_id in list(ids):
        try:
            touched += act(complaint_id, now)
        except MoveRefused:
            log.info("case %s had moved on before its date was swept", complaint_id)
        except Exception as error:  # noqa: BLE001 (the outer loop of a worker)
            log_fault(f"case {complaint_id} could not be swept", error)
    return touched


def _system_move(complaint_id: int, name: str, now: datetime) -> None:
    update_complaint(complaint_id=complaint_id, update=Update(move=name), actor=SYSTEM, who=Who.SYSTEM, now=now)


@transaction.atomic
def _end_pause(complaint_id: int, now: datetime) -> bool:
    complaint = lock_complaint(complaint_id=complaint_id)
    if not complaint.clocks.pause_ended(now).exists():
        return False
    _system_move(complaint_id, "end_pause", now)
    return True


@transaction.atomic
def _close_unanswered(complaint_id: int, now: datetime) -> bool:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.answer_until is None or complaint.answer_until > now:
        return False
    _system_move(complaint_id, "close_unanswered", now)
    return True


@transaction.atomic
def _ask_again(complaint_id: int, now: datetime) -> bool:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.wait_notice_at is None or complaint.wait_notice_at > now:
        return False
    if complaint.wait_close_at is None or complaint.wait_close_at <= now:
        # After a long downtime the case ends in this very sweep: to ask now would be to ask too late.
        return False
    complaint.wait_notice_at = None
    complaint.save(update_fields=["wait_notice_at"])
    event = append_event(
        complaint=complaint, kind=EventKind.WAIT_NOTICE, actor=SYSTEM, note=Note(is_public=True), now=now
    )
    messages.queue_wait_notice(complaint=complaint, event=event, now=now)
    return True


@transaction.atomic
def _close_waiting(complaint_id: int, now: datetime) -> bool:
    complaint = lock_complaint(complaint_id=complaint_id)
    if complaint.status != Status.WAITING_RESIDENT or not complaint.wait_close_at or complaint.wait_close_at > now:
        return False
    _system_move(complaint_id, f"close_{Outcome.NO_ANSWER.value}", now)
    return True


@transaction.atomic
def _tell_planned(complaint_id: int, now: datetime) -> bool:
    """Speak of it once: the date is used up, staff set the next one."""
    complaint = lock_complaint(complaint_id=complaint_id)
    day = complaint.expected_date
    if day is None or complaint.outcome != Outcome.PLANNED or complaint.status != Status.CLOSED:
        return False
    complaint.expected_date = None
    complaint.save(update_fields=["expected_date"])
    note = Note(is_public=True, before={"expected_date": day.isoformat()}, after={"expected_date": None})
    event = append_event(complaint=complaint, kind=EventKind.PLAN_NOTICE, actor=SYSTEM, note=note, now=now)
    messages.queue_plan_notice(complaint=complaint, event=event, now=now)
    return True
