"""Odd and forbidden input through the pages: a clear sentence or the right status, nothing lost, never a 500."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.record import Photo
from complaints.services import photos
from complaints.services.drafts import start_draft
from complaints.tests.desk import assigned, move
from complaints.tests.doors import begin_report, browser_of, send_report
from complaints.tests.factories import NOW
from complaints.workflow import Outcome
from nakhoncity.kit.images import Picture
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
# Words and places of a report


def test_report_of_5001_letters_keeps_them_and_says_by_how_much(category):
    client = browser_of(ResidentFactory())
    begin_report(client, category)

    response = send_report(client, text="ก" * 5001)

    page = response.content.decode()
    assert (response.status_code, "ขณะนี้ 5,001 ตัวอักษร" in page, "ก" * 1000 in page) == (422, True, True)
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("odd", ["%00", "%07", "%ED%A0%80", "%C2%85"])
def test_report_with_what_no_database_takes_is_filed_without_it(category, odd):
    client = browser_of(ResidentFactory())
    begin_report(client, category)

    response = client.post(
        reverse("complaints:report-detail"),
        f"text={quote('ไฟ')}{odd}{quote('ดับ')}",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 302
    assert Complaint.objects.get().text.replace("\ufffd", "") == "ไฟดับ"


def test_refused_report_with_nul_keeps_the_rest_of_the_words(category):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-detail"), {"text": "ไฟ\x00ดับ", "phone": "\x00", "q_\x00": "\x00"})

    assert (response.status_code, ReportDraft.objects.get().fields["text"]) == (422, "ไฟดับ")


def test_autosave_with_nul_keeps_the_rest_of_the_words(category):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-autosave"), {"text": "ไฟ\x00ดับ", "contact_name": "\x00"})

    assert (response.status_code, ReportDraft.objects.get().fields["text"]) == (200, "ไฟดับ")


@pytest.mark.parametrize("place", [{}, {"lat": "8.4"}, {"lat": "nan", "lon": "nan"}, {"lat": "1e999", "lon": "9"}])
def test_report_without_a_place_asks_for_one(category, place):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-where"), place)

    assert response.status_code == 422
    assert "พิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต" in response.content.decode()


def test_report_with_an_absurd_accuracy_is_filed_without_it(category):
    client = browser_of(ResidentFactory())
    begin_report(client, category)
    client.post(reverse("complaints:report-where"), {"lat": "8.43", "lon": "99.96", "accuracy": "1e300"})

    response = send_report(client)

    assert (response.status_code, Complaint.objects.get().accuracy_m) == (302, None)


@pytest.mark.parametrize("code", ["", "NO_SUCH", "\x00", "ก" * 300, "' OR 1=1 --"])
def test_report_of_an_unknown_category_asks_again(category, code):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-what"), {"category": code})

    page = response.content.decode()
    assert (response.status_code, "Null characters" in page) == (422, False)
    assert ReportDraft.objects.get().fields["category"] == category.code


def test_report_of_a_category_withdrawn_meanwhile_is_filed_where_it_was_meant(category):
    client = browser_of(ResidentFactory())
    begin_report(client, category)
    category.is_active = False
    category.save()

    response = send_report(client)

    assert (response.status_code, Complaint.objects.get().category) == (302, category)


def test_report_sent_twice_shows_the_same_receipt(category):
    client = browser_of(ResidentFactory())
    begin_report(client, category)

    first, second = send_report(client), send_report(client, text="อีกครั้ง")

    assert (first.status_code, second.status_code, first.url) == (302, 302, second.url)
    assert Complaint.objects.get().text == "ไฟดับ"


def test_forged_cookie_holds_no_draft(category):
    draft = start_draft(resident=None, now=NOW)
    client = browser_of()
    client.cookies["report"] = f"{draft.pk}:forged:signature"

    response = client.get(reverse("complaints:report-photo"))

    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("complaints:report-start"))


def test_picture_of_anothers_draft_is_not_found_and_not_deleted(category):
    draft = start_draft(resident=None, now=NOW)
    photo = photos.attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=NOW)
    client = browser_of()
    begin_report(client, category)

    seen = client.get(reverse("complaints:photo", args=[photo.pk, "s"])).status_code
    client.post(reverse("complaints:report-photo-delete", args=[photo.pk]))

    assert (seen, Photo.objects.count()) == (404, 1)


def test_too_many_fields_are_a_bad_request(category):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-detail"), {f"q_{n}": "x" for n in range(1100)})

    assert response.status_code == 400


# NUL where only software puts it


@pytest.mark.parametrize(
    "address",
    [
        "/track/%00/",
        "/liff/my/%00/",
        "/liff/report/done/NST%00/",
        "/staff/cases/%00/",
        "/staff/inbox/all/?department=%00",
        "/staff/inbox/all/?page=%00",
        "/staff/dashboard/%00/",
        "/staff/login/?next=%00",
        "/liff/report/?new=%00",
    ],
)
def test_nul_in_an_address_is_a_bad_request(head, somchai, address):
    client = browser_of(head)
    client.cookies |= browser_of(somchai).cookies

    assert client.get(address).status_code == 400


@pytest.mark.parametrize("name", ["staff", "resident", "report", "csrf"])
def test_nul_in_a_cookie_is_a_bad_request(name):
    client = browser_of()

    response = client.get(reverse("complaints:my"), headers={"cookie": f'{name}="abcdefghijk\\000"'})

    assert response.status_code == 400


# A resident and what is not his


@pytest.mark.parametrize("page", ["my-case", "rate", "withdraw"])
@pytest.mark.parametrize("ask", ["get", "post"])
def test_case_of_another_resident_is_not_found(case, page, ask):
    malee = browser_of(ResidentFactory())

    response = getattr(malee, ask)(reverse(f"complaints:{page}", args=[case.reference]), {"text": "แอบเพิ่ม"})

    assert (response.status_code, case.events.count()) == (404, 1)


@pytest.mark.parametrize("verdict", ["", "great", "\x00", "good' OR 1=1"])
def test_odd_verdict_asks_again(case, head, somchai, verdict):
    move(assigned(case, head), head, "resolve", outcome=Outcome.FIXED, public_text="เรียบร้อย")

    response = browser_of(somchai).post(reverse("complaints:rate", args=[case.reference]), {"verdict": verdict})

    case.refresh_from_db()
    assert (response.status_code, case.status) == (422, "resolved")


def test_verdict_of_1001_letters_keeps_them(case, head, somchai):
    move(assigned(case, head), head, "resolve", outcome=Outcome.FIXED, public_text="เรียบร้อย")

    response = browser_of(somchai).post(
        reverse("complaints:rate", args=[case.reference]), {"verdict": "not_fixed", "text": "ก" * 1001}
    )

    assert response.status_code == 422
    assert f"{'ก' * 1001}</textarea>" in response.content.decode()


def test_5001_letters_added_to_a_case_are_kept(case, somchai):
    response = browser_of(somchai).post(reverse("complaints:my-case", args=[case.reference]), {"text": "ก" * 5001})

    assert response.status_code == 422
    assert f"{'ก' * 5001}</textarea>" in response.content.decode()


def test_withdrawing_twice_says_that_it_has_ended(case, somchai):
    client = browser_of(somchai)
    address = reverse("complaints:withdraw", args=[case.reference])

    codes = [client.post(address).status_code for _ in range(2)]

    assert (codes, case.events.filter(kind="closed").count()) == ([302, 302], 1)
