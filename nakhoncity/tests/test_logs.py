"""What is logged: one line of JSON per request with its number, and nothing about people."""

import logging
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.contextvars import bound_contextvars
from structlog.stdlib import ProcessorFormatter

from complaints.models.case import Complaint
from complaints.tests.doors import begin_report, browser_of, post_update, send_report
from complaints.tests.factories import CategoryFactory
from nakhoncity.celery import app
from nakhoncity.kit.logs import QUIET, log_settings
from nakhoncity.kit.request_log import HEADER
from nakhoncity.line import inbox
from nakhoncity.line.tests.factories import body_of, event, sign
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.tests.logbook import Written, logbook

pytestmark = pytest.mark.django_db
NAME, PHONE, WORDS, PASSWORD = "นายเครื่องหมาย", "0819998877", "ถ้อยคำลับเฉพาะ", "a-password-nobody-has"
LINE_ID, TOKEN = "U" + "5" * 32, "a-token-in-an-address"
MARKS = [NAME, PHONE, WORDS, PASSWORD, LINE_ID, TOKEN]


@pytest.fixture
def written() -> Iterator[Written]:
    """The log of the test."""
    with logbook() as written:
        yield written


def requests_of(written: Written) -> list[dict[str, Any]]:
    return written.lines("nakhoncity.requests")


def write(written: Written, logger: str, words: str, **options: Any) -> dict[str, Any]:
    """Log one line as an error and return it as it was written."""
    logging.getLogger(logger).error(words, **options)
    return written.lines(logger)[-1]


def test_a_request_is_one_line_with_its_route(client, written):
    client.get("/track/a-token/?q=secret")

    (line,) = requests_of(written)
    assert (line["event"], line["method"], line["route"], line["status"], line["level"]) == (
        "request",
        "GET",
        "complaints:track",
        404,
        "info",
    )
    assert (type(line["ms"]), set(line)) == (
        float,
        {"event", "method", "route", "status", "ms", "level", "logger", "timestamp", "request_id"},
    )


def test_an_address_without_a_route_is_not_named(client, written):
    client.get("/0819998877/")

    assert [(line["route"], line["status"]) for line in requests_of(written)] == [("none", 404)]


def test_a_method_that_nobody_knows_is_not_named(client, written):
    client.generic("SOMCHAI", "/healthz")

    assert [line["method"] for line in requests_of(written)] == ["other"]


def test_static_files_have_no_line(client, written):
    client.get("/static/nothing.css")

    assert requests_of(written) == []


def test_the_number_of_a_request_is_taken_from_the_proxy_and_echoed(client, written):
    number = uuid4().hex

    response = client.get("/healthz", headers={HEADER: number})

    assert (response[HEADER], requests_of(written)[0]["request_id"]) == (number, number)


@pytest.mark.parametrize("given", ["", "0123456", "a" * 33, "0819998877-x", "ABCDEF0123", "deadbeef\n"])
def test_a_number_that_is_none_is_replaced(client, written, given):
    response = client.get("/healthz", headers={HEADER: given})

    assert response[HEADER] != given
    assert (len(response[HEADER]), requests_of(written)[0]["request_id"]) == (32, response[HEADER])


def test_a_number_ends_with_its_request(client, written):
    client.get("/healthz")

    assert "request_id" not in write(written, "nakhoncity.test", "after the request")


def test_a_refused_address_has_a_line_and_a_number_too(client, written):
    response = client.get("/?q=%00")

    assert [(line["status"], line["request_id"]) for line in requests_of(written)] == [(400, response[HEADER])]


def test_an_error_is_told_by_kind_and_place_without_its_words(written):
    try:
        try:
            int(PHONE + WORDS)
        except ValueError as error:
            raise KeyError(NAME) from error
    except KeyError:
        line = write(written, "nakhoncity.test", "it failed", exc_info=sys.exc_info())

    assert (line["event"], line["error"]) == ("it failed", "KeyError from ValueError")
    assert [place.split(":")[0] for place in line["at"]] == ["nakhoncity/tests/test_logs.py"]
    assert [mark for mark in MARKS if mark in written.text()] == []


def test_a_failed_task_is_told_by_its_name(written):
    @app.task(name="tests.fail", shared=False)
    def fail():
        raise ValueError(WORDS)

    fail.apply()

    (line,) = written.lines("celery.app.trace")
    assert (line["event"], line["error"], WORDS in written.text()) == (
        "task tests.fail raised unexpected",
        "ValueError",
        False,
    )


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (f"push to {LINE_ID} failed", "push to … failed"),
        ("tel 081-999-8877.", "tel …."),
        ("tel +66 81 999 8877", "tel …"),
        ("sent 600 of 20261126 in 0.08 s", "sent 600 of 20261126 in 0.08 s"),
    ],
)
def test_what_looks_like_a_person_is_blotted_out(written, words, kept):
    assert write(written, "nakhoncity.test", words)["event"] == kept


