"""Fixtures for all tests, and which databases they run on."""

import os
from datetime import UTC, datetime

# Tests are a trial installation with LINE simulated; a given TEST_DATABASE_URL takes the place of SQLite.
os.environ.setdefault("DEMO", "1")
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

import pytest


@pytest.fixture
def now() -> datetime:
    """Wednesday 25 November 2026, 10.00 in Bangkok."""
    return datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quiet_edges(settings, tmp_path):
    """Keep tests off the real broker, media folder and static manifest."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _town(request):
    """Every test with a database has a town, and no bell is rung at a real broker."""
    if "db" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        return
    request.getfixturevalue("db" if not request.node.get_closest_marker("django_db") else "_django_db_helper")
    from nakhoncity.city.services import seed_city

    seed_city()


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    """Bells are rung by hand in tests: the sweeps are called."""
    monkeypatch.setattr("nakhoncity.kit.queue._ring", lambda task_name: None)
