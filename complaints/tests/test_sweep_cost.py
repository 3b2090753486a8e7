"""A sweep costs what is due, not what exists: 100 due among 1,000 open cases and among 100,000."""

import json
from typing import Any

import pytest
from django.db import connection

from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation, EscalationNotice
from complaints.services.escalation import sweep_escalations
from complaints.tests.crowd import add_copies
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from nakhoncity.staff.tests.factories import PositionFactory, StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profile_at_hand")]
DUE, FEW, MANY = 100, 1_000, 100_000
SWEPT = NOW + hours(25)
# One to ask who is due, and for each of them the same.
COST = 1 + 12 * DUE


@pytest.fixture
def category():
    head = StaffFactory(role="head")
    PositionFactory(department=head.department, holder=head)
    return CategoryFactory(department=head.department)


def open_cases(number: int, category) -> None:
    """So many open cases, of which a hundred have reached a level of the ladder."""
    add_copies(of=file_one(now=SWEPT, category=category), number=number - DUE - 1, name="IDLE")
    add_copies(of=file_one(now=NOW, category=category), number=DUE - 1, name="DUE")
    assert Complaint.objects.count() == number


def test_sweep_of_100_due_among_1000(category):
    open_cases(FEW, category)

    with statements() as seen:
        touched = sweep_escalations(now=SWEPT)

    assert (touched, Escalation.objects.count(), len(seen)) == (DUE, DUE, COST)


@pytest.mark.crowd
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite does not say how many rows it has read")
def test_sweep_of_100_due_among_100000_reads_and_asks_no_more(category):
    open_cases(MANY, category)
    question = Clock.objects.due_for_escalation(SWEPT).order_by("next_escalation_at").values_list("pk")[:200]

    (plan,) = json.loads(question.explain(format="json", analyze=True))
    with statements() as seen:
        sweep_escalations(now=SWEPT)

    assert "clock_next_escalation" in str(plan)
    assert (rows_read(plan["Plan"]), len(seen)) == (DUE, COST)


def rows_read(node: dict[str, Any]) -> int:
    """Rows that the scans of a plan have looked at, those thrown away too."""
    below = sum(rows_read(child) for child in node.get("Plans", []))
    if "Scan" not in node["Node Type"] or node["Node Type"] == "Bitmap Heap Scan":
        return below
    return below + int(node["Actual Rows"]) + node.get("Rows Removed by Filter", 0)


QUESTIONS: dict[str, Any] = {
    "clock_next_escalation": lambda: Clock.objects.due_for_escalation(SWEPT),
    "clock_pause_until": lambda: Clock.objects.pause_ended(SWEPT),
    "complaint_answer_until": lambda: Complaint.objects.filter(answer_until__lte=SWEPT),
    "complaint_wait_notice": lambda: Complaint.objects.filter(wait_notice_at__lte=SWEPT),
    "complaint_wait_close": lambda: Complaint.objects.filter(wait_close_at__lte=SWEPT),
    "notice_to_tell": lambda: EscalationNotice.objects.filter(told_at=None, tell_at__lte=SWEPT),
}


@pytest.mark.parametrize("index", QUESTIONS)
def test_question_of_a_sweep_is_answered_by_its_partial_index(index):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Empty tables are read whole; what counts is whether the index can answer.
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = QUESTIONS[index]().values_list("pk", flat=True).explain()

    assert index in plan
