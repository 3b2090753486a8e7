"""Eight real processes that do one thing at the same moment: what race tests are made of.

Run as a module this file is one of the eight. It is told by a line of JSON what to do, says “set”, waits for “go”, does
it, and answers with a line of JSON.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

PROCESSES = 8
PATIENCE_S = 120


def database_url() -> str:
    """The address of the database that this test runs on, for another process."""
    db = connection.settings_dict
    if connection.vendor != "postgresql":
        return f"sqlite:///{Path(db['NAME']).resolve()}"
    return f"postgres://{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT'] or 5432}/{db['NAME']}"


class Crew:
    """The eight, started once for a module of tests; each test gives them acts of its own."""

    def __init__(self) -> None:
        """Start them all and wait until each has loaded the project."""
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "nakhoncity.settings",
            "DEMO": "1",
            "DATA_DIR": str(settings.DATA_DIR),
        }
        self.members = [
            subprocess.Popen(
                [sys.executable, "-m", "nakhoncity.tests.crew"],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
            for _ in range(PROCESSES)
        ]
        self._hear("ready")

    def act(self, acts: list[tuple[str, dict[str, Any]]], *, without: str = "", media: Path | None = None) -> list[Any]:
        """Let each do its act, `(dotted name, arguments)`, at the same moment; returns what each answered, in order.

        `without` names the guard that is taken away for the time, as a context manager by its dotted name.
        Raises AssertionError with the names of errors that an act did not expect.
        """
        assert len(acts) == PROCESSES
        for member, (name, arguments) in zip(self.members, acts, strict=True):
            job = {"act": name, "arguments": arguments, "without": without, "media": str(media or "")}
            self._tell(member, json.dumps(job))
        self._hear("set")
        for member in self.members:
            self._tell(member, "go")
        answers = [json.loads(self._line(member)) for member in self.members]
        if unexpected := [answer["error"] for answer in answers if answer["error"]]:
            raise AssertionError(unexpected)
        return [answer["result"] for answer in answers]

    def close(self) -> None:
        """Send them home."""
        for member in self.members:
            member.communicate(timeout=PATIENCE_S)

    def _hear(self, word: str) -> None:
        assert [self._line(member) for member in self.members] == [word] * PROCESSES

    @staticmethod
    def _line(member: "subprocess.Popen[str]") -> str:
        assert member.stdout is not None
        return member.stdout.readline().strip()

    @staticmethod
    def _tell(member: "subprocess.Popen[str]", line: str) -> None:
        assert member.stdin is not None
        member.stdin.write(f"{line}\n")
        member.stdin.flush()


@contextmanager
def without_unique(table: str, column: str) -> Iterator[None]:
    """A table of PostgreSQL without the constraint that makes a column (or columns, by commas) unique.

    Its rows are gone afterwards, for they may break the constraint that comes back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND pg_get_constraintdef(oid) = %s",
            [table, f"UNIQUE ({column})"],
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        try:
            yield
        finally:
            cursor.execute(f"TRUNCATE {table} CASCADE")
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" UNIQUE ({column})')


def _named(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def _do(job: dict[str, Any]) -> dict[str, Any]:
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 (after django.setup)
    from django.test import override_settings  # noqa: PLC0415 (after django.setup)

    # The test before emptied the tables, and their names have other numbers since.
    ContentType.objects.clear_cache()
    act = _named(job["act"])
    with ExitStack() as stack:
        if job["media"]:
            stack.enter_context(override_settings(MEDIA_ROOT=job["media"]))
        if job["without"]:
            stack.enter_context(_named(job["without"])())
        connection.ensure_connection()
        _say("set")
        sys.stdin.readline()
        try:
            return {"result": act(**job["arguments"]), "error": ""}
        except Exception as error:  # noqa: BLE001 (told to the test, which fails by it)
            return {"result": None, "error": f"{type(error).__name__}: {error}"}
        finally:
            connections.close_all()


def main() -> None:
    """Be one of the eight until the pipe is closed."""
    import django  # noqa: PLC0415 (in the process that sets up)

    django.setup()
    from nakhoncity.kit import queue  # noqa: PLC0415 (in the process that sets up)

    queue._ring = lambda _task_name: None
    _say("ready")
    for line in sys.stdin:
        _say(json.dumps(_do(json.loads(line))))


if __name__ == "__main__":
    main()
