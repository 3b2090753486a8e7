"""The clocks of a case: pure functions, no model, no clock read.

Every instant that comes in must know its time zone; every instant that goes out is UTC. The fix clock
runs day and night from receipt (the city's promise: 48 hours); the first-answer clock runs in office
hours and is never paused, because asking the resident is an answer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from nakhoncity.kit.officehours import OfficeHours

BANGKOK = ZoneInfo("Asia/Bangkok")
ZERO = timedelta(0)
SOON = timedelta(hours=24)
URGENT = timedelta(hours=8)
# No run of days off is this long: a calendar that says so is a mistake, not a holiday.
DAYS_OFF_AT_MOST = 60


class ClockRefused(ValueError):
    """A clock was given something that makes no sense of time; the text says what, for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """One clock at one moment.

    `paused_total` is the length of all ended pauses, `paused_late` the part of it that began after the clock
    was due: that part moves no deadline, but no level of the ladder falls due in it either.
    `target` is what was promised at the start and stays as it is when the deadline is extended.
    """

    started_at: datetime
    target: timedelta
    due_at: datetime
    paused_at: datetime | None = None
    pause_until: datetime | None = None
    paused_total: timedelta = ZERO
    paused_late: timedelta = ZERO
    stopped_at: datetime | None = None


class Band(StrEnum):
    """How a clock looks on a badge."""

    NEUTRAL = "neutral"
    SOON = "soon"
    URGENT = "urgent"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderStep:
    """One level: due at a share of the time allowed (1.0 = the deadline), or so long after the deadline."""

    level: int
    share: float | None = None
    after_due: timedelta | None = None

    def __post_init__(self) -> None:
        if (self.share is None) == (self.after_due is None):
            msg = f"level {self.level} needs either a share or a time after the deadline"
            raise ClockRefused(msg)


LADDER: tuple[LadderStep, ...] = (
    LadderStep(level=0, share=0.5),
    LadderStep(level=1, share=0.75),
    LadderStep(level=2, share=1.0),
    LadderStep(level=3, after_due=timedelta(hours=24)),
    LadderStep(level=4, after_due=timedelta(hours=72)),
)


# Starting


def start_clock(start: datetime, target: timedelta) -> ClockState:
    """Start a fix clock: wall-clock time, always. Raises ClockRefused for a target of nothing."""
    start = _utc(start)
    _check_target(target)
    return ClockState(started_at=start, target=target, due_at=start + target)


def start_office_clock(start: datetime, target: timedelta, hours: OfficeHours) -> ClockState:
    """Start a first-answer clock: it runs only while the office is open."""
    start = _utc(start)
    _check_target(target)
    return ClockState(started_at=start, target=target, due_at=office_due(start=start, target=target, hours=hours))


def office_due(start: datetime, target: timedelta, hours: OfficeHours) -> datetime:
    """When `target` of open hours has passed since `start`."""
    left = target
    day = _utc(start).astimezone(BANGKOK).date()
    days_off = 0
    while days_off <= DAYS_OFF_AT_MOST:
        opens, closes = _open_span(day=day, hours=hours)
        opens = max(opens, _utc(start))
        if opens < closes:
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
            days_off = 0
        else:
            days_off += 1
        day += timedelta(days=1)
    msg = f"the office is never open after {start.isoformat()}"
    raise ClockRefused(msg)


def office_elapsed(start: datetime, end: datetime, hours: OfficeHours) -> timedelta:
    """How much open time lies between two instants."""
    start, end = _utc(start), _utc(end)
    day, last = start.astimezone(BANGKOK).date(), end.astimezone(BANGKOK).date()
    elapsed = ZERO
    while day <= last:
        opens, closes = _open_span(day=day, hours=hours)
        elapsed += max(ZERO, min(closes, end) - max(opens, start))
        day += timedelta(days=1)
    return elapsed


# Changing


def pause_limit(at: datetime, promised: datetime, cap: timedelta) -> datetime:
    """When a pause ends by itself: on the promised date or at the category's cap, whichever is earlier."""
    return min(_utc(promised), _utc(at) + cap)


def pause(clock: ClockState, at: datetime, until: datetime | None = None) -> ClockState:
    """Let the deadline stand still. A clock that is paused or stopped already stays as it is."""
    if clock.paused_at is not None or clock.stopped_at is not None:
        return clock
    at = max(_utc(at), clock.started_at)
    return replace(clock, paused_at=at, pause_until=None if until is None else max(_utc(until), at))


