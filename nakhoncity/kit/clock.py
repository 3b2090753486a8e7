"""What time is it? Asked of the database once a sweep, and passed on."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database's time, aware, in UTC: all workers of one database agree on it whatever their own clocks say.

    SQLite has no clock of its own; there it is this machine's, which is the only one.
    """
    if connection.vendor != "postgresql":
        return datetime.now(UTC)  # noqa: TID251 (this is the one place that may)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC)
