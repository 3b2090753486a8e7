"""The doors of more time: works, not mine 404, wrong post 403, not signed in, invalid 422, query count."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from complaints.extending import Reason
from complaints.forms import ThaiDateField
from complaints.models.extension import Extension
from complaints.services.extensions import ask_extension
from complaints.tests.factories import CategoryFactory, file_one
from complaints.views.extensions import extension_box
from nakhoncity.kit.thai import bangkok_date, thai_date
from nakhoncity.staff.tests.factories import PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(db):
    member = StaffFactory(role="head")
    PositionFactory(kind="office_head", department=member.department, holder=member)
    return member


@pytest.fixture
def officer(director):
    return StaffFactory(department=director.department)


@pytest.fixture
def case(director):
    return file_one(category=CategoryFactory(department=director.department), now=timezone.now())


def in_days(days):
    return bangkok_date(timezone.now() + timezone.timedelta(days=days))


def typed(days=5):
    day = in_days(days)
    return f"{day.day}/{day.month}/{day.year + 543}"


def waiting(case, officer, days=5):
    return ask_extension(complaint=case, member=officer, reason=Reason.WEATHER, day=in_days(days), now=timezone.now())


def address(name, case):
    return reverse(f"complaints:extension-{name}", args=[case.reference])


def test_ask_notes_the_wish_and_goes_back_to_the_case(client, case, officer):
    client.force_login(officer)

    response = client.post(address("ask", case), {"reason": "parts", "day": typed(), "note": "สั่งแล้ว"})

    assert (response.status_code, response.url) == (302, reverse("complaints:case", args=[case.reference]))
    assert Extension.objects.values_list("reason", "note").get() == ("parts", "สั่งแล้ว")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"reason": "parts", "day": "วันศุกร์"}, "กรุณาพิมพ์วันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 5/12/2569"),
        ({"reason": "parts", "day": ""}, "กรุณาระบุวันที่ เช่น 5/12/2569"),
        ({"reason": "holiday", "day": "5/12/2569"}, "กรุณาเลือกเหตุผล"),
        ({"reason": "parts", "day": "1/1/2569"}, "กำหนดใหม่ต้องอยู่หลังวันที่"),
    ],
)
def test_ask_says_what_is_wrong_and_keeps_what_was_typed(client, case, officer, data, sentence):
    client.force_login(officer)

    response = client.post(address("ask", case), data | {"note": "คำขอของช่าง"})

    page = response.content.decode()
    assert (response.status_code, Extension.objects.count()) == (422, 0)
    assert sentence in page
    assert 'value="คำขอของช่าง"' in page
    assert "<title>พบข้อผิดพลาด:" in page


def test_ask_by_htmx_answers_with_the_part_alone(client, case, officer):
    client.force_login(officer)

    response = client.post(address("ask", case), {"reason": "parts", "day": ""}, headers={"HX-Request": "true"})

    assert (response.status_code, response["Vary"].split(", ")[0]) == (422, "HX-Request")
    assert "<title>" not in response.content.decode()


@pytest.mark.parametrize("name", ["ask", "grant", "refuse"])
def test_extension_of_another_offices_case_is_not_there(client, case, officer, name):
    waiting(case, officer)
    client.force_login(StaffFactory())

    assert client.post(address(name, case), {"reason": "parts", "day": typed()}).status_code == 404


@pytest.mark.parametrize("name", ["ask", "grant", "refuse"])
def test_extension_sends_the_signed_out_to_the_sign_in(client, case, name):
    response = client.post(address(name, case))

    assert response.url.startswith(reverse("staff:login"))


@pytest.mark.parametrize("name", ["ask", "grant", "refuse"])
def test_extension_is_not_changed_by_a_get(client, case, officer, name):
    client.force_login(officer)

    assert client.get(address(name, case)).status_code == 405


def test_ask_is_forbidden_to_an_executive(client, case):
    client.force_login(StaffFactory(role="executive"))

    assert client.post(address("ask", case), {"reason": "parts", "day": typed()}).status_code == 403


@pytest.mark.parametrize("name", ["grant", "refuse"])
def test_decision_is_forbidden_to_who_holds_no_post(client, case, officer, name):
    waiting(case, officer)
    client.force_login(StaffFactory(department=case.department))

    assert client.post(address(name, case), {"refusal": "ไม่ให้"}).status_code == 403


def test_grant_moves_the_deadline(client, case, officer, director):
    extension = waiting(case, officer)
    client.force_login(director)

    client.post(address("grant", case))

    case.refresh_from_db()
    assert case.due_at == extension.new_due_at


@pytest.mark.parametrize("name", ["grant", "refuse"])
def test_decision_without_a_wish_is_not_there(client, case, director, name):
    client.force_login(director)

    assert client.post(address(name, case), {"refusal": "ไม่ให้"}).status_code == 404


def test_refuse_without_a_reason_says_so(client, case, officer, director):
    waiting(case, officer)
    client.force_login(director)

    response = client.post(address("refuse", case), {"refusal": " "})

    assert response.status_code == 422
    assert "กรุณาระบุเหตุผลที่ไม่ให้ขยายเวลา" in response.content.decode()


def test_refuse_keeps_the_reason(client, case, officer, director):
    extension = waiting(case, officer)
    client.force_login(director)

    client.post(address("refuse", case), {"refusal": "มีอะไหล่ในคลัง"})

    extension.refresh_from_db()
    assert (extension.state, extension.refusal) == ("refused", "มีอะไหล่ในคลัง")


def test_page_shows_the_form_to_an_officer_and_the_buttons_to_the_director(client, case, officer, director):
    address_of_page = reverse("complaints:extension", args=[case.reference])
    client.force_login(officer)
    assert address("ask", case) in client.get(address_of_page).content.decode()
    waiting(case, officer)
    assert address("grant", case) not in client.get(address_of_page).content.decode()

    client.force_login(director)

    assert address("grant", case) in client.get(address_of_page).content.decode()


def test_list_shows_waiting_wishes_of_ones_own_cases_only(client, case, officer, director):
    waiting(case, officer)
    other = StaffFactory()
    foreign = file_one(category=CategoryFactory(department=other.department), now=timezone.now())
    waiting(foreign, other)
    client.force_login(director)

    page = client.get(reverse("complaints:extensions")).content.decode()

    assert (case.reference in page, foreign.reference in page) == (True, False)
    assert thai_date(in_days(5)) in page


@pytest.mark.parametrize("number", [0, 2])
def test_box_costs_one_query(django_assert_num_queries, case, officer, director, number):
    for _ in range(number):
        Extension.objects.filter(state="asked").update(state="lapsed", decided_at=timezone.now())
        waiting(case, officer)
    case.refresh_from_db()
    complaint = type(case).objects.select_related("department__parent").get(pk=case.pk)

    with django_assert_num_queries(1):
        box = extension_box(complaint, director, timezone.now())
        _ = [row.asked_by.display_name for row in [*box.past, *filter(None, [box.waiting])]]

    assert (box.can_decide, len(box.past)) == (number > 0, max(number - 1, 0))


def test_box_offers_eight_days_to_the_secretary_only(case, officer, director):
    waiting(case, officer, days=12)

    assert extension_box(case, director, timezone.now()).can_decide is False


@pytest.mark.parametrize(
    "typed_day", ["5/12/2569", "๕/๑๒/๒๕๖๙", "5 ธ.ค. 2569", "5-12-69", "2569-12-05", "2026-12-05", " 5 / 12 / 2569 "]
)
def test_thai_date_field_reads_what_people_type(typed_day):
    assert ThaiDateField().clean(typed_day).isoformat() == "2026-12-05"


@pytest.mark.parametrize("typed_day", ["31/2/2569", "5/12", "x", "5/12/2569/1", "99/99/9999", "0/0/0", "///", "5/12/5"])
def test_thai_date_field_refuses_what_is_no_day(typed_day):
    with pytest.raises(ValidationError):
        ThaiDateField().clean(typed_day)
