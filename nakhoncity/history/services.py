"""Noting who looked at what, and letting go of what is old."""

from datetime import datetime, timedelta
from typing import Any

from nakhoncity.history.models import AccessEntry

ONE_LOOK = timedelta(minutes=10)
# The law asks for 90 days at least (the database refuses to delete younger rows on PostgreSQL); we keep a year.
ACCESS_KEPT = timedelta(days=365)
BATCH = 1000


def record_access(*, member: Any, what: AccessEntry.What, key: str = "", now: datetime) -> None:
    """Note that a member of staff opened a record; one statement, and nothing new within ten minutes."""
    window = int(now.timestamp() // ONE_LOOK.total_seconds())
    row = AccessEntry(member_id=member.pk, what=what, key=key[:60], at=now, window=window)
    AccessEntry.objects.bulk_create([row], ignore_conflicts=True)


def sweep_access(*, now: datetime) -> int:
    """Delete looks of more than a year ago, some at a time; returns how many."""
    old = AccessEntry.objects.filter(at__lte=now - ACCESS_KEPT).order_by("at").values_list("pk", flat=True)[:BATCH]
    deleted, _ = AccessEntry.objects.filter(pk__in=list(old)).delete()
    return deleted
