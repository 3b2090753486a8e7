"""Following a case without LINE: every spoken form of a reference, and no case for a guess."""

import pytest
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.tests.factories import file_one
from complaints.views import track
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
URL = reverse("complaints:find")


@pytest.fixture
def case(db):
    return file_one(contact_phone="0812345678")


def ask(client, reference, phone_end="5678"):
    return client.post(URL, {"reference": reference, "phone_end": phone_end})


@pytest.mark.parametrize("spoken", ["NST-69-000001", "nst-69-1", "69-000001", "69-1", "000001", "๖๙-๑", " 69 - 1 "])
def test_track_understands_a_reference_as_people_say_it(client, case, spoken):
    response = ask(client, spoken)

    assert (response.status_code, response.url) == (302, reverse("complaints:track", args=[case.tracking_token]))


@pytest.mark.parametrize("digits", ["5678", "๕๖๗๘", "081 234 5678"])
def test_track_takes_the_digits_as_they_are_typed(client, case, digits):
    assert ask(client, case.reference, digits).status_code == 302


def test_track_takes_the_phone_of_the_resident(client):
    case = file_one(reporter=ResidentFactory(phone="0898765432"))

    assert ask(client, case.reference, "5432").status_code == 302


def test_track_gives_wrong_digits_and_unknown_references_the_same_answer(client, case):
    wrong = ask(client, case.reference, "0000").context["errors"]
    unknown = ask(client, "69-999999").context["errors"]

    assert (wrong, wrong[0][0]) == (unknown, "id_reference")


def test_track_of_a_case_without_a_phone_opens_for_nobody(client):
    case = file_one()

    assert ask(client, case.reference, "0000").status_code == 422


def test_track_keeps_what_was_typed(client, case):
    page = ask(client, "69-7", "12").content.decode()

    assert ('value="69-7"' in page, 'value="12"' in page) == (True, True)


def test_track_opens_no_case_whose_endings_are_being_tried(client, case):
    for number in range(track.PER_CASE_HOUR):
        ask(client, case.reference, f"{number:04d}")

    assert ask(client, case.reference).status_code == 422


def test_track_lets_one_address_try_so_often_only(client, case, monkeypatch):
    monkeypatch.setattr(track, "PER_ADDRESS_HOUR", 2)
    statuses = [ask(client, "69-9").status_code for _ in range(3)]

    assert statuses == [422, 422, 429]


@pytest.mark.parametrize("spoken", ["", "69", "x", "NST--1", "69-0000001", "1' OR '1'='1", "%"])
def test_called_finds_nothing_for_what_is_no_reference(case, spoken):
    Complaint.objects.filter(pk=case.pk).update(reference="NST-69-000123")

    assert list(Complaint.objects.called(spoken)) == []


@pytest.mark.parametrize("spoken", ["69-1", "๖๙-๑", "nst69-1", ""])
def test_home_page_hands_over_what_was_typed(client, spoken):
    response = client.get(URL, {"reference": spoken})

    assert (response.status_code, response.context["typed"]["reference"]) == (200, spoken)


@pytest.mark.parametrize("typed", ["ไฟดับ", "123456789", "<script>", "๖๙-"])
def test_what_is_no_reference_is_said_at_once_and_kept(client, typed):
    response = client.get(URL, {"reference": typed})

    assert (response.status_code, response.context["typed"]["reference"]) == (422, typed)
    assert response.context["errors"] == [
        ("id_reference", f"“{typed}” ไม่ใช่เลขที่เรื่อง เลขที่อยู่ในข้อความหรือใบรับเรื่อง เช่น 69-000123")
    ]
    assert "<script>" not in response.content.decode()
