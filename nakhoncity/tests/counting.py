"""Counting what a page asks of the database: real statements, the same on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# What begins, ends and marks transactions differs between the databases and is no question to them.
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@contextmanager
def statements() -> Iterator[list[str]]:
    """Give a list that holds, once the block has ended, every statement of the block but those of CONTROL, in order."""
    seen: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield seen
    seen += [query["sql"] for query in captured if not is_control(query["sql"])]


def is_control(sql: str) -> bool:
    """Whether a statement only begins, ends or marks a transaction."""
    return sql.lstrip().upper().startswith(CONTROL)
