"""Taking a staff update back: one transaction, within ten seconds, before its message has left. Nothing is deleted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from complaints import messages, sla
from complaints.messages import UNDO_WITHIN
from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent
from complaints.services.clocks import copy_to_case
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import lock_complaint, pause_end
from complaints.sla import ClockState
from complaints.workflow import MOVES, ClockKind, EventKind
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.staff.models import StaffMember

# Updates by the one form; looking at a confidential case, acknowledging or asking for more time are none.
UNDOABLE = {move.event for move in MOVES} | {EventKind.REPLIED, EventKind.NOTED}
CLOCK_COLUMNS = {"due_at", "paused_at", "clock_stopped_at"}
Before = Mapping[str, Any]


class UndoRefused(Exception):
    """It is too late, or not yours; the Thai sentence says which."""


@transaction.atomic
def undo_update(*, complaint: Complaint, member: StaffMember, now: datetime) -> ComplaintEvent:
    """Put columns and clock back to what the last event remembers and cancel its messages. Raises UndoRefused."""
    locked = lock_complaint(complaint_id=complaint.pk)
    event = _find_event(locked, member, now)
    if not messages.take_back_update(complaint=locked, event=event, now=now):
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะข้อความส่งไปแล้ว"))
    # What the resident should no longer read leaves his page; the record keeps it for staff.
    ComplaintEvent.objects.filter(pk=event.pk).update(is_public=False)
    before = {name: _parsed(name, value) for name, value in event.before.items()}
    _put_back(locked, event, before)
    locked.version += 1
    locked.save()
    return append_event(
        complaint=locked,
        kind=EventKind.UNDONE,
        actor=Actor.of_staff(member),
        note=Note(before=event.after, after=event.before, payload={"undone": event.pk}),
        now=now,
    )


def _find_event(complaint: Complaint, member: StaffMember, now: datetime) -> ComplaintEvent:
    """The member's own update, if it is the last thing that happened; who only looked has changed nothing."""
    event = complaint.events.exclude(kind=EventKind.VIEWED).order_by("-id").first()
    if event is None or event.staff_id != member.pk or event.kind not in UNDOABLE:
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะมีรายการอื่นบันทึกต่อจากท่านแล้ว"))
    if now - event.at > UNDO_WITHIN:
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะเกิน 10 วินาทีแล้ว ข้อความส่งไปแล้ว"))
    if event.kind == EventKind.REOPENED:
        # Its clock has a number of its own, and a number that was given stays given.
        raise UndoRefused(_("การแก้ไขอีกครั้งเริ่มนับเวลาใหม่แล้ว จึงเลิกทำไม่ได้ กรุณาเลือกขั้นตอนถัดไปแทน"))
    return event


def _put_back(complaint: Complaint, event: ComplaintEvent, before: Before) -> None:
    for name, value in [*before.items(), *event.payload.get("flags", {}).items()]:
        setattr(complaint, name, value)
    complaint.resolved_on = bangkok_date(complaint.resolved_at) if complaint.resolved_at else None
    if complaint.first_answered_at == event.at:
        complaint.first_answered_at = None
        complaint.clocks.filter(kind=ClockKind.FIRST_ANSWER, stopped_at=event.at).update(stopped_at=None)
    if complaint.promised and CLOCK_COLUMNS & set(before):
        _put_back_clock(complaint, event, before)


def _put_back_clock(complaint: Complaint, event: ComplaintEvent, before: Before) -> None:
    clock = complaint.clocks.select_for_update().filter(kind=ClockKind.FIX).order_by("-number").first()
    if clock is None:
        return
    clock.take(_turned_back(clock.state, complaint, event, before))
    clock.next_escalation_at = sla.next_escalation_at(clock.state, level_reached=clock.level)
    clock.save()
    copy_to_case(complaint=complaint, clock=clock)


def _turned_back(state: ClockState, complaint: Complaint, event: ComplaintEvent, before: Before) -> ClockState:
    """The fix clock as it stood before an event; `complaint` is as it was then."""
    moved = state.due_at - before.get("due_at", state.due_at)
    state = replace(state, due_at=state.due_at - moved)
    if "clock_stopped_at" in before:
        state = replace(state, stopped_at=None)
    if event.kind == EventKind.TRIAGED:
        return replace(state, target=state.target - moved)
    if "paused_at" not in before:
        return state
    if before["paused_at"] is None:
        return replace(state, paused_at=None, pause_until=None)
    return _paused_again(state, complaint, paused_at=before["paused_at"], ended_at=event.at)


def _paused_again(state: ClockState, complaint: Complaint, *, paused_at: datetime, ended_at: datetime) -> ClockState:
    """The pause that an event ended goes on: its length is no pause that has been."""
    cap = timedelta(days=complaint.category.pause_cap_days)
    until = sla.pause_limit(at=paused_at, promised=pause_end(complaint) or paused_at + cap, cap=cap)
    length = max(sla.ZERO, min(ended_at, until) - paused_at)
    late = length if state.due_at < paused_at else sla.ZERO
    return replace(
        state,
        paused_at=paused_at,
        pause_until=until,
        paused_total=state.paused_total - length,
        paused_late=state.paused_late - late,
    )


def _parsed(name: str, value: object) -> object:
    if isinstance(value, str) and name.endswith(("_at", "_until")):
        return parse_datetime(value)
    if isinstance(value, str) and name.endswith("_date"):
        return parse_date(value)
    return value
