"""The clocks of a case: rules in sla.py, rows written here; the case carries a copy of the fix clock."""

from datetime import datetime, timedelta

from complaints import sla
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.workflow import ClockKind, ClockTouch
from nakhoncity.kit.officehours import OfficeHours


def first_clocks(*, complaint: Complaint, fix: timedelta, first_answer: timedelta, hours: OfficeHours) -> list[Clock]:
    """Return the two clocks a new case starts with, not saved: fix by the wall clock, first answer in office hours."""
    received_at = complaint.received_at
    return [
        _new_clock(complaint, ClockKind.FIX, 1, sla.start_clock(start=received_at, target=fix)),
        _new_clock(
            complaint,
            ClockKind.FIRST_ANSWER,
            1,
            sla.start_office_clock(start=received_at, target=first_answer, hours=hours),
        ),
    ]


def running_fix_clock(*, complaint: Complaint) -> Clock | None:
    """The case's unstopped fix clock, locked for this transaction; None for history and for ended cases."""
    return complaint.clocks.select_for_update().running(ClockKind.FIX).first()


def touch_clock(*, complaint: Complaint, touch: ClockTouch, now: datetime, until: datetime | None = None) -> None:
    """Do to the fix clock what a move says, and copy the result to the case (its saving is the caller's).

    `until` is the promised end of a pause; the category's cap may be earlier. A case without a running clock stays as
    it is: double pauses and resumes without a pause change nothing.
    """
    if touch is ClockTouch.NONE or not complaint.promised:
        return
    if touch is ClockTouch.RESTART:
        _restart(complaint, now)
    elif touch is ClockTouch.STOP and complaint.paused_at is None:
        _stop_all(complaint, now)
    elif clock := running_fix_clock(complaint=complaint):
        clock.take(_touched(clock.state, touch, now, until, cap=timedelta(days=complaint.category.pause_cap_days)))
        _save(clock)
        copy_to_case(complaint=complaint, clock=clock)


def _touched(
    state: sla.ClockState, touch: ClockTouch, now: datetime, until: datetime | None, *, cap: timedelta
) -> sla.ClockState:
    if touch is ClockTouch.PAUSE:
        return sla.pause(state, at=now, until=sla.pause_limit(at=now, promised=until or now + cap, cap=cap))
    return sla.resume(state, at=now) if touch is ClockTouch.RESUME else sla.stop(state, at=now)


def _stop_all(complaint: Complaint, now: datetime) -> None:
    """End what still runs of a case without a pause, in one statement: there is nothing to compute."""
    if complaint.clock_stopped_at is None:
        complaint.clocks.filter(stopped_at=None).update(stopped_at=now, next_escalation_at=None)
        complaint.clock_stopped_at = now


def extend_clock(*, complaint: Complaint, due_at: datetime, now: datetime) -> Clock | None:
    """Move the deadline of the running fix clock to a granted later date; the first deadline stays on record."""
    clock = running_fix_clock(complaint=complaint)
    if clock is None:
        return None
    clock.take(sla.extend(clock.state, new_due=due_at, at=now))
    _save(clock)
    copy_to_case(complaint=complaint, clock=clock)
    return clock


def retarget_clock(*, complaint: Complaint, target: timedelta) -> Clock | None:
    """Give the running fix clock the target of another category, counted from its own start."""
    clock = running_fix_clock(complaint=complaint)
    if clock is None:
        return None
    clock.take(sla.retarget(clock.state, target=target))
    _save(clock)
    copy_to_case(complaint=complaint, clock=clock)
    return clock


def stop_first_answer(*, complaint: Complaint, now: datetime) -> None:
    """The office answers for the first time: note it on the case (saved by the caller) and stop that clock.

    The clocks of an ended case have been stopped together.
    """
    complaint.first_answered_at = now
    if complaint.clock_stopped_at is None:
        complaint.clocks.running(ClockKind.FIRST_ANSWER).update(stopped_at=now, next_escalation_at=None)


def copy_to_case(*, complaint: Complaint, clock: Clock) -> None:
    """Copy what lists ask for from the fix clock to the case."""
    complaint.due_at = clock.due_at
    complaint.paused_at = clock.paused_at
    complaint.clock_stopped_at = clock.stopped_at


def _restart(complaint: Complaint, now: datetime) -> Clock:
    """Reopening: number 2 starts with the old target, number 1 is kept as it ended."""
    last = complaint.clocks.filter(kind=ClockKind.FIX).order_by("-number").first()
    number, target = (last.number + 1, last.target) if last else (1, timedelta(hours=complaint.category.sla_hours))
    clock = _new_clock(complaint, ClockKind.FIX, number, sla.start_clock(start=now, target=target))
    clock.save(force_insert=True)
    complaint.escalation_level = -1
    copy_to_case(complaint=complaint, clock=clock)
    return clock


def _new_clock(complaint: Complaint, kind: ClockKind, number: int, state: sla.ClockState) -> Clock:
    clock = Clock(
        complaint=complaint,
        kind=kind,
        number=number,
        started_at=state.started_at,
    )
    clock.take(state)
    clock.next_escalation_at = sla.next_escalation_at(state, level_reached=None) if kind is ClockKind.FIX else None
    return clock


def _save(clock: Clock) -> None:
    clock.next_escalation_at = sla.next_escalation_at(clock.state, level_reached=clock.level)
    clock.save()
