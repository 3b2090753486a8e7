"""`manage.py bench`: makes its cases once, measures, prints a table, and fails where a budget is exceeded.

It works in the database at hand, which must be its own (`make bench` gives it one). On SQLite figures are only shown.
"""

from argparse import ArgumentParser
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from psycopg import sql

from complaints.models.case import Complaint
from nakhoncity.bench import outbox
from nakhoncity.bench.measure import Result, measure
from nakhoncity.bench.rows import make_cases
from nakhoncity.bench.trials import deep_page_faults, trials
from nakhoncity.staff.services import seed_demo_staff


class Command(BaseCommand):
    """Measure what pages, sweeps and the outbox cost with many cases."""

    help = "Measure what the portal costs with many cases; needs a database of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--cases: how many there must be; --only: trials whose name holds these words; --port: of the simulator."""
        parser.add_argument("--cases", type=int, default=100_000)
        parser.add_argument("--only", default="")
        parser.add_argument("--port", type=int, default=8791)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the database if it is empty, run the trials, say what each costs."""
        if not settings.DEMO:
            msg = "The bench signs in as demo people: DEMO=1."
            raise CommandError(msg)
        self._fill(options["cases"])
        self.stdout.write(f"{connection.vendor}, {Complaint.objects.count()} cases; milliseconds per run")
        self.stdout.write(f"{'':30} {'n':>4} {'median':>8} {'p95':>8} {'app CPU':>8} {'db CPU':>8} {'stmts':>6}")
        results = [self._measured(trial) for trial in trials() if options["only"] in trial.name]
        faults = [fault for result in results for fault in result.faults] + deep_page_faults(results)
        if not options["only"]:
            faults += self._outbox(options["port"])
        if faults and connection.vendor == "postgresql":
            raise CommandError("over budget: " + "; ".join(faults))

    def _fill(self, number: int) -> None:
        if connection.vendor == "postgresql":
            _make_database()
        call_command("migrate", verbosity=0)
        present = Complaint.objects.count()
        if present >= number:
            return
        if present:
            msg = f"This database holds {present} cases: drop it, or ask for --cases {present} or fewer."
            raise CommandError(msg)
        self.stdout.write(f"Making {number} cases …")
        call_command("seed")
        seed_demo_staff()
        make_cases(number=number, now=timezone.now())

    def _measured(self, trial: Any) -> Result:
        result = measure(trial)
        db = "–" if result.db_ms is None else f"{result.db_ms:.1f}"
        numbers = f"{result.median_ms:8.1f} {result.p95_ms:8.1f} {result.app_ms:8.1f} {db:>8} {result.statements:6}"
        self.stdout.write(f"{trial.name:30} {trial.runs:4} {numbers}  {'; '.join(result.faults)}")
        self.stdout.flush()
        return result

    def _outbox(self, port: int) -> list[str]:
        rate = outbox.messages_per_second(port=port)
        self.stdout.write(f"{'outbox, one worker':30} {outbox.MESSAGES:4} {rate:8.0f} messages/s")
        is_slow = rate < outbox.AT_LEAST_PER_SECOND
        return [f"outbox {rate:.0f} messages/s < {outbox.AT_LEAST_PER_SECOND}"] if is_slow else []


def _make_database() -> None:
    """Make the PostgreSQL database of the settings from the C.UTF-8 template, if it is not there."""
    named = connection.settings_dict
    parts = {"host": named["HOST"], "port": named["PORT"] or 5432, "user": named["USER"], "password": named["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **parts) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [named["NAME"]]).fetchone():
            make = sql.SQL("CREATE DATABASE {} TEMPLATE nakhoncity_template").format(sql.Identifier(named["NAME"]))
            server.execute(make)
