"""The counter of statements, on whichever database the tests run."""

import pytest
from django.db import transaction

from nakhoncity.city.models import CityProfile
from nakhoncity.tests.counting import is_control, statements


@pytest.mark.django_db
def test_statements_keeps_what_was_asked_in_order():
    with statements() as seen:
        CityProfile.objects.count()
        CityProfile.objects.update(population=1)

    assert [sql.split()[0] for sql in seen] == ["SELECT", "UPDATE"]


@pytest.mark.django_db
def test_statements_leaves_savepoints_out():
    with statements() as seen, transaction.atomic(), transaction.atomic():
        CityProfile.objects.count()

    assert len(seen) == 1


@pytest.mark.django_db(transaction=True)
def test_statements_leaves_a_whole_transaction_out():
    with statements() as seen, transaction.atomic():
        CityProfile.objects.count()

    assert len(seen) == 1


@pytest.mark.django_db
def test_statements_leaves_a_rollback_out():
    with statements() as seen, transaction.atomic():
        CityProfile.objects.count()
        transaction.set_rollback(True)

    assert len(seen) == 1


@pytest.mark.parametrize(
    ("sql", "control"),
    [
        ("BEGIN IMMEDIATE", True),
        ("COMMIT", True),
        ("ROLLBACK TO SAVEPOINT “s1”", True),
        ('RELEASE SAVEPOINT "s1"', True),
        ('SAVEPOINT "s1"', True),
        ("\n  select 1", False),
        ('INSERT INTO "begin" VALUES (1)', False),
    ],
)
def test_is_control_knows_what_only_marks_a_transaction(sql, control):
    assert is_control(sql) is control
