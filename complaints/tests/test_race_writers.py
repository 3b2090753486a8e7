"""Eight processes send one thing at once through the open API: one case per idempotency key."""

from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.tests.factories import CategoryFactory
from nakhoncity.city.models import ApiWrite
from nakhoncity.city.tests.factories import issue
from nakhoncity.tests.crew import PROCESSES, without_unique

ACT = "complaints.tests.race_acts.post_cases"
KEYS = [f"call-{n:06d}" for n in range(10)]
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite serialises writers and hides the race"
)


@pytest.fixture
def secret(transactional_db):
    CategoryFactory()
    return issue(now=timezone.now()).secret


def send(crew, secret, *, texts=("ไฟดับ",) * PROCESSES):
    """Each sends all keys with a text; the answers of all, by key."""
    answers = crew.act([(ACT, {"secret": secret, "keys": KEYS, "text": text}) for text in texts])
    return list(zip(*answers, strict=True))


@on_postgresql
def test_ten_keys_sent_by_eight_are_ten_cases(crew, secret):
    by_key = send(crew, secret)

    assert [Counter(status for status, _ in answers) for answers in by_key] == [{201: 1, 200: PROCESSES - 1}] * 10
    assert [len({reference for _, reference in answers}) for answers in by_key] == [1] * 10
    assert (Complaint.objects.count(), ApiWrite.objects.count()) == (10, 10)


@on_postgresql
def test_ten_keys_with_eight_bodies_are_ten_cases_and_the_others_are_told(crew, secret):
    by_key = send(crew, secret, texts=[f"ไฟดับ {n}" for n in range(PROCESSES)])

    assert [Counter(status for status, _ in answers) for answers in by_key] == [{201: 1, 409: PROCESSES - 1}] * 10
    assert (Complaint.objects.count(), ApiWrite.objects.count()) == (10, 10)


@on_postgresql
def test_eight_that_send_ten_keys_meet_errors_without_the_unique_draft(crew, secret):
    with without_unique("complaints_complaint", "draft_id"):
        statuses = Counter(status for answers in send(crew, secret) for status, _ in answers)
        cases = Complaint.objects.count()

    # Both of a pair file, and the second is stopped by the writer's note alone.
    assert (statuses[500] > 0, cases) == (True, 10)
