"""Signs: made and printed by staff, scanned by anybody, counted; a retired one still leads on."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.sign import PlaceSign
from complaints.services.signs import counted_signs, make_sign, retire_sign
from complaints.tests.factories import CategoryFactory
from nakhoncity.kit.geo import Point
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
SIGNS = reverse("complaints:signs")


@pytest.fixture
def clerk():
    return StaffFactory(role="clerk")


@pytest.fixture
def lamp():
    return CategoryFactory(code="STREETLIGHT")


@pytest.fixture
def sign(lamp, clerk, now):
    return make_sign(title="เสาไฟหน้าวัด", category=lamp, place=Point(8.43, 99.96), member=clerk, now=now)


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def begin(client, sign):
    return client.get(reverse("complaints:sign-begin", args=[sign.code]), follow=True)


# Scanning


def test_sign_names_its_place_and_offers_both_ways(client, sign, settings):
    page = client.get(f"/r/{sign.code}/").content.decode()

    assert ("เสาไฟหน้าวัด" in page, f"{settings.LIFF_BASE}/r/{sign.code}/" in page) == (True, True)
    assert reverse("complaints:sign-begin", args=[sign.code]) in page


def test_code_may_be_typed_in_capitals(client, sign):
    assert client.get(f"/r/{sign.code.upper()}/").status_code == 200


@pytest.mark.parametrize("code", ["nothing", "%00", "ก", "../x"])
def test_no_such_sign_is_404(client, sign, code):
    assert client.get(f"/r/{code}/").status_code in {400, 404}


def test_report_begins_with_all_that_the_sign_knows(client, sign):
    page = begin(client, sign)

    fields = ReportDraft.objects.get().fields
    assert page.redirect_chain[-1][0] == reverse("complaints:report-photo")
    assert (fields["category"], fields["lat"], fields["lon"], fields["address_text"]) == (
        "STREETLIGHT",
        8.43,
        99.96,
        "เสาไฟหน้าวัด",
    )


def test_known_matter_and_place_are_not_asked_for_again(client, sign):
    begin(client, sign)

    response = client.post(reverse("complaints:report-photo"), {"next": "1"})

    assert response["Location"] == reverse("complaints:report-detail")


def test_sign_without_a_matter_asks_for_it(client, clerk, now):
    sign = make_sign(title="สวน", category=None, place=None, member=clerk, now=now)
    begin(client, sign)

    response = client.post(reverse("complaints:report-photo"), {"next": "1"})

    assert response["Location"] == reverse("complaints:report-what")


def test_case_keeps_its_sign_and_the_sign_counts_both(client, sign):
    begin(client, sign)
    client.post(reverse("complaints:report-detail"), {"text": "ดับ", "phone": "0812345678"})
    begin(client, sign)

    case, counted = Complaint.objects.get(), counted_signs().get()
    assert (case.sign, case.address_text, counted.opened, counted.reports) == (sign, "เสาไฟหน้าวัด", 2, 1)


def test_retired_sign_leads_to_the_ordinary_form(client, sign):
    retire_sign(sign=sign)

    page = client.get(f"/r/{sign.code}/")

    assert (page.status_code, reverse("complaints:report-start") in page.content.decode()) == (410, True)
    assert begin(client, sign).redirect_chain == [(f"/r/{sign.code}/", 302)]
    assert not ReportDraft.objects.exists()


# Making


def test_sign_is_made_and_printed(desk, lamp):
    response = desk.post(SIGNS, {"title": "สวนศรีธรรมา", "category": "STREETLIGHT", "lat": "8.43", "lon": "99.96"})

    made = PlaceSign.objects.get()
    assert response["Location"] == reverse("complaints:sign-print", args=[made.code])
    assert (made.title, made.category, made.latitude, made.longitude) == ("สวนศรีธรรมา", lamp, 8.43, 99.96)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": ""}, "id_title"),
        ({"title": "x" * 81}, "id_title"),
        ({"title": "สวน", "category": "UNHEARD_OF"}, "id_category"),
        ({"title": "สวน", "lat": "100", "lon": "1"}, "id_lat"),
    ],
)
def test_bad_sign_says_what_to_do(desk, sent, field):
    response = desk.post(SIGNS, sent)

    assert (response.status_code, response.context["errors"][0][0], PlaceSign.objects.count()) == (422, field, 0)


def test_half_a_pin_is_none(desk):
    desk.post(SIGNS, {"title": "สวน", "lat": "8.43"})

    assert PlaceSign.objects.get().latitude is None


def test_database_refuses_half_a_pin(clerk, now):
    with pytest.raises(ValidationError):
        PlaceSign(code="abc", title="สวน", latitude=8.0, made_by=clerk, made_at=now).full_clean()


@pytest.mark.parametrize(("size", "copies"), [("a4", 1), ("sticker", 12)])
def test_sheet_has_one_sign_or_a_dozen(desk, sign, size, copies):
    page = desk.get(reverse("complaints:sign-print", args=[sign.code]), {"size": size}).content.decode()

    assert (page.count('class="sign"'), page.count("data:image/svg+xml")) == (copies, copies)
    assert sign.address in page


def test_sheet_of_another_size_is_404(desk, sign):
    assert desk.get(reverse("complaints:sign-print", args=[sign.code]), {"size": "a0"}).status_code == 404


def test_list_costs_the_same_with_many(desk, lamp, clerk, now, django_assert_num_queries):
    desk.get(SIGNS)
    for n in range(20):
        make_sign(title=f"เสา {n}", category=lamp, place=None, member=clerk, now=now)

    with django_assert_num_queries(4):
        desk.get(SIGNS)


@pytest.mark.parametrize("role", ["officer", "supervisor", "executive"])
def test_who_makes_no_signs_sees_no_list(client, sign, role):
    client.force_login(StaffFactory(role=role))

    paths = [SIGNS, reverse("complaints:sign-print", args=[sign.code])]
    answers = [client.get(path).status_code for path in paths]

    assert [*answers, client.post(reverse("complaints:sign-retire", args=[sign.code])).status_code] == [403] * 3
