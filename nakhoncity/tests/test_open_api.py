"""The API keeps to its own description, whatever it is asked; and the page that shows it needs no other host."""

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from complaints.models.case import Complaint
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.city import api
from nakhoncity.city.models import ApiKey
from nakhoncity.city.tests.factories import issue

pytestmark = pytest.mark.django_db
SCHEMA, DOCS = reverse("front:api-schema"), reverse("front:api-docs")
MAP, CASES, CASE, CATEGORIES = (
    "/api/v1/cases.geojson",
    "/api/v1/cases/",
    "/api/v1/cases/{reference}/",
    "/api/v1/categories/",
)
FILED = "/api/v1/cases/filed/{reference}/"
OPEN = [("GET", MAP), ("GET", CASES), ("GET", CASE), ("GET", CATEGORIES)]
WITH_KEY = [("POST", CASES), ("GET", FILED)]
load_all_checks()
# Which categories, cursors and boxes there are no description can say: such a request may be refused.
UNSAYABLE = CHECKS.get_by_names(["positive_data_acceptance"])
# Who asks here would take a packed answer, but not unpack it.
UNPACKED = {"Accept-Encoding": "identity"}


def description():
    return Client().get(SCHEMA).json()


def operations():
    """What the description says of each operation."""
    return {
        (method.upper(), path): told for path, door in description()["paths"].items() for method, told in door.items()
    }


def test_description_names_every_door():
    assert set(operations()) == {*OPEN, *WITH_KEY}


def test_every_door_declares_that_it_may_be_asked_too_often():
    assert [door for door, told in operations().items() if "429" not in told["responses"]] == []


def test_doors_with_a_key_say_so():
    wanting = {door for door, told in operations().items() if told.get("security") == [{"key": []}]}

    assert (wanting, description()["components"]["securitySchemes"]["key"]["scheme"]) == (set(WITH_KEY), "bearer")


@pytest.fixture
def application(monkeypatch):
    """The portal as a server runs it, but that it keeps the test's own connection, and that nobody asks too often."""
    monkeypatch.setattr(api, "PER_MINUTE", 10**6)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def as_it_is(asked):
    """Ask what the description made up."""


def ask_much(application, door, mode, change=as_it_is, **headers):
    """Ask a door forty things that its description allows or forbids, and hold each answer against it."""
    described = schemathesis.openapi.from_wsgi(SCHEMA, application)
    method, path = door

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data):
        asked = data.draw(described[path][method].as_strategy(mode))
        change(asked)
        asked.call_and_validate(excluded_checks=UNSAYABLE, headers={**UNPACKED, **headers})

    ask()


# Two doors take nothing that could be wrong by the description.
@pytest.mark.parametrize(
    ("door", "mode"),
    [*((door, GenerationMode.POSITIVE) for door in OPEN), *((door, GenerationMode.NEGATIVE) for door in OPEN[:2])],
)
def test_open_door_keeps_to_the_description(application, door, mode):
    file_one()

    ask_much(application, door, mode)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_door_for_writers_keeps_to_the_description(application, mode):
    CategoryFactory(code="LIGHT")
    issued = issue()
    ApiKey.objects.update(per_minute=6000)

    ask_much(application, ("POST", CASES), mode, Authorization=f"Bearer {issued.secret}")


def what_can_be_filed(asked):
    """What the description can't say: a category of ours and a number that rings."""
    kept = {name: value for name, value in asked.body.items() if name in {"channel", "text", "name", "hides_name"}}
    asked.body = {**kept, "category": "LIGHT", "address_text": "หน้าตลาด", "phone": "๐๘๑ ๒๓๔ ๕๖๗๘"}


def test_door_for_writers_files_what_it_describes(application):
    CategoryFactory(code="LIGHT")
    issued = issue()
    ApiKey.objects.update(per_minute=6000)

    ask_much(
        application,
        ("POST", CASES),
        GenerationMode.POSITIVE,
        what_can_be_filed,
        Authorization=f"Bearer {issued.secret}",
    )

    assert Complaint.objects.count() > 5


def test_door_to_filed_cases_keeps_to_the_description(application):
    issued = issue()

    ask_much(application, ("GET", FILED), GenerationMode.POSITIVE, Authorization=f"Bearer {issued.secret}")


def docs():
    return Client().get(DOCS)


def test_docs_page_asks_no_other_host_and_has_no_script():
    page = docs()
    html = page.content.decode()

    sources = re.findall(r"(?:src|rel=\"(?:stylesheet|icon)\" href)=\"([^\"]+)\"", html)
    assert (sources, "<script" in html, dict(page.cookies)) == (["/static/app/public.css", "data:,"], False, {})


def test_docs_page_has_the_policy_of_every_page():
    assert docs()["Content-Security-Policy"] == Client().get("/")["Content-Security-Policy"]


def test_docs_page_names_every_operation_and_object():
    html, told = docs().content.decode(), description()

    assert re.findall(r"<h2 class=\"break\">(\w+) (\S+)</h2>", html) == list(operations())
    assert re.findall(r"<h3 class=\"break\">(\w+)</h3>", html) == list(told["components"]["schemas"])


def test_docs_page_tells_what_is_sent_and_answered():
    words = " ".join(re.sub(r"<[^>]+>", "", docs().content.decode()).split())

    assert "POST /api/v1/cases/ File a case that somebody told you of. 201: it is new; 200: it came before" in words
    assert "category (required): string, at most 40. Code of a category that is offered." in words
    assert "latitude: double, from -90, to 90" in words
    assert "409 This Idempotency-Key has already brought another body. Error" in words
