"""What each page costs: a fixed number of statements, however many cases there are.

BEGIN, COMMIT and SAVEPOINT are not counted; finding out who is signed in is.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.services.drafts import start_draft
from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.services.extensions import ask_extension
from complaints.services.photos import attach_to_draft
from complaints.tests.desk import assigned, file_many, move
from complaints.tests.doors import begin_report, browser_of, picture_file, send_report
from complaints.tests.factories import file_one
from complaints.workflow import Outcome
from nakhoncity.kit.images import Picture
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profile_at_hand")]

# The budgets of the project's second issue.
FILE, INBOX, CASE, DASHBOARD = 14, 8, 8, 8
# The record of who opened the case is written beside what is read.
LOOK = 1
FEW_AND_MANY = pytest.mark.parametrize("rows", [3, 50])
QUESTIONS = [{"code": "KIND", "order": 1, "datatype": "string", "label_th": "ลักษณะ", "ask": "form"}]


def cost(client, name: str, *args: Any, query: str = "") -> int:
    """How many statements a page takes."""
    with statements() as seen:
        response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return len(seen)


# Filing


def filing_cost(somchai, category, **detail: Any) -> int:
    client = browser_of(somchai)
    begin_report(client, category)
    for _ in range(2):
        client.post(reverse("complaints:report-photo-upload"), {"photos": picture_file()})
    with statements() as seen:
        response = send_report(client, **detail)
    assert (response.status_code, Complaint.objects.order_by("-pk").first().photos.count()) == (302, 2)
    return len(seen)


@FEW_AND_MANY
def test_filing_by_a_resident_with_pictures(somchai, category, rows):
    file_many(rows, reporter=somchai, category=category)

    count = filing_cost(somchai, category)

    assert count == 12 <= FILE


def test_filing_that_is_routed_to_another_office_with_a_third_cooperating(somchai, category):
    file_one()
    DepartmentFactory(code="DISASTER")
    DepartmentFactory(code="HEALTH")
    category.questions = QUESTIONS
    category.routing_rules = [{"if": {"KIND": "SNAKE"}, "set": {"department": "DISASTER", "cooperate": ["HEALTH"]}}]
    category.save()

    count = filing_cost(somchai, category, q_KIND="SNAKE")

    assert count == 14 <= FILE


@FEW_AND_MANY
def test_filing_service_alone(somchai, category, rows):
    file_many(rows, reporter=somchai, category=category)
    known = Category.objects.select_related("department").get(pk=category.pk)

    with statements() as seen:
        file_one(reporter=somchai, category=known)

    assert len(seen) == 8 <= FILE


# The report's steps, for somebody signed in

# One of each asks who is signed in: a draft is shown to nobody but its writer.
STEPS = {"report-start": 2, "report-photo": 3, "report-what": 3, "report-where": 2, "report-detail": 4}


@pytest.mark.parametrize(("step", "expected"), STEPS.items())
def test_report_step(somchai, category, step, expected):
    client = browser_of(somchai)
    begin_report(client, category)

    with statements() as seen:
        client.get(reverse(f"complaints:{step}"))

    assert len(seen) == expected


@FEW_AND_MANY
def test_report_done(somchai, category, rows):
    file_many(rows, reporter=somchai)
    client = browser_of(somchai)
    begin_report(client, category)
    address = send_report(client).url

    with statements() as seen:
        client.get(address)

    assert len(seen) == 3


# Staff pages

IN_VIEW: dict[str, dict[str, Any]] = {
    "new": {},
    "mine": {"status": "assigned"},
    "office": {"status": "triaged"},
    "near": {"due_at": timedelta(hours=4)},
    "overdue": {"due_at": timedelta(hours=-4)},
    "waiting": {"status": "waiting_resident", "expected_date": True},
    "reopened": {"status": "reopened"},
    "all": {},
}


@FEW_AND_MANY
@pytest.mark.parametrize("view", IN_VIEW)
def test_inbox_with_all_counts(head, category, somchai, view, rows):
    file_many(rows, category=category, reporter=somchai)
    columns = dict(IN_VIEW[view])
    if "due_at" in columns:
        columns |= {"received_at": timezone.now() - timedelta(days=3), "due_at": timezone.now() + columns["due_at"]}
    if "expected_date" in columns:
        columns["expected_date"] = timezone.localdate()
    Complaint.objects.update(assignee=head, **columns)

    count = cost(browser_of(head), "complaints:inbox", view)

    assert count == 4 <= INBOX


@FEW_AND_MANY
def test_inbox_of_one_department(head, category, rows):
    file_many(rows, category=category)

    count = cost(browser_of(head), "complaints:inbox", "all", query="?department=STREETS")

    assert count == 6 <= INBOX


@FEW_AND_MANY
def test_case_page(head, case, rows):
    assigned(case, head)
    for n in range(rows):
        move(case, head, "", public_text=f"ข้อความ {n}")
    draft = start_draft(resident=None, now=timezone.now())
    for _ in range(3):
        attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=timezone.now())
    draft.photos.update(complaint=case)

    count = cost(browser_of(head), "complaints:case", case.reference)

    assert count == 8 <= CASE


def test_case_page_of_a_new_case_as_the_desk_sees_it(case):
    assert cost(browser_of(StaffFactory(role="clerk")), "complaints:case", case.reference) == 8 <= CASE


def test_case_page_of_a_confidential_case_writes_the_look_into_its_record_too(case):
    Complaint.objects.update(is_confidential=True, is_public=False)
    member = StaffFactory(role="clerk", handles_confidential=True)

    assert cost(browser_of(member), "complaints:case", case.reference) == 9 <= CASE + LOOK


def test_case_page_of_an_ended_case(head, case):
    move(assigned(case, head), head, "resolve", outcome=Outcome.FIXED, public_text="เรียบร้อย")

    assert cost(browser_of(head), "complaints:case", case.reference) == 7 <= CASE


def test_case_page_with_a_wish_for_more_time_asks_once_more(head, case):
    assigned(case, head)
    at, day = timezone.now(), localdate() + timedelta(days=4)
    ask_extension(complaint=case, member=head, reason=Reason.PARTS, day=day, note="", now=at)

    assert cost(browser_of(head), "complaints:case", case.reference) == 9 <= CASE + LOOK


@FEW_AND_MANY
def test_dashboard(head, category, office, somchai, rows):
    PositionFactory(department=office, holder=head)
    for n in range(rows):
        file_one(now=timezone.now() - timedelta(hours=50 + n), category=category, reporter=somchai)
    sweep_escalations(now=timezone.now())

    count = cost(browser_of(head), "backoffice:dashboard", "STREETS")

    assert count == 8 <= DASHBOARD


# A resident's own pages


@FEW_AND_MANY
def test_my_cases(somchai, category, rows):
    file_many(rows, category=category, reporter=somchai)

    assert cost(browser_of(somchai), "complaints:my") == 3


@FEW_AND_MANY
def test_my_case(somchai, head, case, rows):
    assigned(case, head)
    for n in range(rows):
        move(case, head, "", public_text=f"ข้อความ {n}")

    assert cost(browser_of(somchai), "complaints:my-case", case.reference) == 5


@FEW_AND_MANY
def test_tracking_page(head, case, rows):
    for n in range(rows):
        move(case, head, "", public_text=f"ข้อความ {n}")

    assert cost(browser_of(), "complaints:track", case.tracking_token) == 4


# What time brings: the cost of one message to one receiver does not grow with his cases


@pytest.mark.parametrize("rows", [3, 20])
def test_sweep_of_notices_to_one_head(head, category, office, rows):
    PositionFactory(department=office, holder=head)
    for n in range(rows):
        file_one(now=timezone.now() - timedelta(hours=49, minutes=n), category=category)
    sweep_escalations(now=timezone.now())

    with statements() as seen:
        sweep_notices(now=timezone.now() + timedelta(days=1))

    assert len(seen) == 4
