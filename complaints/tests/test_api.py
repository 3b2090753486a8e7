"""The open API: what anybody may ask, in which form he is answered, and at which cost."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints import api
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.tests.doors import browser_of
from complaints.tests.factories import NOW, CategoryFactory, file_one
from complaints.workflow import Outcome, Status
from nakhoncity.city import api as doors
from nakhoncity.city.models import Area, RateLimit
from nakhoncity.kit.geo import Point
from nakhoncity.staff.tests.factories import DepartmentFactory
from nakhoncity.tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profile_at_hand")]
CASES = reverse("complaints:api-cases")
MAP = reverse("complaints:api-map")
CATEGORIES = reverse("complaints:api-categories")
FEW_AND_MANY = pytest.mark.parametrize("rows", [3, 50])


def ask(address, **query):
    """What the API answers, read."""
    response = Client().get(address, query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def refused(address, **query):
    """How the API refuses: status, code, and which parameters with which sentence."""
    response = Client().get(address, query)
    body = response.json()
    return response.status_code, body["code"], {name: texts[0] for name, texts in body.get("parameters", {}).items()}


def references(**query):
    return [case["reference"] for case in ask(CASES, **query)["results"]]


def on_map(**query):
    return [feature["id"] for feature in ask(MAP, **query)["features"]]


@pytest.fixture
def light(db):
    office = DepartmentFactory(code="LIGHTS", name_th="งานไฟฟ้า", name_en="Lights")
    return CategoryFactory(code="LIGHT", department=office)


# Cases


def test_case_is_told_in_full(light):
    case = file_one(category=light, now=NOW)
    Complaint.objects.update(
        status=Status.CLOSED, outcome=Outcome.NOT_FOUND, resolved_at=NOW + timedelta(hours=5),
        community=Area.objects.create(kind="community", name="ชุมชนท่าม้า"),
    )  # fmt: skip

    assert ask(reverse("complaints:api-case", args=[case.reference])) == {
        "reference": case.reference,
        "status": "closed",
        "status_th": "ยุติเรื่อง",
        "outcome": "not_found",
        "category": {"code": "LIGHT", "name_th": "ไฟฟ้าสาธารณะดับหรือชำรุด", "name_en": "Street light out"},
        "department": {"name_th": "งานไฟฟ้า", "name_en": "Lights"},
        "community": "ชุมชนท่าม้า",
        "place": {"latitude": 8.43065, "longitude": 99.963169},
        "received_at": "2026-11-25T03:00:00Z",
        "due_at": "2026-11-27T03:00:00Z",
        "resolved_at": "2026-11-25T08:00:00Z",
    }


def test_open_case_without_place_has_nulls(light):
    file_one(category=light, place=None)
    case = ask(CASES)["results"][0]

    assert [case[name] for name in ("outcome", "community", "place", "resolved_at")] == [None] * 4


def test_case_that_is_not_there_is_404():
    assert refused(reverse("complaints:api-case", args=["NST-69-999999"])) == (404, "not_found", {})


def test_address_that_is_not_there_is_404_for_programs():
    assert refused("/api/v1/people/") == (404, "not_found", {})


def test_nul_in_an_address_is_refused_for_programs():
    assert refused(CASES, status="\x00") == (400, "invalid", {})


# Pages


def test_cases_come_newest_first_and_page_by_page(light, monkeypatch):
    monkeypatch.setattr(doors, "PAGE", 2)
    filed = [file_one(category=light, now=NOW + timedelta(hours=n)).reference for n in range(5)]

    first = ask(CASES)
    second = ask(first["next"].removeprefix("http://localhost:8000"))
    third = ask(second["next"].removeprefix("http://localhost:8000"))
    back = ask(third["previous"].removeprefix("http://localhost:8000"))

    seen = [[case["reference"] for case in page["results"]] for page in (first, second, third, back)]
    assert seen == [filed[:2:-1], filed[2:0:-1], filed[:1], filed[2:0:-1]]
    assert (first["previous"], third["next"]) == (None, None)


def test_next_keeps_what_narrows(light, monkeypatch):
    monkeypatch.setattr(doors, "PAGE", 1)
    for _ in range(2):
        file_one(category=light)

    assert ask(CASES, category="LIGHT")["next"].startswith(f"http://localhost:8000{CASES}?category=LIGHT&cursor=")


@pytest.mark.parametrize("cursor", ["", "x", "WyJuZXdlc3QiLCIiLDEsMCwxXQ:1x:y"])
def test_cursor_of_nobody_is_refused(cursor):
    assert refused(CASES, cursor=cursor)[:2] == (400, "invalid")


# What narrows


def test_cases_of_one_category(light):
    wanted = file_one(category=light)
    file_one()

    assert (references(category="LIGHT"), on_map(category="LIGHT")) == ([wanted.reference], [wanted.reference])


def test_cases_of_one_status(light):
    file_one(category=light)
    wanted = file_one(category=light)
    Complaint.objects.filter(pk=wanted.pk).update(status=Status.ASSIGNED)

    assert references(status="assigned") == [wanted.reference]


def test_days_are_bangkoks_and_both_included(light):
    edges = [datetime(2026, 11, 23, 16, 59, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)]
    edges += [datetime(2026, 11, 25, 16, 59, tzinfo=UTC), datetime(2026, 11, 25, 17, 0, tzinfo=UTC)]
    filed = [file_one(category=light, now=edge).reference for edge in edges]

    assert references(received_from="2026-11-24", received_to="2026-11-25") == [filed[2], filed[1]]


DAY = "กรุณาเขียนวันที่เป็น ปี ค.ศ.-เดือน-วัน เช่น 2026-11-25"
NO_CATEGORY = "ไม่มีหมวดนี้ที่เปิดเผยต่อสาธารณะ ดูรหัสหมวดได้ที่ /api/v1/categories/"
BOX = "กรุณาเขียน bbox เป็น ตะวันตก,ใต้,ตะวันออก,เหนือ เช่น 99.90,8.38,100.02,8.50"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("status", "done", "ไม่มีสถานะ done"),
        ("status", "", "ไม่มีสถานะ "),
        ("category", "NONE", NO_CATEGORY),
        ("category", "", NO_CATEGORY),
        ("received_from", "25/11/2569", DAY),
        ("received_from", "", DAY),
        ("received_to", "2026-02-30", DAY),
        ("received_to", "2026-1-1", DAY),
        ("received_to", "9999-12-31", DAY),
        ("received_from", "0001-01-01", DAY),
    ],
)
def test_wrong_value_is_refused_with_a_sentence(name, value, sentence):
    assert refused(CASES, **{name: value}) == (400, "invalid", {name: sentence})


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "100,8,99,9", "99,9,100,8", "99,8,200,9", "nan,8,100,9"])
def test_wrong_box_is_refused_with_a_sentence(box):
    assert refused(MAP, bbox=box) == (400, "invalid", {"bbox": BOX})


def test_refusal_of_the_map_is_plain_json():
    assert Client().get(MAP, {"bbox": "x"})["Content-Type"] == "application/json"


# The map


def test_map_shows_cases_as_geojson(light):
    case = file_one(category=light, now=NOW)
    file_one(category=light, place=None)

    assert ask(MAP) == {
        "type": "FeatureCollection",
        "is_truncated": False,
        "features": [
            {
                "type": "Feature",
                "id": case.reference,
                "geometry": {"type": "Point", "coordinates": [99.963169, 8.43065]},
                "properties": {
                    "category": "LIGHT",
                    "status": "new",
                    "status_th": "รับเรื่องแล้ว",
                    "received_at": "2026-11-25T03:00:00Z",
                },
            }
        ],
    }


def test_map_gives_the_newest_and_says_that_there_are_more(light, monkeypatch):
    monkeypatch.setattr(api, "MOST_FEATURES", 2)
    filed = [file_one(category=light, now=NOW + timedelta(hours=n)).reference for n in range(3)]

    assert (on_map(), ask(MAP)["is_truncated"]) == ([filed[2], filed[1]], True)


def test_box_holds_the_cases_whose_crossing_lies_in_it(light):
    inside = file_one(category=light, place=Point(8.43, 99.96))
    file_one(category=light, place=Point(8.53, 99.96))

    assert on_map(bbox="99.9,8.4,100,8.5") == [inside.reference]


def test_box_as_small_as_a_point_finds_the_crossing_as_it_is_published(light):
    case = file_one(category=light, place=Point(8.4304, 99.9631))

    assert on_map(bbox="99.963169,8.43065,99.963169,8.43065") == [case.reference]


def test_box_around_the_true_place_alone_finds_nothing(light):
    file_one(category=light, place=Point(8.4304, 99.9631))

    assert on_map(bbox="99.963,8.4303,99.9631,8.4305") == []


# Categories


def test_categories_are_told_in_the_order_of_the_form():
    CategoryFactory(code="SECOND", order=2)
    CategoryFactory(code="FIRST", order=1)
    CategoryFactory(code="GONE", order=3, is_active=False)

    assert [category["code"] for category in ask(CATEGORIES)] == ["FIRST", "SECOND"]


def test_category_tells_its_questions_as_they_are_asked(light):
    values = [{"key": "OFF", "name_th": "ดับ", "name_en": "Off"}]
    asked = {"code": "KIND", "datatype": "singlevaluelist", "label_th": "ลักษณะ", "values": values}
    later = {"code": "SIZE", "order": 2, "datatype": "string", "label_th": "ขนาด", "ask": "later"}
    Category.objects.update(questions=[{**asked, "required": True, "order": 1, "ask": "form"}, later])

    assert ask(CATEGORIES) == [
        {
            "code": "LIGHT",
            "name_th": "ไฟฟ้าสาธารณะดับหรือชำรุด",
            "name_en": "Street light out",
            "group_th": "โครงสร้างพื้นฐาน",
            "group_en": "Infrastructure",
            "sla_hours": 48,
            "is_public": True,
            "questions": [{**asked, "is_required": True, "label_en": "", "hint_th": ""}],
        }
    ]


# How it is answered


@pytest.mark.parametrize("address", [CASES, MAP, CATEGORIES])
def test_answer_may_be_kept_a_minute_and_sets_nothing(light, address):
    response = Client().get(address, headers={"accept": "text/html", "authorization": "Basic eDp5"})

    assert (response.status_code, response["Cache-Control"], dict(response.cookies)) == (200, "public, max-age=60", {})
    assert "Cookie" not in response.get("Vary", "")


def test_map_is_packed_for_who_can_unpack(light):
    for _ in range(3):
        file_one(category=light)

    packed = Client().get(MAP, headers={"accept-encoding": "gzip"})

    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert json.loads(gzip.decompress(packed.content)) == ask(MAP)


def test_refusal_is_not_kept():
    assert Client().get(CASES, {"status": "x"})["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("address", "allowed"), [(MAP, "GET, HEAD"), (CASES, "GET, HEAD, POST")])
@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_nothing_can_be_changed(address, allowed, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(address)

    assert (response.status_code, response.json()["code"], response["Allow"]) == (405, "method_not_allowed", allowed)


def test_one_address_may_ask_so_often_only(monkeypatch, time_machine):
    time_machine.move_to(NOW + timedelta(seconds=20), tick=False)
    monkeypatch.setattr(doors, "PER_MINUTE", 2)
    answers = [Client().get(CASES) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].json()["code"], answers[2]["Retry-After"]) == ("too_many", "40")
    assert list(RateLimit.objects.values_list("key", "count")) == [("api:127.0.0.1", 3)]


# What it costs: one statement counts the caller


def cost(address, **query):
    with statements() as seen:
        ask(address, **query)
    return len(seen)


@FEW_AND_MANY
@pytest.mark.parametrize(
    ("address", "query", "expected"),
    [(CASES, {}, 2), (CASES, {"category": "LIGHT"}, 3), (MAP, {"bbox": "99,8,101,9"}, 2), (CATEGORIES, {}, 2)],
)
def test_cost_does_not_grow_with_the_rows(light, rows, address, query, expected):
    area = Area.objects.create(kind="community", name="ชุมชนท่าม้า")
    for n in range(rows):
        file_one(category=light, now=NOW + timedelta(minutes=n))
        CategoryFactory()
    Complaint.objects.update(community=area)

    assert cost(address, **query) == expected


def test_staff_who_read_cost_nothing_more(head):
    client = browser_of(head)

    with statements() as seen:
        client.get(CATEGORIES)

    assert len(seen) == 2


def test_cost_of_one_case(light):
    case = file_one(category=light)

    assert cost(reverse("complaints:api-case", args=[case.reference])) == 2
