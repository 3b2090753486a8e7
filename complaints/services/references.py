"""The number a case is called by: NST-69-000123."""

from datetime import datetime

from django.db import connection

from complaints.models.draft import ReferenceCounter
from nakhoncity.city.models import CityProfile
from nakhoncity.kit.thai import bangkok_date, buddhist_year


def next_reference(*, received_at: datetime) -> str:
    """Take the next reference of the Buddhist calendar year (Bangkok) in which a case was received.

    One UPDATE decides; the row of a new year is made on first use. A rolled-back filing leaves a gap, which is allowed.
    """
    year = buddhist_year(bangkok_date(received_at))
    number = _count_up(year)
    if number is None:
        ReferenceCounter.objects.bulk_create([ReferenceCounter(year=year)], ignore_conflicts=True)
        number = _count_up(year)
    return f"{CityProfile.current().reference_prefix}-{year % 100:02d}-{number:06d}"


def _count_up(year: int) -> int | None:
    """Add one to the year's counter; None where the year has no row yet."""
    table = ReferenceCounter._meta.db_table  # noqa: SLF001 (Django's documented way to a table's name)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET last = last + 1 WHERE year = %s RETURNING last', [year])  # noqa: S608 (our own table's name)
        row = cursor.fetchone()
    return row[0] if row else None
