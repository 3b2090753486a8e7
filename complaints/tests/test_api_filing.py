"""Other systems file cases through the open API: with a key, each once, and nothing about people comes back."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent
from complaints.tests.factories import NOW, CategoryFactory, file_one
from complaints.workflow import Status
from nakhoncity.city.keys import revoke_key
from nakhoncity.city.models import ApiKey, ApiWrite, RateLimit
from nakhoncity.city.tests.factories import issue
from nakhoncity.tests.counting import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profile_at_hand")]
CASES = reverse("complaints:api-cases")
BODY = {
    "category": "LIGHT", "channel": "phone", "text": "ไฟดับหน้าตลาด", "latitude": 8.43, "longitude": 99.96,
    "address_text": "หน้าตลาด", "name": "มาลี ใจดี", "phone": "081-234-5678",
}  # fmt: skip
KEY = "call-000001"


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to(NOW + timedelta(seconds=20), tick=False)


@pytest.fixture
def light(db):
    return CategoryFactory(code="LIGHT")


@pytest.fixture
def secret(db):
    return issue().secret


def send(secret, body=BODY, *, key=KEY, content_type="application/json", **headers):
    """Post as another system does."""
    content = body if isinstance(body, str) else json.dumps(body)
    named = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key is not None else {}), **headers}
    client = Client(enforce_csrf_checks=True)
    return client.post(CASES, data=content, content_type=content_type, headers=named)


def wrong(response):
    """How it was refused: status, code, and which names with which sentence."""
    told = response.json()
    return response.status_code, told["code"], {name: texts[0] for name, texts in told.get("parameters", {}).items()}


def state(secret, reference):
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().get(reverse("complaints:api-filed", args=[reference]), headers=headers)


# Filing


def test_case_is_filed_as_told(light, secret):
    response = send(secret)

    case = Complaint.objects.get()
    assert response.status_code == 201
    assert (case.category, case.channel, case.text, case.latitude, case.longitude) == (
        light,
        "phone",
        "ไฟดับหน้าตลาด",
        8.43,
        99.96,
    )
    assert (case.address_text, case.contact_name, case.contact_phone, case.hides_name, case.reporter) == (
        "หน้าตลาด",
        "มาลี ใจดี",
        "0812345678",
        True,
        None,
    )


def test_answer_is_reference_link_and_promise_and_nothing_about_people(light, secret):
    response = send(secret)

    case = Complaint.objects.get()
    assert response.json() == {
        "reference": case.reference,
        "track_url": f"http://localhost:8000/track/{case.tracking_token}/",
        "status": "new",
        "status_th": "รับเรื่องแล้ว",
        "outcome": None,
        "received_at": "2026-11-25T03:00:20Z",
        "due_at": "2026-11-27T03:00:20Z",
        "resolved_at": None,
    }
    assert (response["Cache-Control"], dict(response.cookies)) == ("no-store", {})


def test_link_opens_the_case(light, secret):
    link = send(secret).json()["track_url"]

    assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 200


def test_case_has_the_clocks_and_the_record_of_any_other(light, secret):
    send(secret)

    case = Complaint.objects.get()
    assert sorted(case.clocks.values_list("kind", flat=True)) == ["first_answer", "fix"]
    assert list(ComplaintEvent.objects.values_list("kind", "actor")) == [("received", "resident")]


def test_least_that_can_be_told_is_enough(light, secret):
    response = send(secret, {"category": "LIGHT", "channel": "counter", "address_text": "หน้าตลาด"})

    assert (response.status_code, Complaint.objects.get().contact_phone) == (201, "")


def test_name_may_be_shown_to_the_office(light, secret):
    send(secret, {**BODY, "hides_name": False})

    assert not Complaint.objects.get().hides_name


QUESTION = {
    "code": "KIND", "datatype": "singlevaluelist", "ask": "form", "order": 1, "required": True, "label_th": "ดับอย่างไร",
    "values": [{"key": "one", "name_th": "ดวงเดียว"}, {"key": "street", "name_th": "ทั้งถนน"}],
}  # fmt: skip


def test_answers_route_the_case(secret):
    rule = {"if": {"KIND": "street"}, "set": {"sla_hours": 12, "priority": "urgent"}}
    CategoryFactory(code="LIGHT", questions=[QUESTION], routing_rules=[rule])

    send(secret, {**BODY, "answers": {"KIND": "street"}})

    case = Complaint.objects.get()
    assert (case.answers, case.priority, case.due_at - case.received_at) == (
        {"KIND": "street"},
        "urgent",
        timedelta(hours=12),
    )


@pytest.mark.parametrize(
    ("answers", "at_fault"),
    [
        ({}, {"answers.KIND": "กรุณาเลือก “ดับอย่างไร”"}),
        ({"KIND": "all"}, {"answers.KIND": "กรุณาเลือก “ดับอย่างไร”"}),
        ({"KIND": "one", "WHO": "x"}, {"answers.WHO": "ไม่มีคำถามนี้ในหมวดนี้"}),
        ({"KIND": 1}, {"answers.KIND": "ต้องเป็นข้อความ"}),
        ([], {"answers": "ต้องเป็นข้อมูลแบบ JSON object"}),
    ],
)
def test_wrong_answers_are_refused(secret, answers, at_fault):
    CategoryFactory(code="LIGHT", questions=[QUESTION])

    assert wrong(send(secret, {**BODY, "answers": answers})) == (400, "invalid", at_fault)


NO_CATEGORY = "ไม่มีหมวดนี้ ดูรหัสหมวดได้ที่ /api/v1/categories/"
NO_CHANNEL = "ไม่มีช่องทางนี้ ดูช่องทางที่ใช้ได้ที่ /api/docs/"
LATITUDE = "ต้องเป็นตัวเลขระหว่าง -90 ถึง 90"


@pytest.mark.parametrize(
    ("change", "at_fault"),
    [
        ({"category": "NONE"}, {"category": NO_CATEGORY}),
        ({"category": None}, {"category": "ไม่รับค่า null ถ้าไม่มีข้อมูลให้เว้นชื่อนี้ไว้"}),
        ({"category": "\u200b"}, {"category": "ต้องมีข้อมูลนี้"}),
        ({"channel": "liff"}, {"channel": NO_CHANNEL}),
        ({"channel": 1}, {"channel": NO_CHANNEL}),
        ({"text": 5}, {"text": "ต้องเป็นข้อความ"}),
        ({"text": "ก" * 1001}, {"text": "ยาวเกิน 1000 ตัวอักษร"}),
        ({"phone": "12345"}, {"phone": "ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"}),
        ({"latitude": 91}, {"latitude": LATITUDE}),
        ({"latitude": 10**400}, {"latitude": LATITUDE}),
        ({"latitude": "8.4"}, {"latitude": LATITUDE}),
        ({"latitude": True}, {"latitude": LATITUDE}),
        ({"hides_name": "yes"}, {"hides_name": "ต้องเป็น true หรือ false"}),
        ({"reporter": 1}, {"reporter": "ไม่มีข้อมูลชื่อนี้"}),
        ({"is_public": True}, {"is_public": "ไม่มีข้อมูลชื่อนี้"}),
    ],
)
def test_wrong_value_is_refused_with_a_sentence_at_its_name(light, secret, change, at_fault):
    assert wrong(send(secret, {**BODY, **change})) == (400, "invalid", at_fault)
    assert not Complaint.objects.exists()


def test_half_a_position_is_refused(light, secret):
    body = {name: value for name, value in BODY.items() if name != "longitude"}

    assert wrong(send(secret, body))[2] == {"longitude": "พิกัดต้องมีทั้ง latitude และ longitude"}


def test_place_is_needed_where_the_category_needs_one(secret):
    CategoryFactory(code="LIGHT")
    CategoryFactory(code="ANSWER", location_required=False)
    body = {"channel": "phone", "text": "ถาม"}

    assert "address_text" in wrong(send(secret, {**body, "category": "LIGHT"}))[2]
    assert send(secret, {**body, "category": "ANSWER"}).status_code == 201


DEEP = ["[" * 60_000, '{"a":' * 12_000, "[" * 500 + "]" * 500, '{"text":' + "[" * 900 + "]" * 900 + "}"]


@pytest.mark.parametrize("body", ["", "{", "[1", '{"latitude": NaN}', "\x00", *DEEP])
def test_body_that_is_no_json_is_refused(light, secret, body):
    assert send(secret, body).status_code == 400


@pytest.mark.parametrize("body", ["[]", "1", '"x"', "null"])
def test_body_that_is_no_object_is_refused(light, secret, body):
    assert (send(secret, body).status_code, Complaint.objects.count()) == (400, 0)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202e"])
def test_signs_that_no_database_takes_are_taken_away(light, secret, text):
    send(secret, {**BODY, "text": f"ไฟ{text}ดับ"})

    assert Complaint.objects.get().text == "ไฟดับ"


def test_body_of_another_kind_is_415(light, secret):
    assert wrong(send(secret, "a=1", content_type="application/x-www-form-urlencoded")) == (415, "not_json", {})


def test_body_too_long_is_413(light, secret):
    assert wrong(send(secret, {**BODY, "text": "ก" * 20_000})) == (413, "too_large", {})


# Each once


def test_same_again_is_the_same_case(light, secret):
    first, second = send(secret), send(secret)

    assert (first.status_code, second.status_code, first.json()) == (201, 200, second.json())
    assert (Complaint.objects.count(), ApiWrite.objects.count(), second["Cache-Control"]) == (1, 1, "no-store")


def test_same_again_is_found_even_when_the_category_is_no_longer_offered(light, secret):
    send(secret)
    type(light).objects.update(is_active=False)

    assert send(secret).status_code == 200


def test_other_body_under_the_same_key_is_409(light, secret):
    send(secret)

    assert wrong(send(secret, {**BODY, "text": "อีกเรื่อง"})) == (409, "conflict", {})
    assert Complaint.objects.get().text == BODY["text"]


def test_other_key_is_another_case(light, secret):
    send(secret)
    send(secret, key="call-000002")

    assert Complaint.objects.count() == 2


def test_two_systems_do_not_share_their_keys(light, secret):
    send(secret)
    send(issue(name="ศูนย์ดำรงธรรม").secret)

    assert Complaint.objects.count() == 2


def test_new_key_of_the_same_system_goes_on(light, secret):
    first = send(secret)
    newer = issue().secret

    assert (send(newer).json(), state(newer, first.json()["reference"]).status_code) == (first.json(), 200)


@pytest.mark.parametrize("key", [None, "", "short", "k" * 101, "two words", "กุญแจกุญแจ"])
def test_idempotency_key_is_needed(light, secret, key):
    key = key.encode().decode("latin-1") if key else key

    assert wrong(send(secret, key=key))[0:2] == (400, "invalid")
    assert not Complaint.objects.exists()


# Who may


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nkc_aaaaaaaa_x", "Basic eDp5", "nkc_x", "Token x"])
def test_without_a_key_is_401(light, header):
    response = send("", Authorization=header)

    assert (wrong(response), response["WWW-Authenticate"]) == ((401, "no_key", {}), "Bearer")


def test_revoked_key_is_401(light):
    issued = issue()
    revoke_key(prefix=issued.key.prefix, by="admin", now=NOW)

    assert send(issued.secret).status_code == 401


def test_key_without_the_scope_is_403(light, secret):
    ApiKey.objects.update(scopes=["readings.write"])

    assert wrong(send(secret)) == (403, "forbidden", {})
    assert not Complaint.objects.exists()


def test_key_has_its_own_rate(light):
    slow, fast = issue(per_minute=2).secret, issue(name="อื่น").secret

    answers = [send(slow, key=f"call-{n:06}") for n in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert (answers[2].json()["code"], answers[2]["Retry-After"]) == ("too_many", "40")
    assert send(fast).status_code == 201


def test_guessing_is_counted_by_address(light, monkeypatch):
    monkeypatch.setattr("nakhoncity.city.api.PER_MINUTE", 2)

    assert [send("guess").status_code for _ in range(3)] == [401, 401, 429]
    assert RateLimit.objects.get().key == "api:127.0.0.1"


def test_address_limit_does_not_bind_a_key(light, secret, monkeypatch):
    monkeypatch.setattr("nakhoncity.city.api.PER_MINUTE", 0)

    assert send(secret).status_code == 201


def test_secret_is_in_no_address_and_no_body(light, secret):
    assert Client().post(f"{CASES}?key={secret}", {"key": secret}).status_code == 401


# The writer's own cases


def test_writer_sees_how_his_case_stands(light, secret):
    reference = send(secret).json()["reference"]
    Complaint.objects.update(status=Status.CLOSED, outcome="fixed", resolved_at=NOW, is_public=False)

    told = state(secret, reference).json()
    assert (told["status"], told["outcome"], told["resolved_at"]) == ("closed", "fixed", "2026-11-25T03:00:00Z")
    assert state(secret, reference)["Cache-Control"] == "no-store"


def test_case_of_somebody_else_is_not_there(light, secret):
    other = issue(name="อื่น").secret
    reference = send(secret).json()["reference"]

    assert wrong(state(other, reference)) == (404, "not_found", {})
    assert wrong(state(secret, file_one().reference)) == (404, "not_found", {})


def test_own_state_wants_a_key(light, secret):
    reference = send(secret).json()["reference"]

    assert Client().get(reverse("complaints:api-filed", args=[reference])).status_code == 401


def test_reading_public_cases_wants_none(light, secret):
    send(secret)

    assert len(Client().get(CASES, headers={"Authorization": "Bearer wrong"}).json()["results"]) == 1


# What it costs


def test_sent_again_costs_four_statements(light, secret):
    send(secret)

    with statements() as seen:
        send(secret)

    # The key, its rate, the attempt, the case.
    assert len(seen) == 4


@pytest.mark.parametrize("rows", [1, 20])
def test_filing_costs_no_more_than_by_the_form_whatever_was_filed_before(light, secret, rows):
    for n in range(rows):
        send(secret, key=f"call-1{n:05}")

    with statements() as seen:
        send(secret, key="call-000002")

    # The key, its rate, the attempt, the category, and the note of what was made; the rest is the service's own.
    assert len(seen) == 12