def test_developers_see_the_words_of_errors(written):
    formatter = log_settings(level="DEBUG", is_json=False, is_for_developers=True)["formatters"]["line"]
    try:
        int("many")
    except ValueError:
        record = logging.LogRecord("nakhoncity.test", logging.ERROR, "", 1, "it failed", (), sys.exc_info())

    text = ProcessorFormatter(**{name: value for name, value in formatter.items() if name != "()"}).format(record)

    assert text.splitlines()[0].split(" ", 1)[1] == "ERROR nakhoncity.test it failed"
    assert text.splitlines()[-1] == "ValueError: invalid literal for int() with base 10: 'many'"


def test_a_trial_has_readable_lines():
    formatter = log_settings(level="INFO", is_json=False, is_for_developers=False)["formatters"]["line"]
    record = logging.LogRecord("nakhoncity.test", logging.INFO, "", 1, "request", (), None)
    record.__dict__ |= {"method": "GET", "status": 200, "resident": NAME}

    with bound_contextvars(request_id="deadbeef"):
        text = ProcessorFormatter(**{name: value for name, value in formatter.items() if name != "()"}).format(record)

    assert text.split(" ", 1)[1] == "INFO nakhoncity.test request method=GET status=200 request_id=deadbeef"


def test_libraries_that_quote_what_they_handle_are_quiet():
    loggers = django_settings.LOGGING["loggers"]

    assert {loggers[name]["level"] for name in (*QUIET, "django.db.backends", "urllib3")} == {"WARNING"}


def file_with_marks() -> Complaint:
    """A resident reports, with marks in all that he types."""
    category = CategoryFactory()
    client = browser_of(ResidentFactory(line_user_id=LINE_ID, display_name=NAME))
    begin_report(client, category)
    send_report(client, text=WORDS, phone=PHONE, name=NAME)
    return Complaint.objects.get()


def post_to_webhook(client: Client, body: bytes, signature: str) -> int:
    headers = {"X-Line-Signature": signature}
    return client.post(reverse("line:webhook"), data=body, content_type="application/json", headers=headers).status_code


def test_nothing_about_people_is_logged(written):
    complaint = file_with_marks()
    staff = browser_of(StaffFactory(role="clerk", display_name=NAME, username="clerk-of-marks"))
    targets = {"category": complaint.category_id, "department": complaint.department_id}
    somebody, strict = Client(), Client(enforce_csrf_checks=True)
    said = event(source={"type": "user", "userId": LINE_ID}, message={"id": "1", "type": "text", "text": WORDS})
    body, address = body_of(said), f"/track/{TOKEN}/?q={PHONE}"

    statuses = [
        post_update(staff, complaint, move="triage", public_text=WORDS, **targets).status_code,
        post_update(staff, complaint, move=WORDS, public_text=PHONE).status_code,
        staff.get(reverse("complaints:case", args=[complaint.reference])).status_code,
        somebody.post("/staff/login/", {"login": NAME, "password": PASSWORD}).status_code,
        somebody.post("/liff/session/", {"id_token": TOKEN}).status_code,
        post_to_webhook(somebody, body, sign(body)),
        post_to_webhook(somebody, body, WORDS),
        post_to_webhook(somebody, WORDS.encode(), sign(WORDS.encode())),
        somebody.get(address).status_code,
        somebody.get(address, headers={"host": TOKEN}).status_code,
        strict.post(f"/liff/my/{complaint.reference}/rate/?q={WORDS}", {"text": WORDS}).status_code,
    ]
    inbox.sweep(now=timezone.now())

    complaint.refresh_from_db()
    assert (complaint.text, complaint.status) == (WORDS, "triaged")
    assert sorted(set(statuses)) == [200, 302, 400, 401, 403, 404, 422]
    assert len(requests_of(written)) == len(statuses) + 4
    assert [mark for mark in [*MARKS, complaint.reference] if mark in written.text()] == []


def test_a_fault_of_ours_is_logged_without_what_was_sent(written, monkeypatch):
    def fail():
        raise ValueError(WORDS)

    monkeypatch.setattr("nakhoncity.front.views.home_tiles.all", fail)
    client = Client(raise_request_exception=False)

    status = client.get(f"/?q={PHONE}", headers={"X-Name": "somchai"}).status_code

    (line,) = written.lines("django.request")
    assert (status, line["event"], line["status"], line["error"]) == (500, "request failed", 500, "ValueError")
    assert line["request_id"] == requests_of(written)[0]["request_id"]
    assert [mark for mark in MARKS if mark in written.text()] == []
