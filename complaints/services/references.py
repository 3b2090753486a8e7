"""The number a case is called by: NST-69-000123."""

from datetime import datetime

from django.db import connection

from complaints.models.draft import ReferenceCounter
from nakhoncity.city.models import CityProfile
from nakhoncity.kit.thai import buddhist_year


def next_reference(*, received_at: datetime) -> str:
    """Take the next reference of the Buddhist calendar year (Bangkok) in which a case was received.

    One UPDATE decides; the row of a new year is made on first use. A rolled-back filing leaves a gap, which is allowed.
    """
    return next_references(year=buddhist_year(received_at), count=1)[0]


def next_references(*, year: int, count: int) -> list[str]:
    """Take the next `count` references of a Buddhist calendar year at once, in order."""
    last = _count_up(year, count)
    if last is None:
        ReferenceCounter.objects.bulk_create([ReferenceCounter(year=year)], ignore_conflicts=True)
        last = _count_up(year, count)
    if last is None:
        raise ReferenceCounter.DoesNotExist(year)
    prefix = CityProfile.current().reference_prefix
    return [f"{prefix}-{year % 100:02d}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _count_up(year: int, count: int) -> int | None:
    """Add to the year's counter and return where it stands; None where the year has no row yet."""
    table = ReferenceCounter._meta.db_table  # noqa: SLF001 (Django's documented way to a table's name)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET last = last + %s WHERE year = %s RETURNING last', [count, year])  # noqa: S608 (our own table's name)
        row = cursor.fetchone()
    return row[0] if row else None
