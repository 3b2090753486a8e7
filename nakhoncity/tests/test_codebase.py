"""What must hold for the codebase as a whole."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from nakhoncity.celery import app
from nakhoncity.tests.addresses import resolver_addresses
from nakhoncity.tests.portal import ROOT

SOURCES = [ROOT / "nakhoncity", *(ROOT / room for room in settings.ROOMS)]
# Django finds these by their names.
OF_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
MOST_LINES = 400
# Open without a sign-in; for residents' pages the resident's own session decides.
OPEN = {
    "",
    "privacy/",
    "contact/",
    "accessibility/",
    "robots.txt",
    "sitemap.xml",
    ".well-known/security.txt",
    "favicon.ico",
    "healthz",
    "readyz",
    "api/docs/",
    "api/schema/",
    "api/v1/cases.geojson",
    "api/v1/cases/",
    "api/v1/cases/<str:reference>/",
    "api/v1/cases/filed/<str:reference>/",
    "api/v1/categories/",
    "metrics",
    "line/webhook/",
    "staff/login/",
    "staff/login/second/",
    "staff/login/directory/",
    "staff/directory/<slug:provider_id>/callback/",
    "liff/",
    "liff/language/",
    "liff/session/",
    "liff/my/",
    "liff/my/<str:reference>/",
    "liff/my/<str:reference>/rate/",
    "liff/my/<str:reference>/unfollow/",
    "liff/report/join/<str:reference>/",
    "liff/my/<str:reference>/withdraw/",
    "liff/report/",
    "liff/report/autosave/",
    "liff/report/detail/",
    "liff/report/done/<str:reference>/",
    "liff/report/photo/",
    "liff/report/photo/<uuid:photo_id>/delete/",
    "liff/report/photo/upload/",
    "liff/report/what/",
    "liff/report/suggest/",
    "liff/report/where/",
    "photos/<uuid:photo_id>/<str:size>/",
    "r/<str:code>/",
    "liff/r/<str:code>/",
    "track/",
    "track/<str:token>/",
}
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000001", "int": "1"}


def files(*patterns: str) -> list[Path]:
    """Our own files, tests and migrations too."""
    inside = [path for folder in [*SOURCES, ROOT / "templates"] for one in patterns for path in folder.rglob(one)]
    top = [path for one in patterns for path in ROOT.glob(one)]
    return sorted(path for path in [*inside, *top] if "built" not in path.parts)


def fill(address: str) -> str:
    """An address with something in the place of each variable."""
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda variable: SAMPLES.get(variable[1], "x"), address)


def is_open(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True)


ADDRESSES = dict(resolver_addresses())


def test_every_beat_entry_names_a_task_that_exists():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} - set(app.tasks) == set()


def test_every_task_is_in_the_beat_schedule():
    app.loader.import_default_modules()

    ours = {name for name in app.tasks if not name.startswith(("celery.", "tests."))}
    assert ours - {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == set()


def test_every_template_is_used():
    texts = [path.read_text() for path in files("*.py", "*.html") if "tests" not in path.parts]
    named = {name for text in texts for name in re.findall(r"""["']([\w/{}.-]+\.html)["']""", text)}
    # f"complaints/resident/{step}.html" uses every page of its folder.
    used = [re.compile(re.sub(r"\\{.*?\\}", r"[^/_][^/]*", re.escape(name))) for name in named]
    templates = {str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")}

    unused = {name for name in templates - OF_DJANGO if not any(one.fullmatch(name) for one in used)}

    assert unused == set()


def test_the_open_addresses_are_these():
    assert {address for address, pattern in ADDRESSES.items() if is_open(pattern)} == OPEN


@pytest.mark.parametrize("address", sorted(set(ADDRESSES) - OPEN))
def test_everything_else_leads_to_the_sign_in(address):
    response = Client().get(fill(address))

    assert (response.status_code, response["Location"]) == (302, f"{reverse('staff:login')}?next={fill(address)}")


def test_no_file_is_longer_than_400_lines():
    code = files("*.py", "*.html", "*.css", "*.js", "*.mjs", "Makefile", "*.md")
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in code}

    assert {name: n for name, n in lines.items() if n > MOST_LINES and "/migrations/" not in name} == {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_has_its_version_and_hashes_and_no_index(name):
    text = re.sub(r"^\s*#.*\n", "", (ROOT / name).read_text(), flags=re.MULTILINE)
    requirements = text.replace("\\\n", " ").splitlines()

    one = re.compile(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+( ; [^;]+?)?(\s+--hash=sha256:[0-9a-f]{64})+\s*", re.IGNORECASE)
    assert [line[:60] for line in requirements if not one.fullmatch(line)] == []
