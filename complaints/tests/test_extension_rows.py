"""What the database refuses to hold of requests for more time."""

import pytest
from django.db import IntegrityError, transaction

from complaints.models.extension import Extension
from complaints.tests.factories import NOW, hours
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(office):
    return StaffFactory(department=office)


def row_of(case, officer, **fields):
    defaults = {
        "complaint": case,
        "clock": case.clocks.get(kind="fix"),
        "number": 1,
        "reason": "parts",
        "asked_by": officer,
        "asked_at": NOW,
        "old_due_at": NOW,
        "new_due_at": NOW + hours(1),
    }
    return Extension(**(defaults | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 3},
        {"number": 0},
        {"new_due_at": NOW},
        {"state": "granted"},
        {"state": "granted", "decided_at": NOW},
        {"state": "refused", "decided_at": NOW, "decided_by": "other"},
        {"state": "refused", "decided_at": NOW, "refusal": "ไม่ให้"},
        {"state": "granted", "decided_at": NOW, "decided_by": "same"},
        {"state": "asked", "decided_at": NOW},
    ],
)
def test_database_refuses_an_impossible_extension(case, officer, fields):
    people = {"other": StaffFactory(), "same": officer}
    fields = {name: people.get(value, value) if name == "decided_by" else value for name, value in fields.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        row_of(case, officer, **fields).save()


def test_database_refuses_a_second_open_wish(case, officer):
    row_of(case, officer).save()

    with pytest.raises(IntegrityError), transaction.atomic():
        row_of(case, officer, number=2).save()


def test_database_refuses_the_same_number_twice(case, officer):
    other = StaffFactory()
    row_of(case, officer, state="granted", decided_by=other, decided_at=NOW).save()

    with pytest.raises(IntegrityError), transaction.atomic():
        row_of(case, officer, state="granted", decided_by=other, decided_at=NOW).save()
