"""Emergencies are told at once, to who works on them, and a night of many is no storm of messages."""

from datetime import timedelta

import pytest

from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.tests.factories import NOW, CategoryFactory, file_one
from complaints.tests.house import build_house
from complaints.tests.ladder import BLINK, bangkok
from complaints.workflow import EventKind, Priority
from nakhoncity.line.models import OutboundMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house.unit))


def emergency(house, **rule):
    category = CategoryFactory(
        department=house.unit,
        questions=[{"code": "KIND", "order": 1, "datatype": "string", "label_th": "ลักษณะ"}],
        routing_rules=[{"if": {"KIND": "FALLEN"}, "set": {"priority": "emergency", "sla_hours": 4, **rule}}],
    )
    return lambda now=NOW: file_one(category=category, answers={"KIND": "FALLEN"}, now=now)


def test_emergency_is_told_at_once_to_officers_and_head_at_night_too(house):
    night = bangkok(25, 2)
    case = emergency(house)(night)

    rows = OutboundMessage.objects.order_by("pk")
    assert case.priority == Priority.EMERGENCY
    assert [(row.line_user_id, row.send_after, row.message_class) for row in rows] == [
        (house.unit_head.line_user_id, night, 2),
        (house.officer.line_user_id, night, 2),
    ]


def test_emergency_is_noted_on_the_case_by_posts(house):
    case = emergency(house)()

    event = case.events.latest("pk")
    assert (event.kind, event.is_public, event.internal_text) == (
        EventKind.NOTED,
        False,
        "แจ้งเหตุฉุกเฉินทาง LINE: หัวหน้างานไฟฟ้าสาธารณะ, เจ้าหน้าที่ของหน่วยงาน",
    )


def test_emergency_goes_to_the_desk_where_the_office_has_no_line(house):
    for member in (house.officer, house.unit_head):
        member.line_user_id = None
        member.save()

    emergency(house)()

    assert [row.line_user_id for row in OutboundMessage.objects.all()] == [house.clerk.line_user_id]


def test_emergency_that_nobody_hears_says_so_on_the_case(house):
    for member in (house.officer, house.unit_head, house.clerk):
        member.line_user_id = None
        member.save()

    case = emergency(house)()

    assert case.events.latest("pk").internal_text == "ไม่มีผู้รับแจ้งเหตุฉุกเฉินทาง LINE กรุณาโทรแจ้งหน่วยงานที่รับผิดชอบ"


def test_confidential_emergency_is_told_to_the_citys_order_and_names_no_category(house):
    case = emergency(house, confidential=True)()

    row = OutboundMessage.objects.get()
    assert row.line_user_id == house.secretary.line_user_id
    assert case.category.name_th not in str(row.payload)


def test_case_that_is_no_emergency_tells_no_staff(case):
    assert OutboundMessage.objects.count() == 0


def test_many_emergencies_are_five_messages_and_one_that_says_more(house):
    house.unit_head.is_active = False
    house.unit_head.save()
    house.vacate("unit_head", "office_head", "secretary", "mayor")
    file = emergency(house)

    for minute in range(9):
        file(NOW + timedelta(minutes=minute))

    rows = OutboundMessage.objects.filter(line_user_id=house.officer.line_user_id).order_by("pk")
    assert [row.payload[0]["altText"] for row in rows] == ["เหตุฉุกเฉิน"] * 5 + ["เหตุฉุกเฉินหลายเรื่อง"]
    assert rows[5].send_after == NOW + timedelta(minutes=10)


def test_emergency_is_single_again_after_ten_quiet_minutes(house):
    file = emergency(house)
    for _ in range(7):
        file()
    file(NOW + timedelta(minutes=11))

    rows = OutboundMessage.objects.filter(line_user_id=house.officer.line_user_id).order_by("pk")
    assert rows.last().payload[0]["altText"] == "เหตุฉุกเฉิน"


def test_late_emergency_is_told_as_a_single_message_with_the_reserve(house):
    case = emergency(house)(bangkok(25, 1))
    OutboundMessage.objects.all().delete()

    sweep_escalations(now=bangkok(25, 5) + BLINK)
    sweep_notices(now=bangkok(25, 5) + BLINK)

    row = OutboundMessage.objects.get()
    assert (row.line_user_id, row.message_class) == (house.director.line_user_id, 2)
    assert case.reference in str(row.payload)
