"""What happens to an installation in the fault run, and what is left of it."""

import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from nakhoncity.tests.faults.forgery import hand_in
from nakhoncity.tests.faults.rig import Rig, Row, Visitor
from nakhoncity.tests.portal import wait_for

GAP, FAULTY, DOWN = 8, 20, 10
TIMES = 4  # how often LINE loses an answer, says 429, says 500
DOWN_S = 30.0


@dataclass
class Outcome:
    """Everything the tests ask about."""

    sign_ins: dict[str, tuple[int, int]] = field(default_factory=dict)
    gap_rows_after_kill: list[Row] = field(default_factory=list)
    gap_keys_after_kill: dict[str, Row] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    received: list[Row] = field(default_factory=list)
    keys: dict[str, Row] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    request_times: list[float] = field(default_factory=list)
    lags: dict[str, float] = field(default_factory=dict)
    was_down_s: float = 0.0
    log: str = ""


def tell(rig: Rig) -> Outcome:
    """Live through all faults; the rig's processes are the caller's to end."""
    outcome = Outcome()
    rig.order("prepare")
    for name in ("simulator", "web", "worker"):
        rig.start(name)
    rig.wait_up("simulator")
    rig.wait_up("web")
    outcome.sign_ins = hand_in(rig)
    somchai = Visitor(rig)
    assert somchai.sign_in(rig.ask("people/somchai/id-token", {})["idToken"]) == 204
    rig.owe("hello", 3)
    rig.wait_accepted("hello")
    die_in_the_gap(rig, somchai, outcome)
    answer_badly(rig, outcome)
    be_down(rig, somchai, outcome)
    outcome.rows = rig.wait_accepted()
    outcome.received, outcome.keys = rig.received(), rig.keys()
    outcome.request_times, outcome.log = somchai.times, rig.log()
    return outcome


def die_in_the_gap(rig: Rig, somchai: Visitor, outcome: Outcome) -> None:
    """Kill the worker after LINE has accepted its messages and before it could write that down."""
    rig.signal("simulator", signal.SIGSTOP)
    rig.owe("gap", GAP)
    wait_for(
        lambda: [row["state"] for row in rig.rows("gap")] == ["sending"] * GAP, within_s=30, what="messages under way"
    )
    assert rig.order("lock") == "locked"
    rig.signal("simulator", signal.SIGCONT)
    keys = {row["retry_key"] for row in rig.rows("gap")}
    wait_for(lambda: keys <= set(rig.keys()), within_s=30, what="LINE has the messages")
    rig.kill("worker")
    killed_at = time.time()
    assert rig.order("unlock") == "unlocked"
    outcome.gap_rows_after_kill = rig.rows("gap")
    outcome.gap_keys_after_kill = {key: row for key, row in rig.keys().items() if key in keys}
    rig.start("worker")
    outcome.references += [somchai.report(), somchai.report()]
    outcome.lags["worker killed between LINE's answer and its commit"] = lag(rig.wait_accepted("gap"), killed_at)


def answer_badly(rig: Rig, outcome: Outcome) -> None:
    """Answers lost after acceptance, 429 and 500, all at once."""
    rig.ask("switches", {"lose": TIMES, "answer_429": TIMES, "answer_500": TIMES})
    rig.owe("faulty", FAULTY)
    outcome.lags["answers lost, 429, 500"] = lag(rig.wait_accepted("faulty"), 0)


def be_down(rig: Rig, somchai: Visitor, outcome: Outcome) -> None:
    """LINE is gone for half a minute; residents go on reporting."""
    rig.kill("simulator")
    began = time.monotonic()
    rig.owe("down", DOWN)
    outcome.references.append(somchai.report())
    wait_for(lambda: time.monotonic() - began > DOWN_S, within_s=DOWN_S + 5, what="half a minute")
    outcome.references.append(somchai.report())
    assert not rig.is_up("simulator")
    rig.start("simulator")
    rig.wait_up("simulator")
    outcome.was_down_s = time.monotonic() - began
    back_at = time.time()
    outcome.lags["LINE back after 30 s"] = lag(rig.wait_accepted(within_s=90), back_at)


def lag(rows: list[Row], fault_ended_at: float) -> float:
    """The longest wait in seconds, counted from send_after, or from the fault's end where that came later."""
    return max(row["accepted_at"] - max(row["send_after"], fault_ended_at) for row in rows)


def start(data_dir: Path, **settings: str) -> Outcome:
    """One installation from beginning to end."""
    rig = Rig(data_dir, **settings)
    try:
        return tell(rig)
    except BaseException:
        (data_dir / "story.log").write_text(rig.log())
        raise
    finally:
        rig.end()
