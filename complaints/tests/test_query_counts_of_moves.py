"""What a status change costs: the POST of the case page's form, with session, member and the resident's message.

A fixed number of statements, BEGIN, COMMIT and SAVEPOINT not counted, however many cases there are.
"""

from typing import Any

import pytest

from complaints.models.case import Complaint
from complaints.tests.desk import assigned, file_many, move, triaged
from complaints.tests.doors import browser_of, picture_file, post_update
from complaints.tests.factories import CategoryFactory, file_one
from complaints.workflow import Outcome
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profile_at_hand")]

# The budget of the project's second issue.
UPDATE = 12
FEW_AND_MANY = pytest.mark.parametrize("rows", [3, 50])


def update_cost(member, complaint: Complaint, **fields: Any) -> int:
    client = browser_of(member)
    with statements() as seen:
        response = post_update(client, complaint, **fields)
    assert response.status_code == 302
    # One of them is the test's own look at the version.
    return len(seen) - 1


@FEW_AND_MANY
def test_reply_with_its_message(case, head, rows):
    file_many(rows, category=case.category)

    assert update_cost(head, case, public_text="ช่างจะเข้าดู") == 8 <= UPDATE


@FEW_AND_MANY
def test_assign_with_its_message(case, head, rows):
    file_many(rows, category=case.category)

    assert update_cost(head, triaged(case, head), move="assign", assignee=head.pk) == 10 <= UPDATE


def test_assign_to_another_once_the_resident_was_told(case, head, office):
    another = StaffFactory(department=office)

    assert update_cost(head, assigned(case, head), move="assign", assignee=another.pk) == 10 <= UPDATE


def test_triage_into_another_category_and_office(case, head):
    other = CategoryFactory(sla_hours=24)

    count = update_cost(head, case, move="triage", category=other.pk, department=other.department_id)

    assert count == 11 <= UPDATE


@FEW_AND_MANY
def test_transfer_with_words(case, head, rows):
    file_many(rows, category=case.category)
    other = DepartmentFactory()

    count = update_cost(
        head, assigned(case, head), move="transfer", department=other.pk, reason="ไม่ใช่งานเรา", public_text="โอนแล้ว"
    )

    assert count == 10 <= UPDATE


def test_schedule_with_its_message(case, head):
    count = update_cost(
        head, assigned(case, head), move="schedule", appointment_date="2026-12-01", appointment_time="09:00"
    )

    assert count == 8 <= UPDATE


def test_ask_the_resident_as_the_first_answer(case, head):
    count = update_cost(head, triaged(case, head), move="ask_resident", public_text="อยู่ตรงไหน")

    assert count == 10 <= UPDATE


def test_refer_to_another_body_as_the_first_answer(case, head):
    agency = DepartmentFactory(level="external", is_external=True)

    count = update_cost(
        head, triaged(case, head), move="refer", agency=agency.pk, expected_date="2026-12-01", reason="สายไฟของการไฟฟ้า"
    )

    assert count == 11 <= UPDATE


@FEW_AND_MANY
def test_resolve_with_an_after_photo(case, head, rows):
    file_many(rows, category=case.category)

    count = update_cost(
        head, assigned(case, head), move="resolve", outcome="fixed", public_text="เรียบร้อย", photos=picture_file()
    )

    assert count == 11 <= UPDATE


def test_resolve_with_an_after_photo_out_of_a_pause(case, head):
    move(assigned(case, head), head, "ask_resident", public_text="อยู่ตรงไหน")

    count = update_cost(head, case, move="resolve", outcome="fixed", public_text="เรียบร้อย", photos=picture_file())

    assert count == 12 <= UPDATE


def test_close_as_a_duplicate(case, head):
    older = file_one(category=case.category)

    count = update_cost(head, assigned(case, head), move="close_duplicate", duplicate_of=older.reference)

    assert count == 11 <= UPDATE


def test_plan_for_a_coming_year(case, head, office):
    count = update_cost(
        head, assigned(case, head), move="close_planned", public_text="รับเข้าแผน", department=office.pk, plan_year=2571,
        expected_date="2027-10-01",
    )  # fmt: skip

    assert count == 11 <= UPDATE


def test_reopen_by_the_head(case, head):
    move(assigned(case, head), head, "resolve", outcome=Outcome.FIXED, public_text="เรียบร้อย")

    assert update_cost(head, case, move="reopen", reason="ตรวจแล้วยังไม่ดี") == 11 <= UPDATE