def resume(clock: ClockState, at: datetime) -> ClockState:
    """Go on. The pause is added to the deadline if the clock was not yet overdue when it began.

    A pause never reaches past its `pause_until`, however late the resume is recorded. A clock that is not
    paused stays as it is.
    """
    if clock.paused_at is None:
        return clock
    ended_at = _utc(at) if clock.pause_until is None else min(_utc(at), clock.pause_until)
    length = max(ZERO, ended_at - clock.paused_at)
    was_late = clock.due_at < clock.paused_at
    return replace(
        clock,
        paused_at=None,
        pause_until=None,
        paused_total=clock.paused_total + length,
        paused_late=clock.paused_late + (length if was_late else ZERO),
        due_at=clock.due_at if was_late else clock.due_at + length,
    )


def stop(clock: ClockState, at: datetime) -> ClockState:
    """End the clock, and its pause with it. A stopped clock stays as it is."""
    if clock.stopped_at is not None:
        return clock
    return replace(resume(clock, at=at), stopped_at=_utc(at))


def extend(clock: ClockState, new_due: datetime, at: datetime | None = None) -> ClockState:
    """Move the deadline, granted `at`; share and ladder follow it, the wall-clock figure does not.

    Raises ClockRefused if the clock has stopped or `new_due` is not later than the old deadline and `at`.
    """
    new_due = _utc(new_due)
    if clock.stopped_at is not None:
        msg = "a stopped clock has no deadline to move"
        raise ClockRefused(msg)
    if new_due <= max(clock.due_at, clock.due_at if at is None else _utc(at)):
        msg = f"{new_due.isoformat()} is no extension of {clock.due_at.isoformat()}"
        raise ClockRefused(msg)
    # What was a pause after the deadline lies before the new one.
    return replace(clock, due_at=new_due, paused_late=ZERO)


def retarget(clock: ClockState, target: timedelta) -> ClockState:
    """Give a running fix clock another target from its start (for a case that only now gets a category)."""
    _check_target(target)
    if clock.stopped_at is not None:
        return clock
    return replace(clock, target=target, due_at=clock.due_at + (target - clock.target))


def replay(clock: ClockState, pauses: Iterable[tuple[datetime, datetime]]) -> ClockState:
    """Apply ended pauses in whatever order they come; where they overlap, time counts once."""
    for begins, ends in _merge(pauses):
        clock = resume(pause(clock, at=begins), at=ends)
    return clock


# Asking


def is_overdue(clock: ClockState, now: datetime) -> bool:
    """Whether the deadline has passed unmet; to end exactly at the deadline is to keep it.

    Lists ask the same: stopped_at is null and due_at < least(now, coalesce(paused_at, now)).
    """
    if clock.stopped_at is not None:
        return False
    return clock.due_at < _frozen(clock, now=now)


def remaining(clock: ClockState, now: datetime) -> timedelta:
    """Time to the deadline, negative past it; stands still in a pause begun in time and after the stop."""
    hand = _ended(clock, now=now) if is_overdue(clock, now) else _frozen(clock, now=now)
    return clock.due_at - hand


def overdue_by(clock: ClockState, now: datetime) -> timedelta:
    """How far past the deadline the clock is, or was when it stopped; never negative."""
    return max(ZERO, -remaining(clock, now=now))


def elapsed(clock: ClockState, now: datetime) -> timedelta:
    """Time since the start with pauses taken out. `now` lies after the last change of the clock."""
    return max(ZERO, _frozen(clock, now=now) - clock.started_at - clock.paused_total)


def allowed(clock: ClockState) -> timedelta:
    """The whole time allowed from start to deadline, extensions in it, pauses taken out."""
    return clock.due_at - clock.started_at - (clock.paused_total - clock.paused_late)


def share_used(clock: ClockState, now: datetime) -> float:
    """The share of the allowed time that is used, pauses taken out: 1.0 at the deadline, then more."""
    whole = allowed(clock)
    return elapsed(clock, now=now) / whole if whole > ZERO else 1.0


def wall_elapsed(clock: ClockState, now: datetime) -> timedelta:
    """Time since the start as the resident lives it: no pause is taken out."""
    return max(ZERO, _ended(clock, now=now) - clock.started_at)


def wall_due_at(clock: ClockState, hours: OfficeHours | None = None) -> datetime:
    """The deadline as first promised: no pause, no extension. A first-answer clock needs its office hours."""
    if hours is None:
        return clock.started_at + clock.target
    return office_due(start=clock.started_at, target=clock.target, hours=hours)


def met_in_time(clock: ClockState) -> bool:
    """Whether the clock has stopped by its deadline, pauses and extensions granted."""
    return clock.stopped_at is not None and clock.stopped_at <= clock.due_at


def met_wall_clock(clock: ClockState, hours: OfficeHours | None = None) -> bool:
    """Whether the clock has stopped within the time first promised, nothing taken out."""
    return clock.stopped_at is not None and clock.stopped_at <= wall_due_at(clock, hours=hours)


