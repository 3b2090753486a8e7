"""Looks at personal records: who, at what, when; once in ten minutes, kept for a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access, sweep_access
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = pytest.mark.django_db
CASE = AccessEntry.What.CASE


def entries():
    return list(AccessEntry.objects.order_by("pk").values_list("member__username", "what", "key"))


def test_a_look_is_one_statement_and_one_row(now):
    member = StaffFactory(username="clerk")

    with statements() as seen:
        record_access(member=member, what=CASE, key="NST-69-000123", now=now)

    assert (len(seen), entries()) == (1, [("clerk", "case", "NST-69-000123")])


def test_looks_within_ten_minutes_are_one(now):
    member = StaffFactory(username="clerk")

    for minutes in (0, 1, 9, 10):
        record_access(member=member, what=CASE, key="NST-69-000123", now=now + timedelta(minutes=minutes))

    assert [entry.at - now for entry in AccessEntry.objects.order_by("pk")] == [timedelta(0), timedelta(minutes=10)]


def test_looks_of_two_people_and_at_two_cases_are_two_each(now):
    for name in ("clerk", "head"):
        member = StaffFactory(username=name)
        for key in ("NST-69-000123", "NST-69-000124"):
            record_access(member=member, what=CASE, key=key, now=now)

    assert len(set(entries())) == 4


def test_what_is_older_than_a_year_goes_and_what_is_younger_stays():
    now = timezone.now()
    member = StaffFactory()
    for days in (366, 365, 364, 1):
        record_access(member=member, what=CASE, key=f"day {days}", now=now - timedelta(days=days))

    assert (sweep_access(now=now), sweep_access(now=now)) == (2, 0)
    assert [key for _, _, key in entries()] == ["day 364", "day 1"]
