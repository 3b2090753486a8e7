"""The API keeps to its own description, whatever it is asked; and the page that shows it needs no other host."""

import re

import pytest
import schemathesis
from django.contrib.staticfiles import finders
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
SIDECAR = "drf_spectacular_sidecar/swagger-ui-dist"
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


def test_docs_page_asks_no_other_host_and_has_no_script_inside():
    page = Client().get(DOCS)
    html = page.content.decode()

    assert re.findall(r"(?:src|href|data-schema)=\"([^\"]+)\"", html) == [
        f"/static/{SIDECAR}/swagger-ui.css",
        "data:,",
        f"/static/{SIDECAR}/swagger-ui-bundle.js",
        "/static/app/apidocs.js",
        SCHEMA,
        SCHEMA,
    ]
    assert (re.findall(r"<script(?![^>]* src=)", html), dict(page.cookies)) == ([], {})


@pytest.mark.parametrize("name", ["swagger-ui.css", "swagger-ui-bundle.js"])
def test_docs_page_finds_its_parts(name):
    assert finders.find(f"{SIDECAR}/{name}")


def policy(address):
    parts = [part.split() for part in Client().get(address)["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def test_docs_page_alone_may_write_styles():
    differing = {name for name, sources in policy(DOCS).items() if sources != policy("/")[name]}

    assert (differing, policy(DOCS)["style-src"], policy(DOCS)["script-src"]) == (
        {"style-src"},
        ["'self'", "'unsafe-inline'"],
        ["'self'"],
    )
