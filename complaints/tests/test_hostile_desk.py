"""Odd, forbidden and stale input at the desk: not found, a clear sentence or both versions, never a 500."""

from uuid import uuid4

import pytest
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.record import Photo
from complaints.services import photos
from complaints.services.drafts import start_draft
from complaints.tests.desk import move
from complaints.tests.doors import browser_of, post_update
from complaints.tests.factories import NOW, CategoryFactory, file_one
from nakhoncity.kit.images import Picture
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


# Another department's case


@pytest.fixture
def stranger(db):
    """A head of another office."""
    return StaffFactory(role="head")


@pytest.mark.parametrize("page", ["case", "extension"])
def test_case_of_another_office_is_not_found(case, stranger, page):
    response = browser_of(stranger).get(reverse(f"complaints:{page}", args=[case.reference]))

    assert response.status_code == 404


@pytest.mark.parametrize("door", ["update", "preview", "undo", "extension-ask", "extension-grant", "extension-refuse"])
def test_nothing_is_done_to_a_case_of_another_office(case, stranger, door):
    before = case.events.count()

    response = browser_of(stranger).post(
        reverse(f"complaints:{door}", args=[case.reference]), {"version": 1, "public_text": "แอบตอบ", "move": "triage"}
    )

    case.refresh_from_db()
    assert (response.status_code, case.version, case.events.count()) == (404, 1, before)


@pytest.mark.parametrize("door", ["case", "update", "preview", "undo", "extension"])
def test_case_that_is_not_there_is_not_found(head, door):
    client = browser_of(head)
    ask = client.get if door in {"case", "extension"} else client.post

    assert ask(reverse(f"complaints:{door}", args=["NST-69-999999"])).status_code == 404


def test_picture_of_another_offices_case_is_not_found(case, stranger):
    draft = start_draft(resident=None, now=NOW)
    photo = photos.attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=NOW)
    Photo.objects.update(complaint=case)

    codes = [
        browser.get(reverse("complaints:photo", args=[photo.pk, size])).status_code
        for browser in (browser_of(stranger), browser_of(ResidentFactory()), browser_of())
        for size in ("s", "l")
    ]

    assert codes == [404] * 6


def test_picture_that_is_not_there_is_not_found(head):
    assert browser_of(head).get(reverse("complaints:photo", args=[uuid4(), "s"])).status_code == 404


def test_confidential_case_is_not_found_by_the_head_of_its_own_office(case, head):
    Complaint.objects.update(is_confidential=True, is_public=False)

    assert browser_of(head).get(reverse("complaints:case", args=[case.reference])).status_code == 404


def test_case_named_as_the_older_one_must_be_in_sight(case, head):
    hidden = file_one(category=CategoryFactory(), text="ลับของกองอื่น")

    response = post_update(browser_of(head), case, move="close_duplicate", duplicate_of=hidden.reference)

    page = response.content.decode()
    assert (response.status_code, "ไม่พบเรื่องเลขที่นี้" in page, "ลับของกองอื่น" in page) == (422, True, False)


def test_case_is_no_duplicate_of_itself(case, head):
    response = post_update(browser_of(head), case, move="close_duplicate", duplicate_of=case.reference)

    assert response.status_code == 422
    assert "รวมกับตัวเองไม่ได้" in response.content.decode()


# Moves that are not to be made, versions that are gone


@pytest.mark.parametrize("name", ["start", "confirm", "close_unanswered", "no_such_move", "ก" * 40, "\x00"])
def test_illegal_move_says_why_and_keeps_the_words(case, head, name):
    response = post_update(browser_of(head), case, move=name, public_text="" if name == "\x00" else "ไปดูแล้ว")

    page = response.content.decode()
    assert (response.status_code, "ไปดูแล้ว</textarea>" in page) == (422, name != "\x00")
    assert not case.events.exclude(kind="received").exists()


