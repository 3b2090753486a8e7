"""Standing in for a beat that is not heard."""

import pytest

from nakhoncity.kit.stand_in import SILENT_AFTER_S, StandIn

START = 1000.0


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def stand_in(ran):
    return StandIn(schedule={"send": 2.0, "tidy": 3600.0}, run=ran.append, now=START)


def test_nothing_is_run_while_bells_ring(stand_in, ran):
    stand_in.hear(now=START + 5)

    assert (stand_in.turn(now=START + 5 + SILENT_AFTER_S - 0.1), ran) == ([], [])


def test_all_is_run_after_the_silence(stand_in, ran):
    stand_in.turn(now=START + SILENT_AFTER_S)

    assert ran == ["send", "tidy"]


def test_each_is_run_at_its_own_pace(stand_in, ran):
    for second in range(6):
        stand_in.turn(now=START + SILENT_AFTER_S + second)

    assert ran == ["send", "tidy", "send", "send"]


def test_a_bell_ends_it(stand_in):
    stand_in.turn(now=START + SILENT_AFTER_S)
    stand_in.hear(now=START + SILENT_AFTER_S + 1)

    assert stand_in.turn(now=START + SILENT_AFTER_S + 3) == []


def test_a_sweep_that_fails_does_not_stop_the_others(ran, caplog):
    def run(name: str) -> None:
        ran.append(name)
        raise LookupError(name)

    stand_in = StandIn(schedule={"send": 2.0, "tidy": 3600.0}, run=run, now=START)

    stand_in.turn(now=START + SILENT_AFTER_S)

    assert ran == ["send", "tidy"]
    assert "sweep send failed" in caplog.text


def test_it_says_once_that_it_stands_in_and_once_that_it_ends(stand_in, caplog):
    for moment in (SILENT_AFTER_S, SILENT_AFTER_S + 1):
        stand_in.turn(now=START + moment)
    stand_in.hear(now=START + SILENT_AFTER_S + 2)
    for moment in (SILENT_AFTER_S + 2, SILENT_AFTER_S + 3):
        stand_in.turn(now=START + moment)

    assert caplog.messages == ["no bell rings: sweeping without", "bells ring again"]
