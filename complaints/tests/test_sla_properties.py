"""What must hold for every clock: the clock's law as properties, and a stopwatch read minute by minute."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from complaints import sla
from complaints.sla import LADDER, ClockState, LadderStep
from nakhoncity.kit.officehours import OfficeHours

settings.register_profile("clocks", deadline=None, max_examples=100)
clocks = settings(settings.get_profile("clocks"))

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BLINK = timedelta(microseconds=1)
ZERO = timedelta(0)

instants = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
targets = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(hours=48))
lengths = st.timedeltas(min_value=ZERO, max_value=timedelta(days=20))
days = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 1, 31))
office_hours = st.builds(
    OfficeHours,
    opens=st.sampled_from([time(8, 30), time(8), time(9, 15)]),
    closes=st.sampled_from([time(16, 30), time(12), time(20)]),
    holidays=st.frozensets(days, max_size=30),
)


@st.composite
def pause_lists(draw) -> list[tuple[datetime, datetime]]:
    """Ended pauses after START, in no order, overlapping at will."""
    spans = draw(st.lists(st.tuples(lengths, lengths), max_size=6))
    return [(START + begins, START + begins + length) for begins, length in spans]


@st.composite
def used_clocks(draw) -> ClockState:
    """A clock that has lived: some pauses, perhaps extended, perhaps paused now, perhaps stopped."""
    clock = sla.replay(sla.start_clock(START, draw(targets)), draw(pause_lists()))
    if draw(st.booleans()):
        clock = sla.extend(clock, clock.due_at + draw(lengths) + MINUTE)
    after = START + timedelta(days=41)
    if draw(st.booleans()):
        clock = sla.pause(clock, after, after + draw(lengths))
    return sla.stop(clock, after + draw(lengths)) if draw(st.booleans()) else clock


def pause_once(clock: ClockState, at: datetime, length: timedelta) -> ClockState:
    return sla.resume(sla.pause(clock, at, at + timedelta(days=60)), at + length)


# The law's own list


@clocks
@given(instants, targets)
def test_elapsed_from_start_to_due_is_the_target(start, target):
    clock = sla.start_clock(start, target)

    assert sla.elapsed(clock, clock.due_at) == target
    assert sla.wall_elapsed(clock, clock.due_at) == target


@clocks
@given(instants, targets, office_hours)
def test_office_time_from_start_to_due_is_the_target(start, target, hours):
    clock = sla.start_office_clock(start, target, hours)

    assert sla.office_elapsed(start, clock.due_at, hours) == target
    assert sla.office_elapsed(start, clock.due_at - BLINK, hours) < target


@clocks
@given(targets, pause_lists(), st.randoms())
def test_order_of_pauses_does_not_matter(target, pauses, random):
    shuffled = random.sample(pauses, len(pauses))
    clock = sla.start_clock(START, target)

    assert sla.replay(clock, shuffled) == sla.replay(clock, pauses)


@clocks
@given(targets, pause_lists())
def test_overlap_of_pauses_does_not_matter(target, pauses):
    """Each minute that lies in any pause counts once, however many pauses it lies in."""
    clock = sla.start_clock(START, target)
    cut = sorted({edge for span in pauses for edge in span})
    pieces = [
        (left, right)
        for left, right in pairwise(cut)
        if any(begins <= left and right <= ends for begins, ends in pauses)
    ]

    assert sla.replay(clock, pieces) == sla.replay(clock, pauses)


@clocks
@given(targets, st.floats(min_value=0, max_value=1), lengths)
def test_pause_before_due_shifts_it_by_exactly_its_length(target, share, length):
    clock = sla.start_clock(START, target)
    paused = pause_once(clock, START + target * share, length)

    assert paused.due_at - clock.due_at == length


@clocks
@given(targets, st.timedeltas(min_value=BLINK, max_value=timedelta(days=30)), lengths)
def test_pause_after_due_shifts_it_by_nothing(target, late_by, length):
    clock = sla.start_clock(START, target)
    paused = pause_once(clock, clock.due_at + late_by, length)

    assert paused.due_at == clock.due_at


@clocks
@given(instants, targets, office_hours, st.sampled_from(["Asia/Bangkok", "Europe/Berlin", "America/St_Johns"]))
def test_the_same_instant_in_any_zone_gives_the_same_due(start, target, hours, zone):
    elsewhere = start.astimezone(ZoneInfo(zone))

    assert sla.start_clock(elsewhere, target) == sla.start_clock(start, target)
    assert sla.start_office_clock(elsewhere, target, hours) == sla.start_office_clock(start, target, hours)


@clocks
@given(instants, lengths, targets, office_hours)
def test_later_start_never_gives_earlier_due(start, later_by, target, hours):
    later = start + later_by

    assert sla.start_clock(start, target).due_at <= sla.start_clock(later, target).due_at
    assert sla.start_office_clock(start, target, hours).due_at <= sla.start_office_clock(later, target, hours).due_at


@clocks
@given(used_clocks())
def test_closed_exactly_at_the_deadline_is_met(clock):
    assume(clock.stopped_at is None and clock.paused_at is None)

    assert sla.met_in_time(sla.stop(clock, clock.due_at))
    assert not sla.met_in_time(sla.stop(clock, clock.due_at + BLINK))
    assert not sla.is_overdue(clock, clock.due_at)
    assert sla.is_overdue(clock, clock.due_at + BLINK)


@clocks
@given(used_clocks(), lengths, lengths)
def test_double_pause_changes_nothing(clock, first, second):
    once = sla.pause(clock, START + first, START + first + second)

    assert sla.pause(once, START + second, START + first + second) == once


@clocks
@given(used_clocks(), lengths)
def test_resume_without_a_pause_changes_nothing(clock, at):
    assume(clock.paused_at is None)

    assert sla.resume(clock, START + at) == clock


# What follows from it


@clocks
@given(used_clocks(), lengths)
def test_is_overdue_is_the_question_the_lists_ask(clock, at):
    now = START + at
    least = min(now, clock.paused_at or now)

    assert sla.is_overdue(clock, now) == (clock.stopped_at is None and clock.due_at < least)


@clocks
@given(used_clocks())
def test_the_end_is_on_time_if_and_only_if_it_was_not_overdue_before(clock):
    assume(clock.stopped_at is None)
    at = START + timedelta(days=61)
    if clock.pause_until is not None:
        at = clock.pause_until

    assert sla.met_in_time(sla.stop(clock, at)) == (not sla.is_overdue(clock, at))


@clocks
@given(used_clocks(), st.timedeltas(min_value=timedelta(days=61), max_value=timedelta(days=99)))
def test_no_level_falls_due_before_the_next_look(clock, at):
    now = START + at
    recorded: set[int] = set()
    for step in LADDER:
        following = sla.next_escalation_at(clock, step.level - 1)
        due = sla.levels_due(clock, now, recorded)

        assert not due or (following is not None and following <= now)
        assert following is None or following >= now or step.level in due or following == clock.due_at
        recorded.add(step.level)


@clocks
@given(used_clocks(), lengths, lengths)
def test_a_level_once_due_stays_due_until_the_end(clock, at, later_by):
    assume(clock.stopped_at is None)
    now = START + timedelta(days=41) + at

    assert set(sla.levels_due(clock, now)) <= set(sla.levels_due(clock, now + later_by))


@clocks
@given(used_clocks())
def test_nothing_falls_due_after_the_stop(clock):
    stopped = sla.stop(clock, START + timedelta(days=62))

    assert sla.levels_due(stopped, START + timedelta(days=999)) == []
    assert sla.next_escalation_at(stopped, None) is None


@clocks
@given(used_clocks(), lengths)
def test_share_used_passes_one_with_the_deadline(clock, at):
    assume(clock.stopped_at is None)
    now = START + timedelta(days=41) + at

    share = sla.share_used(clock, now)

    assert share >= 1 if sla.is_overdue(clock, now) else share <= 1


# Minute by minute


@dataclass
class Stopwatch:
    """The oracle: no deadline, only minutes counted one by one while neither paused nor stopped."""

    allowed: int
    used: int = 0
    lived: int = 0
    paused_until: int | None = None
    stopped: bool = False

    @property
    def is_late(self) -> bool:
        return self.used > self.allowed

    def tick(self) -> None:
        self.lived += 1
        if self.paused_until is None and not self.stopped:
            self.used += 1
        if self.paused_until == self.lived:
            self.paused_until = None

    def passed(self, ladder: tuple[LadderStep, ...]) -> list[int]:
        return [step.level for step in ladder if self._has_passed(step)]

    def _has_passed(self, step: LadderStep) -> bool:
        if step.after_due is not None:
            return self.used >= self.allowed + step.after_due / MINUTE
        return self.is_late if step.share == 1 else self.used >= self.allowed * (step.share or 0)


SHORT_LADDER = (
    LadderStep(level=0, share=0.5),
    LadderStep(level=1, share=0.75),
    LadderStep(level=2, share=1.0),
    LadderStep(level=3, after_due=40 * MINUTE),
    LadderStep(level=4, after_due=120 * MINUTE),
)
acts = st.dictionaries(
    st.integers(min_value=0, max_value=500),
    st.tuples(st.sampled_from(["pause", "resume", "extend", "stop"]), st.integers(min_value=1, max_value=150)),
    max_size=8,
)


def act_on(clock: ClockState, watch: Stopwatch, act: str, length: int) -> ClockState:
    """Do the same to the clock and to the stopwatch."""
    now = START + watch.lived * MINUTE
    if act == "pause":
        if watch.paused_until is None:
            watch.paused_until = watch.lived + length
        return sla.pause(clock, now, now + length * MINUTE)
    if act == "resume":
        watch.paused_until = None
        return sla.resume(clock, now)
    if act == "extend":
        hand = clock.paused_at or now
        new_due = max(clock.due_at, hand) + length * MINUTE
        watch.allowed = watch.used + (new_due - hand) // MINUTE
        return sla.extend(clock, new_due)
    watch.stopped = True
    return sla.stop(clock, now)


@settings(deadline=None, max_examples=60)
@given(st.integers(min_value=4, max_value=300), acts)
@example(60, {60: ("pause", 30), 100: ("stop", 1)})
@example(60, {61: ("pause", 30), 70: ("extend", 90), 80: ("resume", 1)})
@example(60, {70: ("pause", 10), 90: ("extend", 20), 120: ("pause", 50)})
@example(60, {30: ("pause", 30), 60: ("pause", 30)})
def test_clock_equals_a_stopwatch_read_every_minute(allowed, by_minute):
    watch = Stopwatch(allowed=allowed)
    clock = sla.start_clock(START, allowed * MINUTE)
    seen: list[int] = []

    for minute in range(600):
        now = START + minute * MINUTE
        if watch.paused_until is None:
            clock = sla.resume(clock, now)
        if not watch.stopped and minute in by_minute:
            clock = act_on(clock, watch, *by_minute[minute])
        if watch.stopped:
            break
        assert sla.is_overdue(clock, now) == watch.is_late
        assert sla.elapsed(clock, now) == watch.used * MINUTE
        left = clock.due_at - now if watch.is_late else (watch.allowed - watch.used) * MINUTE
        assert sla.remaining(clock, now) == left
        fresh = sla.levels_due(clock, now, seen, SHORT_LADDER)
        assert fresh == [level for level in watch.passed(SHORT_LADDER) if level not in seen]
        seen.extend(fresh)
        watch.tick()

    assert len(seen) == len(set(seen))
    assert sla.met_in_time(clock) == (watch.stopped and not watch.is_late)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(min_value=4, max_value=300),
    acts,
    st.lists(st.integers(min_value=1, max_value=90), min_size=1),
)
def test_late_sweeps_end_with_the_same_deadline_and_levels_as_punctual_ones(allowed, by_minute, gaps):
    """However late the sweep resumes a pause, the pause ends at its promised minute."""
    start = sla.start_clock(START, allowed * MINUTE)
    punctual = lazy = start
    next_sweep, gap = gaps[0], 0
    for minute in range(800):
        now = START + minute * MINUTE
        punctual = end_pause_if_due(punctual, now)
        if minute == next_sweep:
            lazy = end_pause_if_due(lazy, now)
            gap += 1
            next_sweep += gaps[gap % len(gaps)]
        if minute in by_minute and by_minute[minute][0] in {"pause", "stop"}:
            act, length = by_minute[minute]
            punctual = do(end_pause_if_due(punctual, now), act, now, length)
            lazy = do(end_pause_if_due(lazy, now), act, now, length)
    end = START + timedelta(days=9)

    assert end_pause_if_due(lazy, end) == end_pause_if_due(punctual, end)


def end_pause_if_due(clock: ClockState, now: datetime) -> ClockState:
    return sla.resume(clock, now) if clock.pause_until and clock.pause_until <= now else clock


def do(clock: ClockState, act: str, now: datetime, length: int) -> ClockState:
    return sla.stop(clock, now) if act == "stop" else sla.pause(clock, now, now + length * MINUTE)


@settings(deadline=None, max_examples=40)
@given(
    st.datetimes(min_value=datetime(2026, 4, 1), max_value=datetime(2026, 5, 1)),  # noqa: DTZ001
    st.integers(min_value=1, max_value=900),
    office_hours,
)
def test_office_clock_equals_a_walk_through_every_minute(start, minutes, hours):
    now = start.replace(second=0, microsecond=0, tzinfo=sla.BANGKOK)
    clock = sla.start_office_clock(now, minutes * MINUTE, hours)

    left = minutes
    while left:
        is_open = hours.is_working_day(now.date()) and hours.opens <= now.time() < hours.closes
        left -= is_open
        now += MINUTE

    assert clock.due_at == now