def band(clock: ClockState, now: datetime) -> Band:
    """How to show the clock. A pause that began after the deadline shows as overdue, not as paused."""
    if clock.stopped_at is not None:
        return Band.MET if met_in_time(clock) else Band.LATE
    if is_overdue(clock, now=now):
        return Band.OVERDUE
    if clock.paused_at is not None:
        return Band.PAUSED
    left = remaining(clock, now=now)
    if left > SOON:
        return Band.NEUTRAL
    return Band.SOON if left >= URGENT else Band.URGENT


# The ladder


def level_due_at(clock: ClockState, level: int, ladder: Sequence[LadderStep] = LADDER) -> datetime | None:
    """When a level falls due, or None if, as things stand, it never will: stopped, or paused before it.

    Exact for a level still to come; for one that passed before an earlier pause it may be later than the
    moment it did pass, never earlier. Raises ClockRefused for a level that the ladder does not have.
    """
    moment = _moment(clock, step=_find_step(level=level, ladder=ladder))
    return moment if _is_reached(clock, moment=moment) else None


def levels_due(
    clock: ClockState, now: datetime, already: Collection[int] = (), ladder: Sequence[LadderStep] = LADDER
) -> list[int]:
    """The levels that have fallen due by `now` and are not yet recorded, lowest first.

    A level that passed before a pause began stays due in the pause. The level of the deadline itself comes
    only when the clock is overdue: equal is met.
    """
    now = _utc(now)
    passed = (step.level for step in ladder if _has_passed(clock, step=step, now=now))
    return sorted(level for level in passed if level not in already)


def next_escalation_at(
    clock: ClockState, level_reached: int | None, ladder: Sequence[LadderStep] = LADDER
) -> datetime | None:
    """When to look at this clock again; None while nothing can fall due. No level yet: None or -1."""
    reached = -1 if level_reached is None else level_reached
    moments = [_moment(clock, step=step) for step in ladder if step.level > reached]
    return min((moment for moment in moments if _is_reached(clock, moment=moment)), default=None)


# Inside


def _utc(value: datetime) -> datetime:
    """In UTC, so that adding a length is adding real time whatever zone the caller thinks in."""
    if value.tzinfo is None:
        msg = f"{value.isoformat()} has no time zone"
        raise ClockRefused(msg)
    return value.astimezone(UTC)


def _check_target(target: timedelta) -> None:
    if target <= ZERO:
        msg = f"a target of {target} can't be kept"
        raise ClockRefused(msg)


def _open_span(*, day: date, hours: OfficeHours) -> tuple[datetime, datetime]:
    """Opening and closing instant of a day in Bangkok; both the same on a day off."""
    opens = _instant(day, hours.opens)
    return opens, _instant(day, hours.closes) if hours.is_working_day(day) else opens


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=BANGKOK).astimezone(UTC)


def _merge(pauses: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for begins, ends in sorted((_utc(begins), _utc(ends)) for begins, ends in pauses):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        elif ends > begins:
            merged.append((begins, ends))
    return merged


def _ended(clock: ClockState, *, now: datetime) -> datetime:
    return _utc(now) if clock.stopped_at is None else min(_utc(now), clock.stopped_at)


def _frozen(clock: ClockState, *, now: datetime) -> datetime:
    """The instant at which the hand of the clock stands."""
    ended = _ended(clock, now=now)
    return ended if clock.paused_at is None else min(ended, clock.paused_at)


def _find_step(*, level: int, ladder: Sequence[LadderStep]) -> LadderStep:
    for step in ladder:
        if step.level == level:
            return step
    msg = f"the ladder has no level {level}"
    raise ClockRefused(msg)


def _moment(clock: ClockState, *, step: LadderStep) -> datetime:
    """When the step falls due if the clock runs on from where it stands."""
    if step.after_due is not None:
        return clock.due_at + step.after_due + clock.paused_late
    share = step.share or 0.0
    late = clock.paused_late if share > 1 else ZERO
    early = clock.paused_total - clock.paused_late
    return clock.started_at + allowed(clock) * share + early + late


def _is_reached(clock: ClockState, *, moment: datetime) -> bool:
    """Whether the hand can get there as things stand; paused exactly at the deadline is not past it."""
    if clock.stopped_at is not None:
        return False
    if clock.paused_at is None:
        return True
    return moment < clock.paused_at if moment == clock.due_at else moment <= clock.paused_at


def _has_passed(clock: ClockState, *, step: LadderStep, now: datetime) -> bool:
    moment = _moment(clock, step=step)
    if not _is_reached(clock, moment=moment):
        return False
    return is_overdue(clock, now=now) if moment == clock.due_at else moment <= now