@pytest.mark.parametrize("version", ["", "abc", "-1", "1.5", "\x00"])
def test_version_that_is_no_number_keeps_the_words(case, head, version):
    response = browser_of(head).post(
        reverse("complaints:update", args=[case.reference]), {"version": version, "public_text": "ไปดูแล้ว"}
    )

    assert response.status_code == 422
    assert "ไปดูแล้ว</textarea>" in response.content.decode()


@pytest.mark.parametrize("version", ["1", "999999", str(10**30)])
def test_version_of_another_time_shows_both_and_keeps_the_words(case, head, office, version):
    malee = StaffFactory(role="officer", department=office, display_name="มาลี")
    move(case, malee, "", public_text="มาลีตอบไว้ก่อน")

    response = browser_of(head).post(
        reverse("complaints:update", args=[case.reference]), {"version": version, "public_text": "ของฉัน"}
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert [words in page for words in ("มาลีตอบไว้ก่อน", "มาลี", "ของฉัน</textarea>")] == [True] * 3
    assert not case.events.filter(public_text="ของฉัน").exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"category": "-1"},
        {"department": str(10**30)},
        {"assignee": "abc"},
        {"agency": "๙๙๙๙๙"},
        {"outcome": "no_such"},
        {"expected_date": "31/2/2569"},
        {"appointment_date": "99/99/9999", "appointment_time": "25.61"},
        {"plan_year": "2026"},
        {"duplicate_of": "%"},
        {"public_text": "ก" * 5001},
        {"internal_text": "ข" * 5001},
        {"reason": "ค" * 301},
    ],
    ids=str,
)
def test_fields_of_the_wrong_kind_keep_the_words(case, head, odd):
    response = post_update(browser_of(head), case, **{"public_text": "ไปดูแล้ว", **odd})

    page = response.content.decode()
    kept = odd.get("public_text", "ไปดูแล้ว")
    assert (response.status_code, f"{kept}</textarea>" in page, "Null characters" in page) == (422, True, False)


def test_preview_of_odd_fields_is_a_preview_still(case, head):
    odd = {"public_text": "ไปดู\x00แล้ว", "assignee": "-1", "expected_date": "x", "move": "no_such_move"}

    response = browser_of(head).post(reverse("complaints:preview", args=[case.reference]), odd)

    assert response.status_code == 200


def test_update_that_says_nothing_asks_for_words(case, head):
    response = post_update(browser_of(head), case, public_text=" \x00 ")

    assert response.status_code == 422
    assert "กรุณาพิมพ์ข้อความ หรือเลือกขั้นตอนที่จะทำ" in response.content.decode()


# The wrong verb, nobody signed in

POST_ONLY = ["update", "preview", "undo", "extension-ask", "extension-grant", "extension-refuse"]


@pytest.mark.parametrize("door", POST_ONLY)
def test_post_address_refuses_get(case, head, door):
    assert browser_of(head).get(reverse(f"complaints:{door}", args=[case.reference])).status_code == 405


@pytest.mark.parametrize("door", ["report-photo-upload", "report-autosave"])
def test_post_address_of_the_report_refuses_get(door):
    assert browser_of().get(reverse(f"complaints:{door}")).status_code == 405


@pytest.mark.parametrize("door", ["case", *POST_ONLY])
def test_staff_door_without_a_session_leads_to_the_sign_in(case, door):
    client = browser_of()
    ask = client.get if door == "case" else client.post

    response = ask(reverse(f"complaints:{door}", args=[case.reference]), {"version": 1, "public_text": "แอบตอบ"})

    assert response.url.startswith(reverse("staff:login"))
    assert case.events.count() == 1


def test_form_without_its_token_is_forbidden(case, head):
    client = browser_of(head, enforce_csrf_checks=True)

    response = client.post(reverse("complaints:update", args=[case.reference]), {"version": 1, "public_text": "แอบตอบ"})

    assert (response.status_code, case.events.count()) == (403, 1)
