"""The steps of a report: whose draft it is, what they keep, and what happens around sending."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.tests.factories import CategoryFactory
from nakhoncity.city.models import CityProfile, RateLimit
from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db

START = reverse("complaints:report-start")
PHOTO = reverse("complaints:report-photo")
WHAT = reverse("complaints:report-what")
WHERE = reverse("complaints:report-where")
DETAIL = reverse("complaints:report-detail")
DONE = "/liff/report/done/"
KIND = {
    "code": "KIND",
    "ask": "form",
    "order": 1,
    "required": True,
    "label_th": "อาการ",
    "datatype": "singlevaluelist",
    "values": [{"key": "OUT", "name_th": "ดับ"}],
}


def sign_in(client, resident):
    client.cookies[COOKIE] = start_session(resident=resident, now=timezone.now(), user_agent="")


def begin(client, upto=DETAIL, **category):
    """Walk to a step; returns its page."""
    client.get(START)
    client.post(WHAT, {"category": CategoryFactory(**category).code})
    if upto == DETAIL:
        client.post(WHERE, {"address_text": "หน้าตลาด"})
    return client.get(upto)


def follow_without_cookies(address):
    """What a browser that keeps no cookies gets, and how many redirects lead there."""
    hops = 0
    while (response := Client().get(address)).status_code == 302 and hops < 10:
        address, hops = response["Location"], hops + 1
    return response, hops


@pytest.mark.parametrize("address", [START, PHOTO, WHAT, WHERE, DETAIL])
def test_report_without_cookies_ends_at_a_page_that_says_what_to_do(address):
    response, hops = follow_without_cookies(address)

    page = response.content.decode()
    assert (response.status_code, hops <= 4) == (400, True)
    assert ("อนุญาตคุกกี้" in page, f'href="tel:{CityProfile.current().phone.replace(" ", "")}"' in page) == (True, True)


def test_step_without_a_draft_begins_one(client):
    response = client.get(WHERE, follow=True)

    assert response.redirect_chain == [(f"{START}?again=1", 302), (f"{PHOTO}?again=1", 302)]
    assert response.status_code == 200


def test_post_without_a_draft_says_that_nothing_was_sent(client):
    response = client.post(DETAIL, {"text": "ไฟดับ"}, follow=True)

    assert "จึงยังไม่ได้ส่ง" in response.content.decode()


def test_draft_of_another_resident_is_not_shown(client):
    sign_in(client, ResidentFactory())
    begin(client, WHERE)
    client.post(WHERE, {"address_text": "บ้านของมาลี"})
    sign_in(client, ResidentFactory())

    page = client.get(DETAIL, follow=True)

    assert ("บ้านของมาลี" in page.content.decode(), page.redirect_chain[-1][0]) == (False, f"{PHOTO}?again=1")


def test_draft_begun_signed_out_goes_on_signed_in(client):
    begin(client)
    sign_in(client, ResidentFactory())

    assert "หน้าตลาด" in client.get(DETAIL).content.decode()


@pytest.mark.parametrize("address", [PHOTO, WHAT, WHERE, DETAIL])
def test_going_back_after_sending_shows_the_receipt(client, address):
    begin(client)
    receipt = client.post(DETAIL, {"phone": "0812345678"})["Location"]

    assert client.get(address)["Location"] == receipt


def test_start_after_sending_begins_a_new_report(client):
    begin(client)
    client.post(DETAIL, {"phone": "0812345678"})

    client.get(START)

    assert ReportDraft.objects.count() == 2


def test_what_needs_a_choice(client):
    client.get(START)

    response = client.post(WHAT, {})

    page = response.content.decode()
    assert response.status_code == 422
    assert ("<title>พบข้อผิดพลาด: " in page, '<a href="#id_category">กรุณาเลือกเรื่องที่ต้องการแจ้ง</a>' in page) == (True, True)


def test_where_needs_a_pin_or_words(client):
    begin(client, WHERE)

    response = client.post(WHERE, {})

    assert response.status_code == 422
    assert 'href="#id_address_text">กรุณาปักหมุด' in response.content.decode()


def test_where_does_not_set_a_pin_again_that_is_none(client):
    begin(client, WHERE)

    page = client.post(WHERE, {"lat": "x", "lon": "99.9", "address_text": "หน้าตลาด"})

    pins = re.findall(r'id="id_l(?:at|on)"[^>]*value="([^"]*)"', page.content.decode())
    assert (page.status_code, pins) == (422, ["", ""])


def test_where_skipped_drops_the_pin_and_keeps_the_words(client):
    begin(client, WHERE)

    client.post(WHERE, {"lat": "8.43", "lon": "99.96", "accuracy": "12", "address_text": "หน้าตลาด", "skip": "1"})

    fields = ReportDraft.objects.get().fields
    assert [fields[name] for name in ("lat", "lon", "accuracy", "address_text")] == [None, None, None, "หน้าตลาด"]


@pytest.mark.parametrize(("lat", "is_told"), [("8.43", False), ("9.5", True)])
def test_detail_says_when_the_pin_is_outside_the_town(client, lat, is_told):
    begin(client, WHERE)
    client.post(WHERE, {"lat": lat, "lon": "99.96"})

    assert ("อยู่นอกเขตเทศบาล" in client.get(DETAIL).content.decode()) == is_told


def test_autosave_keeps_words_and_answers(client):
    begin(client, questions=[KIND])

    response = client.post(reverse("complaints:report-autosave"), {"text": "มืดมาก", "q_KIND": "OUT", "phone": "08"})

    fields = ReportDraft.objects.get().fields
    assert list(response.json()) == ["saved"]
    kept = (fields["text"], fields["answers"], fields["phone"], fields["hides_name"])
    assert kept == ("มืดมาก", {"KIND": "OUT"}, "08", False)


def test_detail_shows_what_was_saved_before(client):
    begin(client, questions=[KIND])
    client.post(reverse("complaints:report-autosave"), {"text": "มืดมาก", "q_KIND": "OUT", "hides_name": "1"})

    page = client.get(DETAIL).content.decode()

    assert (
        ">มืดมาก</textarea>" in page,
        'value="OUT" checked' in page,
        'name="hides_name" value="1" checked' in page,
    ) == (
        True,
        True,
        True,
    )


def test_detail_names_all_faults_in_the_order_of_the_page(client):
    begin(client, questions=[KIND])

    page = client.post(DETAIL, {"text": "x" * 1001, "phone": "๐๘๑"}).content.decode()

    places = [page.find(f'<a href="#id_{name}">') for name in ("q_KIND", "text", "phone")]
    assert (-1 not in places, places == sorted(places)) == (True, True)


def test_phone_in_thai_digits_is_understood(client):
    begin(client)

    client.post(DETAIL, {"phone": "๐๘๑ ๒๓๔ ๕๖๗๘"})

    assert Complaint.objects.get().contact_phone == "0812345678"


def test_done_is_shown_to_nobody_else(client):
    begin(client)
    receipt = client.post(DETAIL, {"phone": "0812345678"})["Location"]

    assert Client().get(receipt).status_code == 404


def test_done_signed_out_leads_to_the_tracking_link(client, settings):
    begin(client)

    page = client.post(DETAIL, {"phone": "0812345678"}, follow=True).content.decode()

    complaint = Complaint.objects.get()
    link = settings.PUBLIC_URL + reverse("complaints:track", args=[complaint.tracking_token])
    assert (f'href="{link}"' in page, complaint.reference in page) == (True, True)


def test_sending_is_counted_by_the_caller_behind_our_proxy(client, settings):
    settings.TRUSTED_PROXIES = 1
    begin(client)

    client.post(DETAIL, {"phone": "0812345678"}, headers={"X-Forwarded-For": "198.51.100.7, 192.0.2.9"})

    assert list(RateLimit.objects.values_list("key", flat=True)) == ["report:192.0.2.9"]
