"""The case page of the desk: it opens in every state, asks what its moves ask for, and names what it offers."""

import pytest
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.tests.factories import CategoryFactory, file_one
from complaints.views.desk import fields_asked
from complaints.workflow import ENDED, Status, Who, moves_from
from nakhoncity.history.models import AccessEntry
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client):
    member = StaffFactory(role="head", display_name="มานพ")
    client.force_login(member)
    return member


@pytest.fixture
def case(head):
    return file_one(category=CategoryFactory(department=head.department), reporter=ResidentFactory())


def put_into(case, status):
    outcome = "fixed" if status in ENDED else ""
    Complaint.objects.filter(pk=case.pk).update(status=status, outcome=outcome, expected_date=case.received_on)


def context_of(client, case):
    return client.get(reverse("complaints:case", args=[case.reference])).context


@pytest.mark.parametrize("status", Status.values)
def test_case_page_asks_for_what_its_moves_ask_for_in_every_status(client, case, status):
    put_into(case, status)

    context = context_of(client, case)

    moves = moves_from(status=status, actor=Who.HEAD, outcome=context["complaint"].outcome)
    assert context["asked"] == fields_asked(moves)
    assert all(context["offered"][name] for name in ("category", "department", "assignee") if name in context["asked"])


def test_case_page_offers_people_of_the_office_with_their_unit(client, case, head):
    StaffFactory(display_name="คนอื่น")
    put_into(case, Status.TRIAGED)

    offered = context_of(client, case)["offered"]["assignee"]

    assert [offer.label for offer in offered] == [f"มานพ · {head.department.name_th}"]


def test_case_page_offers_agencies_only_where_a_move_refers(client, case):
    DepartmentFactory(code="PEA", level="external", is_external=True, name_th="การไฟฟ้า")
    put_into(case, Status.ASSIGNED)

    assert [offer.label for offer in context_of(client, case)["offered"]["agency"]] == ["การไฟฟ้า"]


def test_category_brings_its_office_along(client, case):
    offered = context_of(client, case)["offered"]["category"]

    assert {offer.pk: offer.sets for offer in offered}[case.category_id] == case.department_id


def test_a_category_that_is_offered_no_more_stays_that_of_its_case(client, case):
    Category.objects.filter(pk=case.category_id).update(is_active=False)

    page = client.get(reverse("complaints:case", args=[case.reference])).content.decode()

    assert f'<option value="{case.category_id}" data-value="{case.department_id}" selected>' in page


def test_fields_asked_name_each_move_once():
    moves = moves_from(status=Status.ASSIGNED, actor=Who.HEAD)

    asked = fields_asked(moves)

    assert (asked["assignee"], asked["agency_reference"], asked["outcome"]) == ("assign", "refer", "resolve")


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"move": "schedule"}, "id_appointment_date", "กรุณาระบุวันและเวลาที่นัดเข้าดำเนินการ"),
        ({"move": "schedule", "appointment_date": "5/12/2569"}, "id_appointment_time", "กรุณาใส่เวลานัด เช่น 09.00"),
        ({"move": "resolve", "public_text": "x", "outcome": "planned"}, "id_outcome", "กรุณาเลือกผลการดำเนินการ"),
        ({"move": "transfer", "reason": "x"}, "id_department", "กรุณาเลือกหน่วยงานที่รับผิดชอบ"),
    ],
)
def test_update_refused_leads_to_the_field_and_keeps_the_words(client, case, typed, field, sentence):
    put_into(case, Status.ASSIGNED)
    data = {"version": 1, "internal_text": "ขอรถกระเช้า", **typed}

    response = client.post(reverse("complaints:update", args=[case.reference]), data)

    assert (response.status_code, response.context["errors"]) == (422, [(field, sentence)])
    assert ">ขอรถกระเช้า</textarea>" in response.content.decode()


def test_case_page_offers_days_from_today_in_bangkok(client, case, time_machine):
    time_machine.move_to("2026-11-25T20:00:00+00:00", tick=False)

    assert context_of(client, case)["days"][0] == ("26 พ.ย. 2569", "วันพฤหัสบดีที่ 26 พ.ย. 2569")


# --- who looked ----------------------------------------------------------------------------------


def looks():
    return list(AccessEntry.objects.values_list("member__display_name", "what", "key"))


def test_opening_a_case_is_recorded_once_however_often_it_is_loaded(client, case):
    for _ in range(3):
        context_of(client, case)

    assert looks() == [("มานพ", "case", case.reference)]


def test_a_case_that_is_not_shown_was_not_looked_at(client, case):
    client.force_login(StaffFactory(role="officer", department=DepartmentFactory()))

    response = client.get(reverse("complaints:case", args=[case.reference]))

    assert (response.status_code, looks()) == (404, [])
