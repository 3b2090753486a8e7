"""The sweeps go on while no bell rings: Redis away, beat dead or a broker that lost its messages.

The tables are the queue, so a worker can do its work without the broker: it runs the schedule itself, entry by
entry, until it hears a bell again. A sweep may run twice, late or in parallel, so standing in is always harmless.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

log = logging.getLogger(__name__)
LOOK_EVERY_S = 1.0
# The shortest entries of the schedule ring every two seconds: three were missed.
SILENT_AFTER_S = 6.0


class StandIn:
    """Runs a schedule (name -> seconds) by `run(name)` while nothing is heard."""

    def __init__(self, *, schedule: Mapping[str, float], run: Callable[[str], None], now: float) -> None:
        self._schedule, self._run = schedule, run
        self._heard_at = now
        self._ran_at = dict.fromkeys(schedule, now - max(schedule.values(), default=0.0))
        self._is_standing_in = False
        self.ended = threading.Event()

    def hear(self, *, now: float) -> None:
        """A bell has rung: whoever rings them is well."""
        self._heard_at = now

    def turn(self, *, now: float) -> list[str]:
        """If all has been silent for too long, run what is due; returns what was run. `now`: monotonic seconds."""
        is_silent = now - self._heard_at >= SILENT_AFTER_S
        if is_silent != self._is_standing_in:
            self._is_standing_in = is_silent
            log.warning("no bell rings: sweeping without" if is_silent else "bells ring again")
        if not is_silent:
            return []
        due = [name for name, seconds in self._schedule.items() if now - self._ran_at[name] >= seconds]
        for name in due:
            self._ran_at[name] = now
            self._run_one(name)
        return due

    def _run_one(self, name: str) -> None:
        try:
            self._run(name)
        except Exception:
            log.exception("sweep %s failed", name)

    def live(self) -> None:
        """The thread's loop."""
        while not self.ended.wait(LOOK_EVERY_S):
            self.turn(now=time.monotonic())
