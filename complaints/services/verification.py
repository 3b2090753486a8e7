"""Do the columns of a case say what its record and its clocks say? Recomputed from both, changed nowhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.models.record import ComplaintEvent
from complaints.services.moves import REMEMBERED, lock_complaint
from complaints.workflow import MOVES, ActorKind, ClockKind, EventKind
from nakhoncity.kit.thai import bangkok_date

AT_ONCE = 500
# How a case begins where its first event does not say otherwise; its office and category it always says.
BLANK: Mapping[str, Any] = {
    **{name: None for name in REMEMBERED if name not in {"status", "department_id", "category_id"}},
    "outcome": "",
    "agency_reference": "",
    "reopened_count": 0,
}
FIRST = {EventKind.RECEIVED, EventKind.IMPORTED}
TELLING = {move.name for move in MOVES if move.tells}


@dataclass(frozen=True)
class Difference:
    """One thing a case says otherwise than its `source` (“events”, “clocks”, “dates”) does."""

    name: str
    source: str
    found: Any
    expected: Any

    def __str__(self) -> str:
        return f"{self.name} is {self.found}, by its {self.source} it should be {self.expected}"


def verify_all(*, at_once: int = AT_ONCE) -> Iterator[tuple[str, list[Difference]]]:
    """Go through all cases in order, some at a time: each reference with what is wrong with it, mostly nothing.

    Three queries a batch. A case that looks wrong may only have been moved between two of them, so it is looked at
    again under its lock, which every service takes before it writes.
    """
    last = 0
    while cases := list(Complaint.objects.filter(pk__gt=last).order_by("pk")[:at_once]):
        last = cases[-1].pk
        for case, differences in _compare(cases):
            yield case.reference, _look_again(case) if differences else []


@transaction.atomic
def _look_again(case: Complaint) -> list[Difference]:
    [(_, differences)] = _compare([lock_complaint(complaint_id=case.pk)])
    return differences


def _compare(cases: Sequence[Complaint]) -> Iterator[tuple[Complaint, list[Difference]]]:
    ids = [case.pk for case in cases]
    events: dict[int, list[ComplaintEvent]] = defaultdict(list)
    for event in ComplaintEvent.objects.filter(complaint__in=ids).order_by("pk"):
        events[event.complaint_id].append(event)
    clocks: dict[int, list[Clock]] = defaultdict(list)
    for clock in Clock.objects.filter(complaint__in=ids).annotate(passed=Max("escalations__level")).order_by("number"):
        clocks[clock.complaint_id].append(clock)
    for case in cases:
        extended = any(event.kind == EventKind.EXTENDED for event in events[case.pk])
        fix = [clock for clock in clocks[case.pk] if clock.kind == ClockKind.FIX]
        yield (
            case,
            [
                *_against_events(case, events[case.pk]),
                *_against_clocks(case, fix),
                *(wrong for clock in fix if not extended for wrong in _against_itself(clock)),
                *_against_dates(case),
            ],
        )


def _against_events(case: Complaint, events: Sequence[ComplaintEvent]) -> Iterator[Difference]:
    """Replay what the events remember: each begins where the one before ended, and the case stands where they end."""
    if not events or events[0].kind not in FIRST:
        yield Difference("record", "events", "without a beginning", "received or imported")
        return
    state = dict(BLANK)
    for event in events:
        for name, value in _known(event.before):
            if name in state and state[name] != value:
                yield Difference(f"{name} before event {event.pk}", "events", value, state[name])
        state |= dict(_known(event.after))
        if event.kind == EventKind.WAIT_NOTICE:
            state["wait_notice_at"] = None
    state["first_answered_at"] = _first_answered_at(events)
    yield from _differ(case, "events", state)


def _known(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if name in REMEMBERED:
            yield name, _parsed(name, value)


def _parsed(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.endswith(("_at", "_until")):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_date"):
        return date.fromisoformat(value)
    return value


def _first_answered_at(events: Sequence[ComplaintEvent]) -> datetime | None:
    """When staff first told the resident anything; what was taken back in time has told nothing."""
    undone = {event.payload["undone"] for event in events if event.kind == EventKind.UNDONE}
    answers = (
        event.at
        for event in events
        if event.actor == ActorKind.STAFF
        and event.pk not in undone
        and (event.public_text or event.payload.get("move") in TELLING)
    )
    return next(answers, None)


def _against_clocks(case: Complaint, fix: Sequence[Clock]) -> Iterator[Difference]:
    """The case carries a copy of its last fix clock; history has none and never counts as running."""
    if not case.promised:
        if fix:
            yield Difference("promised", "clocks", False, True)  # noqa: FBT003 (the column's two values)
        if case.clock_stopped_at is None:
            yield Difference("clock_stopped_at", "clocks", None, "a time: history has no clock")
        return
    if not fix:
        yield Difference("promised", "clocks", True, False)  # noqa: FBT003 (the column's two values)
        return
    last = fix[-1]
    copies = {"due_at": last.due_at, "paused_at": last.paused_at, "clock_stopped_at": last.stopped_at}
    yield from _differ(case, "clocks", {**copies, "escalation_level": last.level, "reopened_count": last.number - 1})
    if case.is_open != (last.stopped_at is None):
        running, stopped = "running, the case being open", "stopped, the case being over"
        yield Difference("clock", "status", last.stopped_at, running if case.is_open else stopped)


def _against_itself(clock: Clock) -> Iterator[Difference]:
    """A deadline that nobody extended is start, target and the pauses begun in time; a level has its escalation."""
    due_at = clock.started_at + clock.target + clock.paused_total - clock.paused_late
    if clock.due_at != due_at:
        yield Difference(f"due_at of clock {clock.number}", "clocks", clock.due_at, due_at)
    passed = -1 if clock.passed is None else clock.passed  # type: ignore[attr-defined]  # annotated
    if clock.level != passed:
        yield Difference(f"level of clock {clock.number}", "escalations", clock.level, passed)


def _against_dates(case: Complaint) -> Iterator[Difference]:
    resolved_on = bangkok_date(case.resolved_at) if case.resolved_at else None
    yield from _differ(case, "times", {"received_on": bangkok_date(case.received_at), "resolved_on": resolved_on})


def _differ(case: Complaint, source: str, expected: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in expected.items():
        if (found := getattr(case, name)) != value:
            yield Difference(name, source, found, value)
