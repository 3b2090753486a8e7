"""Who is told of confidential cases: those whom the city's order names, never who is complained about."""

import pytest

from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.tests.factories import CategoryFactory, file_one
from complaints.tests.house import build_house
from complaints.tests.ladder import MOMENTS, lines, told
from nakhoncity.line.models import OutboundMessage
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house.unit))


@pytest.fixture
def lawyer(house):
    return StaffFactory(department=house.clerk.department, handles_confidential=True, line_user_id="U" + "9" * 32)


def confidential(house, **fields):
    category = CategoryFactory(
        department=house.unit,
        questions=[{"code": "SUBJECT", "order": 1, "datatype": "string", "label_th": "เรื่อง"}],
        routing_rules=[{"if": {"SUBJECT": "CONDUCT"}, "set": {"confidential": True, **fields.pop("set", {})}}],
    )
    complaint = file_one(category=category, answers={"SUBJECT": "CONDUCT"})
    type(complaint).objects.filter(pk=complaint.pk).update(**fields)
    return complaint


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_confidential_case_is_told_to_the_citys_order_only(house, lawyer, level):
    confidential(house)

    sweep_escalations(now=MOMENTS[level])

    assert {member for member, _ in told(level)} == {house.secretary, lawyer}


def test_confidential_case_reaches_the_mayor_at_the_highest_level(house, lawyer):
    confidential(house)

    sweep_escalations(now=MOMENTS[4])

    assert {member for member, _ in told(4)} == {house.secretary, lawyer, house.mayor}


def test_confidential_case_is_never_told_to_the_person_or_unit_complained_about(house, lawyer):
    second = StaffFactory(department=lawyer.department, handles_confidential=True)
    confidential(house, accused=second)

    sweep_escalations(now=MOMENTS[2])

    assert told(2) == [(house.secretary, False)]


def test_confidential_case_about_the_secretary_is_the_mayors(house, lawyer):
    case = confidential(house, accused=house.secretary)

    sweep_escalations(now=MOMENTS[2])

    assert {member for member, _ in told(2)} == {lawyer, house.mayor}
    assert list(type(case).objects.visible_to(house.mayor)) == [case]
    assert list(type(case).objects.visible_to(house.secretary)) == []


def test_confidential_case_about_somebody_else_is_not_open_to_the_mayor(house):
    case = confidential(house, accused=house.officer)

    assert list(type(case).objects.visible_to(house.mayor)) == []
    assert list(type(case).objects.visible_to(house.secretary)) == [case]


def test_confidential_case_about_the_mayor_is_never_told_to_him(house):
    confidential(house, accused=house.mayor)

    sweep_escalations(now=MOMENTS[4])

    assert told(4) == [(house.secretary, False)]


def test_confidential_case_names_no_category(house):
    case = confidential(house)
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert lines() == [f"{case.reference} · เกินกำหนด ไม่ถึง 1 นาที"]
    assert case.category.name_th not in str(OutboundMessage.objects.latest("pk").payload)


def test_case_of_a_sensitive_category_names_no_category(house):
    case = file_one(category=CategoryFactory(department=house.unit, is_sensitive=True, is_public=False))
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert lines() == [f"{case.reference} · เกินกำหนด ไม่ถึง 1 นาที"]
