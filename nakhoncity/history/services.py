"""Noting who looked at what, and letting go of what is old."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from nakhoncity.history.models import AccessEntry, Change

ONE_LOOK = timedelta(minutes=10)
# The law asks for 90 days at least (the database refuses to delete younger rows on PostgreSQL); we keep a year.
ACCESS_KEPT = timedelta(days=365)
BATCH = 1000


def record_access(*, member: Any, what: AccessEntry.What, key: str = "", now: datetime) -> None:
    """Note that a member of staff opened a record; one statement, and nothing new within ten minutes."""
    window = int(now.timestamp() // ONE_LOOK.total_seconds())
    row = AccessEntry(member_id=member.pk, what=what, key=key[:60], at=now, window=window)
    AccessEntry.objects.bulk_create([row], ignore_conflicts=True)


def note_change(*, row: Model, what: str, before: str = "", after: str = "") -> None:
    """Add to a row's history what no field of its own tells, such as a second factor that was taken away.

    `what` is in the words of the screens and stands where a field's name does.
    """
    Change.objects.log_create(row, action=Change.Action.UPDATE, changes={what: [before, after]})


def sweep_access(*, now: datetime) -> int:
    """Delete looks of more than a year ago, some at a time; returns how many."""
    old = AccessEntry.objects.filter(at__lte=now - ACCESS_KEPT).order_by("at").values_list("pk", flat=True)[:BATCH]
    deleted, _ = AccessEntry.objects.filter(pk__in=list(old)).delete()
    return deleted
