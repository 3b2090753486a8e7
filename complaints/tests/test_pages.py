"""The pages, asked for as a browser without script asks."""

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    member = StaffFactory(role="head")
    client.force_login(member)
    return member


@pytest.fixture
def somchai(client, now):
    resident = ResidentFactory()
    client.cookies[COOKIE] = start_session(resident=resident, now=timezone.now(), user_agent="")
    return resident


def report(client, **detail):
    category = CategoryFactory()
    client.get(reverse("complaints:report-start"))
    client.post(reverse("complaints:report-photo"), {"next": "1"})
    client.post(reverse("complaints:report-what"), {"category": category.code})
    client.post(reverse("complaints:report-where"), {"address_text": "หน้าตลาด"})
    return client.post(reverse("complaints:report-detail"), {"text": "ไฟดับ", **detail})


@pytest.mark.parametrize("name", ["front:home", "front:liff-home", "front:privacy", "staff:login", "complaints:my"])
def test_open_page_answers_signed_out(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_report_without_script_or_line_makes_a_case(client):
    response = report(client, phone="081 234 5678")

    complaint = Complaint.objects.get()
    assert response.url == reverse("complaints:report-done", args=[complaint.reference])
    assert complaint.reference in client.get(response.url).content.decode()


def test_report_by_a_resident_needs_no_phone(client, somchai):
    report(client)

    assert Complaint.objects.get().reporter == somchai


def test_report_without_phone_says_so_and_keeps_what_was_typed(client):
    response = report(client)

    assert response.status_code == 422
    assert "กรุณาใส่เบอร์โทรศัพท์" in response.content.decode()
    assert ">ไฟดับ</textarea>" in response.content.decode()


def test_report_twice_makes_one_case(client):
    report(client, phone="0812345678")
    client.post(reverse("complaints:report-detail"), {"text": "ไฟดับ", "phone": "0812345678"})

    assert Complaint.objects.count() == 1


def test_my_case_shows_the_reference(client, somchai):
    complaint = file_one(reporter=somchai)

    page = client.get(reverse("complaints:my-case", args=[complaint.reference]))

    assert complaint.reference in page.content.decode()


def test_my_case_of_somebody_else_is_not_found(client, somchai):
    complaint = file_one(reporter=ResidentFactory())

    assert client.get(reverse("complaints:my-case", args=[complaint.reference])).status_code == 404


def test_tracking_link_shows_the_case(client):
    complaint = file_one()

    page = client.get(reverse("complaints:track", args=[complaint.tracking_token]))

    assert complaint.reference in page.content.decode()


def test_inbox_lists_the_office_cases_only(client, officer):
    ours = file_one(category=CategoryFactory(department=officer.department))
    theirs = file_one()

    page = client.get(reverse("complaints:inbox", args=["all"])).content.decode()

    assert (ours.reference in page, theirs.reference in page) == (True, False)


def test_inbox_answers_304_when_nothing_changed(client, officer):
    address = reverse("complaints:inbox", args=["new"])
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_case_of_another_office_is_not_found(client, officer):
    complaint = file_one()

    assert client.get(reverse("complaints:case", args=[complaint.reference])).status_code == 404


def test_update_triages_by_the_form(client, officer):
    complaint = file_one(category=CategoryFactory(department=officer.department))
    data = {"move": "triage", "version": 1, "category": complaint.category_id, "department": complaint.department_id}

    client.post(reverse("complaints:update", args=[complaint.reference]), data)

    complaint.refresh_from_db()
    assert complaint.status == "triaged"


def test_update_with_an_old_version_gets_409_and_keeps_the_text(client, officer):
    complaint = file_one(category=CategoryFactory(department=officer.department))
    Complaint.objects.update(version=2)

    response = client.post(
        reverse("complaints:update", args=[complaint.reference]), {"version": 1, "public_text": "ช่างจะเข้าดู"}
    )

    assert response.status_code == 409
    assert ">ช่างจะเข้าดู</textarea>" in response.content.decode()


def test_preview_shows_the_words(client, officer):
    complaint = file_one(category=CategoryFactory(department=officer.department), reporter=ResidentFactory())

    page = client.post(reverse("complaints:preview", args=[complaint.reference]), {"public_text": "ช่างจะเข้าดู"})

    assert "<p>ช่างจะเข้าดู</p>" in page.content.decode()


def test_preview_says_that_a_reporter_without_line_hears_nothing(client, officer):
    complaint = file_one(category=CategoryFactory(department=officer.department))

    page = client.post(reverse("complaints:preview", args=[complaint.reference]), {"public_text": "ช่างจะเข้าดู"})

    assert "ผู้แจ้งรายนี้ไม่มี LINE จะไม่ได้รับข้อความ กรุณาโทรแจ้งผล" in page.content.decode()


def test_dashboard_of_the_own_office_opens(client, officer):
    file_one(category=CategoryFactory(department=officer.department))

    page = client.get(reverse("backoffice:own-dashboard"), follow=True)

    assert officer.department.name_th in page.content.decode()


def test_staff_page_signed_out_leads_to_the_sign_in(client):
    response = client.get(reverse("complaints:inbox", args=["all"]))

    assert response.url.startswith(reverse("staff:login"))
