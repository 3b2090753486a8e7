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

from complaints.tests.factories import file_one
from nakhoncity.city import api

pytestmark = pytest.mark.django_db
SCHEMA, DOCS = reverse("front:api-schema"), reverse("front:api-docs")
OPERATIONS = ["/api/v1/cases.geojson", "/api/v1/cases/", "/api/v1/cases/{reference}/", "/api/v1/categories/"]
LISTS = OPERATIONS[:2]
SIDECAR = "drf_spectacular_sidecar/swagger-ui-dist"
load_all_checks()
# Which categories, cursors and boxes there are no description can say: such a request may be refused.
UNSAYABLE = CHECKS.get_by_names(["positive_data_acceptance"])
# Who asks here would take a packed answer, but not unpack it.
UNPACKED = {"Accept-Encoding": "identity"}


def description():
    return Client().get(SCHEMA).json()


def test_description_names_every_door():
    assert sorted(description()["paths"]) == OPERATIONS


def test_every_door_declares_that_it_may_be_asked_too_often():
    doors = description()["paths"].values()

    assert ["429" in door["get"]["responses"] for door in doors] == [True] * len(OPERATIONS)


@pytest.fixture
def application(monkeypatch):
    """The portal as a server runs it, but that it keeps the test's own connection, and that nobody asks too often."""
    monkeypatch.setattr(api, "PER_MINUTE", 10**6)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


# Two doors take nothing that could be wrong by the description.
@pytest.mark.parametrize(
    ("path", "mode"),
    [*((path, GenerationMode.POSITIVE) for path in OPERATIONS), *((path, GenerationMode.NEGATIVE) for path in LISTS)],
)
def test_door_keeps_to_the_description(application, path, mode):
    file_one()
    described = schemathesis.openapi.from_wsgi(SCHEMA, application)

    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def ask(data):
        data.draw(described[path]["GET"].as_strategy(mode)).call_and_validate(
            excluded_checks=UNSAYABLE, headers=UNPACKED
        )

    ask()


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
