"""The bell: after the commit, once per transaction however much is owed."""

import pytest
from django.db import transaction

from nakhoncity.kit import queue


@pytest.fixture
def rung(monkeypatch):
    rung = []
    monkeypatch.setattr(queue, "_ring", rung.append)
    return rung


@pytest.mark.django_db
def test_nudge_rings_each_bell_once_per_transaction(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for name in ("outbox", "inbox", "outbox"):
            queue.nudge(name)

    assert rung == ["outbox", "inbox"]


@pytest.mark.django_db
def test_nudge_of_a_part_that_is_rolled_back_does_not_silence_the_rest(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            queue.nudge("outbox")
            transaction.set_rollback(True)
        queue.nudge("outbox")

    assert rung == ["outbox"]
