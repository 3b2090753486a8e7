"""A town's worth of open cases that nobody has to look at now: copies of one, made inside the database."""

from django.db import connection, models

from complaints.models.case import Complaint
from complaints.models.clock import Clock

# One statement for both databases; each has its own way to make a UUID.
SERIES = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %s)"
NEW_UUID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}


def add_copies(*, of: Complaint, number: int, name: str) -> None:
    """Add so many copies of a case with its running fix clock; `name` begins their references."""
    others = {"reference": f"'{name}-' || s.n", "tracking_token": f"'{name}-' || s.n"}
    others["draft_id"] = NEW_UUID[connection.vendor]
    clock = of.clocks.get(kind="fix")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO complaints_complaint ({_columns(Complaint)}) {SERIES} "  # noqa: S608 (our own names)
            f"SELECT {_columns(Complaint, others)} FROM complaints_complaint AS row, s WHERE row.id = %s",
            [number, of.pk],
        )
        cursor.execute(
            f"INSERT INTO complaints_clock ({_columns(Clock)}) "  # noqa: S608
            f"SELECT {_columns(Clock, {'complaint_id': 'copy.id'})} "
            "FROM complaints_clock AS row, complaints_complaint AS copy WHERE row.id = %s AND copy.reference LIKE %s",
            [clock.pk, f"{name}-%"],
        )
        cursor.execute("ANALYZE")


def _columns(model: type[models.Model], others: dict[str, str] | None = None) -> str:
    """The columns of a table but its id; for a copy, `others` says what differs."""
    names = [field.column for field in model._meta.local_concrete_fields if not field.primary_key]
    if others is None:
        return ", ".join(f'"{name}"' for name in names)
    return ", ".join(others.get(name, f'row."{name}"') for name in names)
