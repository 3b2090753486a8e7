"""The rules of more time: pure, and what more time does to the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import sla
from complaints.extending import (
    MOST_EXTENSIONS,
    ExtensionRefused,
    check_extension,
    days_moved,
    extended_due,
    is_beyond_director,
)
from complaints.sla import ClockState

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
DUE = START + 48 * HOUR
rules = settings(deadline=None, max_examples=100)
instants = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip
lengths = st.timedeltas(min_value=MINUTE, max_value=timedelta(days=10))


def fix_clock() -> ClockState:
    return sla.start_clock(START, 48 * HOUR)


def check(clock: ClockState | None, new_due_at: datetime, granted: int = 0, now: datetime = START + HOUR) -> None:
    check_extension(clock=clock, granted=granted, new_due_at=new_due_at, now=now)


def test_extended_due_is_the_end_of_office_hours_in_bangkok():
    assert extended_due(day=date(2026, 12, 5), closes=time(16, 30)) == datetime(2026, 12, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("days", "beyond"), [(1, False), (7, False), (8, True)])
def test_director_grants_seven_days_and_the_secretary_what_goes_beyond(days, beyond):
    assert is_beyond_director(due_at=DUE, new_due_at=DUE + days * DAY) is beyond


def test_days_moved_counts_days_of_bangkok_whose_day_begins_at_17_utc():
    late_evening = datetime(2026, 11, 27, 16, 59, tzinfo=UTC)

    assert days_moved(due_at=late_evening, new_due_at=late_evening + 2 * MINUTE) == 1


@pytest.mark.parametrize(
    ("clock", "sentence"),
    [
        (None, "ไม่มีกำหนดเวลาที่เดินอยู่"),
        (sla.stop(fix_clock(), START + HOUR), "ไม่มีกำหนดเวลาที่เดินอยู่"),
        (sla.pause(fix_clock(), START + HOUR, DUE), "พักเวลาอยู่"),
    ],
)
def test_check_extension_refuses_a_clock_that_does_not_run(clock, sentence):
    with pytest.raises(ExtensionRefused, match=sentence):
        check(clock, DUE + DAY)


def test_check_extension_refuses_the_third():
    with pytest.raises(ExtensionRefused, match="ครบ 2 ครั้งแล้ว"):
        check(fix_clock(), DUE + DAY, granted=MOST_EXTENSIONS)


@pytest.mark.parametrize(("new_due_at", "now"), [(DUE, START), (DUE - HOUR, START), (DUE + HOUR, DUE + HOUR)])
def test_check_extension_refuses_what_is_not_later(new_due_at, now):
    with pytest.raises(ExtensionRefused, match="ต้องอยู่หลังวันที่"):
        check(fix_clock(), new_due_at, now=now)


def test_check_extension_refuses_a_slip_of_the_pen():
    with pytest.raises(ExtensionRefused, match="ไม่เกิน 1 ปี"):
        check(fix_clock(), DUE + 366 * DAY)


def test_check_extension_takes_the_second_of_an_overdue_clock():
    check(fix_clock(), DUE + 3 * DAY, granted=1, now=DUE + DAY)


# What more time does to the clock


@rules
@given(instants, lengths)
def test_beyond_director_equals_a_walk_from_midnight_to_midnight(due_at, length):
    """The oracle steps through Bangkok's midnights one by one."""
    midnight = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)
    crossed = 0
    while midnight <= due_at + length:
        crossed += midnight > due_at
        midnight += DAY

    assert is_beyond_director(due_at=due_at, new_due_at=due_at + length) is (crossed > 7)


@rules
@given(lengths, lengths)
def test_pause_before_the_new_date_shifts_it_by_its_length(more, pause):
    clock = sla.extend(fix_clock(), DUE + more, at=START + HOUR)

    paused = sla.resume(sla.pause(clock, DUE + more - MINUTE), DUE + more - MINUTE + pause)

    assert paused.due_at == DUE + more + pause


@rules
@given(lengths, lengths)
def test_pause_after_the_new_date_shifts_it_by_nothing(more, pause):
    clock = sla.extend(fix_clock(), DUE + more, at=START + HOUR)

    paused = sla.resume(sla.pause(clock, DUE + more + MINUTE), DUE + more + MINUTE + pause)

    assert paused.due_at == DUE + more


@rules
@given(lengths, lengths)
def test_two_extensions_end_where_one_to_the_later_date_ends(first, second):
    twice = sla.extend(sla.extend(fix_clock(), DUE + first), DUE + first + second)

    assert twice == sla.extend(fix_clock(), DUE + first + second)


@rules
@given(lengths, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=15)))
def test_wall_clock_figure_counts_an_extended_case_late(more, took):
    clock = sla.stop(sla.extend(fix_clock(), DUE + more), START + took)

    assert sla.met_in_time(clock) is (took <= 48 * HOUR + more)
    assert sla.met_wall_clock(clock) is (took <= 48 * HOUR)


@rules
@given(lengths, lengths)
def test_ladder_follows_the_new_date(more, pause):
    clock = sla.extend(fix_clock(), DUE + more)
    clock = sla.resume(sla.pause(clock, START + HOUR), START + HOUR + pause)

    moments = [sla.level_due_at(clock, level) for level in (2, 3, 4)]

    assert moments == [DUE + more + pause + after for after in (timedelta(0), 24 * HOUR, 72 * HOUR)]
