"""The ladder by example: which level falls due when, and what pauses, extensions and the end do to it."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints import sla
from complaints.sla import ClockRefused, ClockState, LadderStep

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DUE = START + 48 * HOUR
BLINK = timedelta(microseconds=1)
LONG_AFTER = START + timedelta(days=60)


def fix_clock() -> ClockState:
    return sla.start_clock(START, 48 * HOUR)


def paused_for(clock: ClockState, begins: timedelta, length: timedelta) -> ClockState:
    at = START + begins
    return sla.resume(sla.pause(clock, at, at + timedelta(days=30)), at + length)


@pytest.mark.parametrize(("level", "hours"), [(0, 24), (1, 36), (2, 48), (3, 72), (4, 120)])
def test_level_due_at_stands_at_its_share_or_after_the_deadline(level, hours):
    assert sla.level_due_at(fix_clock(), level) == START + hours * HOUR


@pytest.mark.parametrize(("level", "hours"), [(0, 29), (1, 41), (2, 53), (3, 77), (4, 125)])
def test_level_due_at_takes_a_pause_out(level, hours):
    clock = paused_for(fix_clock(), 10 * HOUR, 5 * HOUR)

    assert sla.level_due_at(clock, level) == START + hours * HOUR


def test_level_due_at_takes_a_late_pause_out_of_the_levels_after_the_deadline():
    clock = paused_for(fix_clock(), 50 * HOUR, 5 * HOUR)

    assert sla.level_due_at(clock, 2) == DUE
    assert sla.level_due_at(clock, 3) == DUE + 29 * HOUR
    assert sla.level_due_at(clock, 4) == DUE + 77 * HOUR


def test_level_due_at_follows_an_extension():
    clock = sla.extend(fix_clock(), START + 96 * HOUR)

    assert [sla.level_due_at(clock, level) for level in range(5)] == [
        START + hours * HOUR for hours in (48, 72, 96, 120, 168)
    ]


def test_level_due_at_after_an_extension_forgets_the_late_pause_before_it():
    clock = sla.extend(paused_for(fix_clock(), 50 * HOUR, 5 * HOUR), START + 96 * HOUR)

    assert sla.level_due_at(clock, 3) == START + 120 * HOUR


def test_level_due_at_is_none_in_a_pause_before_it_and_after_the_stop():
    paused = sla.pause(fix_clock(), START + 30 * HOUR, LONG_AFTER)

    assert sla.level_due_at(paused, 0) == START + 24 * HOUR
    assert sla.level_due_at(paused, 1) is None
    assert sla.level_due_at(sla.stop(fix_clock(), LONG_AFTER), 0) is None


def test_level_due_at_refuses_a_level_the_ladder_does_not_have():
    with pytest.raises(ClockRefused, match="no level 9"):
        sla.level_due_at(fix_clock(), 9)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START + 24 * HOUR - BLINK, []),
        (START + 24 * HOUR, [0]),
        (START + 36 * HOUR, [0, 1]),
        (DUE, [0, 1]),
        (DUE + BLINK, [0, 1, 2]),
        (DUE + 24 * HOUR - BLINK, [0, 1, 2]),
        (DUE + 24 * HOUR, [0, 1, 2, 3]),
        (DUE + 72 * HOUR, [0, 1, 2, 3, 4]),
    ],
)
def test_levels_due_come_on_time_and_overdue_only_past_the_deadline(now, expected):
    assert sla.levels_due(fix_clock(), now) == expected


def test_levels_due_leaves_out_what_is_recorded():
    assert sla.levels_due(fix_clock(), DUE + 24 * HOUR, {0, 1}) == [2, 3]


def test_levels_due_gives_nothing_new_in_a_pause():
    clock = sla.pause(fix_clock(), START + 30 * HOUR, LONG_AFTER)

    assert sla.levels_due(clock, LONG_AFTER) == [0]


def test_levels_due_gives_no_overdue_when_paused_exactly_at_the_deadline():
    clock = sla.pause(fix_clock(), DUE, LONG_AFTER)

    assert sla.levels_due(clock, LONG_AFTER) == [0, 1]
    assert sla.next_escalation_at(clock, 1) is None


def test_levels_due_keeps_what_passed_just_before_a_late_pause():
    clock = sla.pause(fix_clock(), DUE + HOUR, LONG_AFTER)

    assert sla.levels_due(clock, DUE + HOUR, {0, 1}) == [2]
    assert sla.next_escalation_at(clock, 1) == DUE


def test_levels_due_gives_nothing_after_the_stop():
    assert sla.levels_due(sla.stop(fix_clock(), DUE + 100 * HOUR), LONG_AFTER) == []


def test_levels_due_follows_a_ladder_of_another_department():
    ladder = (
        LadderStep(level=7, after_due=2 * HOUR),
        LadderStep(level=5, share=0.25),
        LadderStep(level=6, share=1.25),
    )

    assert sla.levels_due(fix_clock(), START + 12 * HOUR, (), ladder) == [5]
    assert sla.levels_due(fix_clock(), START + 60 * HOUR, (), ladder) == [5, 6, 7]


def test_levels_due_takes_a_late_pause_out_of_shares_beyond_the_deadline():
    ladder = (LadderStep(level=0, share=1.25),)
    clock = paused_for(fix_clock(), 50 * HOUR, 5 * HOUR)

    assert sla.level_due_at(clock, 0, ladder) == START + 65 * HOUR


@pytest.mark.parametrize(
    ("reached", "expected"),
    [(None, 24), (-1, 24), (0, 36), (1, 48), (2, 72), (3, 120)],
)
def test_next_escalation_at_is_the_next_level_above(reached, expected):
    assert sla.next_escalation_at(fix_clock(), reached) == START + expected * HOUR


def test_next_escalation_at_is_none_on_top_in_a_pause_and_after_the_stop():
    assert sla.next_escalation_at(fix_clock(), 4) is None
    assert sla.next_escalation_at(sla.pause(fix_clock(), START + HOUR, DUE), None) is None
    assert sla.next_escalation_at(sla.stop(fix_clock(), START + HOUR), None) is None


def test_next_escalation_at_after_an_extension_goes_on_above_the_level_reached():
    clock = sla.extend(fix_clock(), START + 96 * HOUR)

    assert sla.next_escalation_at(clock, 2) == START + 120 * HOUR
