"""Measuring one thing many times: wall time, processor time of this process and of its database, statements."""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
WARM_UP = 5
# One iteration: what is not measured comes first and gives what is.
Prepare = Callable[[], Callable[[], object]]


@dataclass(frozen=True)
class Trial:
    """One thing to measure. Budgets are milliseconds of processor time per run; None: only shown."""

    name: str
    prepare: Prepare
    runs: int = 60
    app_budget_ms: float | None = None
    db_budget_ms: float | None = None
    statements_budget: int | None = None


@dataclass(frozen=True)
class Result:
    """What a trial cost, per run. `db_ms` is None where the database's processor time can't be read."""

    trial: Trial
    median_ms: float
    p95_ms: float
    app_ms: float
    db_ms: float | None
    statements: int

    @property
    def faults(self) -> list[str]:
        """The budgets that are exceeded, in words."""
        pairs = [
            ("application", self.app_ms, self.trial.app_budget_ms, "ms"),
            ("database", self.db_ms, self.trial.db_budget_ms, "ms"),
            ("statements", self.statements, self.trial.statements_budget, ""),
        ]
        return [
            f"{name} {value:.1f}{unit} > {budget:g}{unit}"
            for name, value, budget, unit in pairs
            if value is not None and budget is not None and value > budget
        ]


class DatabaseClock:
    """Processor time of the database process behind our connection, where it runs on this machine."""

    def __init__(self) -> None:
        self.stat: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
            self.stat = stat if stat.exists() else None

    def read_ms(self) -> float | None:
        """Milliseconds used so far; None where they can't be read."""
        if self.stat is None:
            return None
        fields = self.stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def measure(trial: Trial) -> Result:
    """Run a trial: a few times to warm up, once to count statements, then `runs` times by the clock."""
    for _ in range(WARM_UP):
        trial.prepare()()
    run = trial.prepare()
    with CaptureQueriesContext(connection) as captured:
        run()
    statements = sum(not query["sql"].lstrip().upper().startswith(CONTROL) for query in captured)
    walls, apps, clock, db_ms = [], [], DatabaseClock(), 0.0
    for _ in range(trial.runs):
        run = trial.prepare()
        before = clock.read_ms()
        app, wall = time.process_time(), time.perf_counter()
        run()
        apps.append((time.process_time() - app) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
        after = clock.read_ms()
        db_ms += (after or 0.0) - (before or 0.0)
    return Result(
        trial=trial,
        median_ms=statistics.median(walls),
        p95_ms=sorted(walls)[int(len(walls) * 0.95)],
        app_ms=statistics.fmean(apps),
        db_ms=db_ms / trial.runs if clock.stat else None,
        statements=statements,
    )
