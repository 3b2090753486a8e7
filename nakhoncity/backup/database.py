"""The database as one file, and back in one transaction: by PostgreSQL's own tools, or by SQLite's online copy."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember

# The pause comes with the rows: a worker that looks a moment later must find the channel shut (docs/adr/0016).
PAUSE = """
INSERT INTO line_channelstate
  (id, stop_reason, paused_at, pause_reason, bot_user_id, quota_used, known_used, sent_since_read)
VALUES (1, '', '{at}', '{reason}', '', 0, 0, 0)
ON CONFLICT (id) DO UPDATE SET paused_at = excluded.paused_at, pause_reason = excluded.pause_reason;
"""
# What was there goes when the new is whole. Extensions are moved, not made: that would need rights of their own.
ASIDE = """
SET lock_timeout = '60s';
ALTER SCHEMA public RENAME TO before_restore;
CREATE SCHEMA public;
DO $$ DECLARE one name; BEGIN
  FOR one IN SELECT extname FROM pg_extension WHERE extnamespace = 'before_restore'::regnamespace
  LOOP EXECUTE format('ALTER EXTENSION %I SET SCHEMA public', one); END LOOP;
END $$;
"""
AWAY = "DROP SCHEMA before_restore CASCADE;\n"


class DatabaseToolFailed(Exception):
    """A tool of PostgreSQL is missing or ended with an error; the words are its own."""


def is_empty() -> bool:
    """Whether nobody has worked with this database yet: no account, no resident, no message."""
    if StaffMember._meta.db_table not in connection.introspection.table_names():  # noqa: SLF001 (Django's own)
        return True
    return not any(model.objects.exists() for model in (StaffMember, Resident, OutboundMessage))


def migrations() -> list[str]:
    """The migrations that this database has seen, as `app.name`."""
    return sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())


def dump(target: Path) -> None:
    """Write the database as it stands at one moment; work goes on meanwhile. Raises DatabaseToolFailed."""
    if connection.vendor == "postgresql":
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        return
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def load(source: Path, *, now: datetime, reason: str) -> None:
    """Put the database of a file in the place of what is there, with the LINE channel paused; all or nothing.

    The file may be changed. `reason` stands beside the pause. Raises DatabaseToolFailed.
    """
    pause = PAUSE.format(at=now.strftime("%Y-%m-%d %H:%M:%S"), reason=reason.replace("'", "")[:200])
    connection.close()
    if connection.vendor == "postgresql":
        _load_postgresql(source, pause)
    else:
        _load_sqlite(source, pause)


def _load_postgresql(source: Path, pause: str) -> None:
    parts = {name: source.with_name(f"{name}.sql") for name in ("aside", "rows", "away")}
    parts["aside"].write_text(ASIDE, encoding="utf-8")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={parts['rows']}", str(source))
    words = f"SET search_path = public; SET timezone = 'UTC';{pause}{AWAY}"
    parts["away"].write_text(words, encoding="utf-8")
    files = [f"--file={path}" for path in parts.values()]
    _run("psql", "-X", "-q", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null", *files)


def _load_sqlite(source: Path, pause: str) -> None:
    with closing(sqlite3.connect(source)) as copy:
        copy.executescript(pause)
        with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as target:
            copy.backup(target)


def _run(tool: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        msg = f"{tool} is missing: install PostgreSQL's client programs of the server's version"
        raise DatabaseToolFailed(msg)
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own tools)
        [path, *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DatabaseToolFailed(done.stderr.strip()[-2000:])


def _environment() -> dict[str, str]:
    """The database's address as libpq reads it: in an argument every account of the machine could read the password."""
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    values = {name: str(connection.settings_dict[key]) for name, key in names.items() if connection.settings_dict[key]}
    return {**os.environ, **values}
