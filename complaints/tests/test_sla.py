"""The clocks by example: 48 hours from Wednesday 25 November 2026, 10.00 in Bangkok."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints import sla
from complaints.sla import Band, ClockRefused, ClockState, LadderStep
from nakhoncity.kit.officehours import OfficeHours

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
TARGET = timedelta(hours=48)
DUE = START + TARGET
HOUR = timedelta(hours=1)
BLINK = timedelta(microseconds=1)
FATHERS_DAY_OFF = date(2026, 12, 7)
HOURS = OfficeHours(opens=time(8, 30), closes=time(16, 30), holidays=frozenset({FATHERS_DAY_OFF}))


def fix_clock() -> ClockState:
    return sla.start_clock(START, TARGET)


def bangkok(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=sla.BANGKOK)


def paused_for(clock: ClockState, begins: timedelta, length: timedelta) -> ClockState:
    """The clock after a pause that began so long after the start."""
    at = START + begins
    return sla.resume(sla.pause(clock, at, at + timedelta(days=30)), at + length)


# Starting


def test_start_clock_is_due_48_hours_later_over_any_weekend():
    clock = sla.start_clock(bangkok(27, 22), TARGET)

    assert clock.due_at == bangkok(29, 22)


def test_start_clock_gives_utc():
    clock = sla.start_clock(bangkok(25, 10), TARGET)

    assert (clock.started_at, clock.started_at.tzinfo) == (START, UTC)


def test_start_clock_counts_real_hours_when_the_caller_thinks_in_a_zone_with_summer_time():
    before_the_change = datetime(2026, 10, 24, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))

    clock = sla.start_clock(before_the_change, TARGET)

    assert clock.due_at == before_the_change.astimezone(UTC) + TARGET


@pytest.mark.parametrize("target", [timedelta(0), -HOUR])
def test_start_clock_refuses_a_target_of_nothing(target):
    with pytest.raises(ClockRefused):
        sla.start_clock(START, target)


def test_start_clock_refuses_an_instant_without_a_zone():
    with pytest.raises(ClockRefused, match="no time zone"):
        sla.start_clock(datetime(2026, 11, 25, 10, 0), TARGET)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (bangkok(25, 10), 4, bangkok(25, 14)),
        (bangkok(25, 12, 30), 4, bangkok(25, 16, 30)),
        (bangkok(25, 14), 4, bangkok(26, 10)),
        (bangkok(25, 5), 4, bangkok(25, 12, 30)),
        (bangkok(25, 16, 30), 1, bangkok(26, 9, 30)),
        (bangkok(25, 20), 1, bangkok(26, 9, 30)),
        (bangkok(27, 16), 1, bangkok(30, 9)),
        (bangkok(28, 10), 4, bangkok(30, 12, 30)),
        (bangkok(4, 16, month=12), 1, bangkok(8, 9, month=12)),
        (bangkok(25, 8, 30), 16, bangkok(26, 16, 30)),
        (datetime(2026, 11, 26, 17, 30, tzinfo=UTC), 1, bangkok(27, 9, 30)),
        (datetime(2026, 11, 29, 17, 30, tzinfo=UTC), 1, bangkok(30, 9, 30)),
    ],
    ids=[
        "within a day", "to the last minute", "over night", "before opening", "at closing", "in the evening",
        "over a weekend", "on a Saturday", "over a holiday", "two whole days", "the day begins at 17.00 UTC",
        "Monday begins on Sunday in UTC",
    ],
)  # fmt: skip
def test_start_office_clock_runs_in_office_hours(start, hours, due):
    clock = sla.start_office_clock(start, timedelta(hours=hours), HOURS)

    assert clock.due_at == due


def test_start_office_clock_gives_utc():
    clock = sla.start_office_clock(bangkok(25, 10), HOUR, HOURS)

    assert (clock.started_at.tzinfo, clock.due_at.tzinfo) == (UTC, UTC)
    assert sla.office_due(bangkok(25, 10), HOUR, HOURS).tzinfo is UTC


def test_start_office_clock_bears_any_number_of_weekends():
    clock = sla.start_office_clock(bangkok(25, 8, 30), 200 * 8 * HOUR, HOURS)

    assert clock.due_at == datetime(2027, 9, 1, 16, 30, tzinfo=sla.BANGKOK)


def test_start_office_clock_refuses_an_office_that_never_opens():
    shut = OfficeHours(opens=time(16, 30), closes=time(8, 30), holidays=frozenset())

    with pytest.raises(ClockRefused, match="never open"):
        sla.start_office_clock(START, HOUR, shut)


# Pausing


def test_pause_lets_the_deadline_stand_still():
    clock = sla.pause(fix_clock(), START + 10 * HOUR, START + 100 * HOUR)

    assert clock.due_at == DUE
    assert sla.remaining(clock, START + 90 * HOUR) == 38 * HOUR
    assert not sla.is_overdue(clock, START + 90 * HOUR)


def test_resume_adds_the_pause_to_the_deadline():
    clock = paused_for(fix_clock(), 10 * HOUR, 5 * HOUR)

    assert (clock.due_at, clock.paused_total, clock.paused_at, clock.pause_until) == (
        DUE + 5 * HOUR,
        5 * HOUR,
        None,
        None,
    )


def test_resume_adds_nothing_to_the_deadline_when_the_clock_was_already_late():
    clock = paused_for(fix_clock(), 49 * HOUR, 5 * HOUR)

    assert (clock.due_at, clock.paused_total, clock.paused_late) == (DUE, 5 * HOUR, 5 * HOUR)


def test_resume_adds_a_pause_that_began_exactly_at_the_deadline():
    clock = paused_for(fix_clock(), TARGET, 5 * HOUR)

    assert clock.due_at == DUE + 5 * HOUR
    assert sla.met_in_time(sla.stop(clock, DUE + 5 * HOUR))


def test_resume_counts_no_longer_than_pause_until_when_the_sweep_comes_late():
    clock = sla.pause(fix_clock(), START + 10 * HOUR, START + 12 * HOUR)

    assert sla.resume(clock, START + 40 * HOUR).due_at == DUE + 2 * HOUR


def test_resume_counts_nothing_when_the_computer_clock_was_set_back():
    clock = sla.pause(fix_clock(), START + 10 * HOUR, START + 12 * HOUR)

    assert sla.resume(clock, START + 9 * HOUR).due_at == DUE


def test_pause_before_the_start_begins_at_the_start():
    clock = sla.pause(fix_clock(), START - HOUR, START + HOUR)

    assert sla.resume(clock, START + HOUR).due_at == DUE + HOUR


def test_pause_with_an_end_in_the_past_is_no_pause():
    clock = sla.pause(fix_clock(), START + 10 * HOUR, START + 5 * HOUR)

    assert clock.pause_until == clock.paused_at
    assert sla.resume(clock, START + 20 * HOUR) == fix_clock()


@pytest.mark.parametrize(("promised_days", "expected_days"), [(3, 3), (30, 14), (14, 14)])
def test_pause_limit_is_the_earlier_of_promise_and_cap(promised_days, expected_days):
    limit = sla.pause_limit(START, START + timedelta(days=promised_days), timedelta(days=14))

    assert limit == START + timedelta(days=expected_days)


# Stopping


def test_stop_ends_the_pause_too():
    clock = sla.stop(sla.pause(fix_clock(), START + HOUR, START + 100 * HOUR), START + 60 * HOUR)

    assert (clock.paused_at, clock.due_at, clock.stopped_at) == (None, DUE + 59 * HOUR, START + 60 * HOUR)
    assert sla.met_in_time(clock)
    assert not sla.met_wall_clock(clock)


def test_stopped_clock_stays_as_it_is():
    clock = sla.stop(fix_clock(), START + HOUR)
    later = START + 2 * HOUR

    assert sla.stop(clock, later) == clock
    assert sla.pause(clock, later, later + HOUR) == clock
    assert sla.resume(clock, later) == clock
    assert sla.retarget(clock, HOUR) == clock


@pytest.mark.parametrize(("stopped_at", "is_met"), [(DUE - BLINK, True), (DUE, True), (DUE + BLINK, False)])
def test_met_in_time_counts_the_deadline_itself_as_met(stopped_at, is_met):
    assert sla.met_in_time(sla.stop(fix_clock(), stopped_at)) is is_met


def test_running_clock_has_met_nothing_yet():
    assert not sla.met_in_time(fix_clock())
    assert not sla.met_wall_clock(fix_clock())


# Extending and retargeting


def test_extend_moves_the_deadline_but_not_the_wall_clock_figure():
    clock = sla.stop(sla.extend(fix_clock(), DUE + 24 * HOUR), DUE + 20 * HOUR)

    assert sla.met_in_time(clock)
    assert not sla.met_wall_clock(clock)
    assert sla.wall_due_at(clock) == DUE


def test_extend_turns_an_overdue_clock_back():
    now = DUE + HOUR
    clock = sla.extend(fix_clock(), DUE + 24 * HOUR)

    assert sla.is_overdue(fix_clock(), now)
    assert not sla.is_overdue(clock, now)


def test_extend_in_a_pause_adds_the_pause_to_the_new_deadline():
    clock = sla.pause(fix_clock(), START + HOUR, START + 100 * HOUR)
    clock = sla.resume(sla.extend(clock, DUE + 24 * HOUR), START + 11 * HOUR)

    assert clock.due_at == DUE + 34 * HOUR


@pytest.mark.parametrize("new_due", [DUE, DUE - HOUR])
def test_extend_refuses_a_deadline_that_is_not_later(new_due):
    with pytest.raises(ClockRefused, match="no extension"):
        sla.extend(fix_clock(), new_due)


def test_extend_refuses_a_deadline_that_has_passed_when_it_is_granted():
    with pytest.raises(ClockRefused, match="no extension"):
        sla.extend(fix_clock(), DUE + HOUR, DUE + HOUR)


def test_extend_refuses_a_stopped_clock():
    with pytest.raises(ClockRefused, match="stopped"):
        sla.extend(sla.stop(fix_clock(), START + HOUR), DUE + HOUR)


def test_retarget_counts_from_the_start_and_keeps_pauses():
    clock = sla.retarget(paused_for(fix_clock(), HOUR, 5 * HOUR), 24 * HOUR)

    assert (clock.target, clock.due_at) == (24 * HOUR, START + 29 * HOUR)


# Asking


@pytest.mark.parametrize(("now", "is_late"), [(DUE - BLINK, False), (DUE, False), (DUE + BLINK, True)])
def test_is_overdue_only_past_the_deadline(now, is_late):
    assert sla.is_overdue(fix_clock(), now) is is_late


def test_is_overdue_stays_so_in_a_pause_that_began_late():
    clock = sla.pause(fix_clock(), DUE + HOUR, DUE + 50 * HOUR)

    assert sla.is_overdue(clock, DUE + 2 * HOUR)
    assert sla.overdue_by(clock, DUE + 20 * HOUR) == 20 * HOUR


def test_is_overdue_never_after_the_stop():
    assert not sla.is_overdue(sla.stop(fix_clock(), DUE + HOUR), DUE + 2 * HOUR)


def test_overdue_by_keeps_how_late_a_case_was_ended():
    clock = sla.stop(fix_clock(), DUE + 3 * HOUR)

    assert sla.overdue_by(clock, DUE + 100 * HOUR) == 3 * HOUR
    assert sla.overdue_by(fix_clock(), START) == timedelta(0)


def test_share_used_takes_pauses_out():
    clock = paused_for(fix_clock(), 10 * HOUR, 5 * HOUR)

    assert sla.share_used(clock, START + 29 * HOUR) == 0.5
    assert sla.share_used(clock, DUE + 5 * HOUR) == 1.0
    assert sla.share_used(clock, DUE + 29 * HOUR) == 1.5


def test_share_used_is_nothing_before_the_start():
    assert sla.share_used(fix_clock(), START - HOUR) == 0.0


def test_wall_elapsed_takes_no_pause_out():
    clock = paused_for(fix_clock(), 10 * HOUR, 5 * HOUR)

    assert sla.wall_elapsed(clock, START + 29 * HOUR) == 29 * HOUR
    assert sla.wall_elapsed(sla.stop(clock, START + 30 * HOUR), START + 99 * HOUR) == 30 * HOUR


def test_met_wall_clock_of_a_first_answer_asks_the_office_hours():
    clock = sla.stop(sla.start_office_clock(bangkok(27, 16), HOUR, HOURS), bangkok(30, 9))

    assert sla.met_wall_clock(clock, HOURS)
    assert not sla.met_wall_clock(clock)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (48 * HOUR, Band.NEUTRAL),
        (24 * HOUR + BLINK, Band.NEUTRAL),
        (24 * HOUR, Band.SOON),
        (8 * HOUR, Band.SOON),
        (8 * HOUR - BLINK, Band.URGENT),
        (timedelta(0), Band.URGENT),
        (-BLINK, Band.OVERDUE),
    ],
)
def test_band_follows_the_time_left(left, expected):
    assert sla.band(fix_clock(), DUE - left) == expected


def test_band_of_paused_and_ended_clocks():
    paused = sla.pause(fix_clock(), START + HOUR, DUE)
    paused_late = sla.pause(fix_clock(), DUE + HOUR, DUE + 9 * HOUR)

    assert sla.band(paused, DUE + HOUR) == Band.PAUSED
    assert sla.band(paused_late, DUE + 2 * HOUR) == Band.OVERDUE
    assert sla.band(sla.stop(fix_clock(), DUE), DUE + HOUR) == Band.MET
    assert sla.band(sla.stop(fix_clock(), DUE + BLINK), DUE + HOUR) == Band.LATE


def test_ladder_step_refuses_two_rules_or_none():
    with pytest.raises(ClockRefused):
        LadderStep(level=5)
    with pytest.raises(ClockRefused):
        LadderStep(level=5, share=0.5, after_due=HOUR)
