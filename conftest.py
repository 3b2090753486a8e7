"""Fixtures for all tests. Which database they run on is said in nakhoncity/tests/settings.py."""

import os
from datetime import UTC, datetime

import pytest
from django.db import connection

pytest_plugins = ["nakhoncity.tests.needs", "nakhoncity.tests.portal"]


def pytest_report_header() -> str:
    """Say on which database the tests run."""
    return f"database: {connection.vendor}"


def pytest_sessionstart() -> None:
    """Refuse to run on another database than was asked for."""
    if os.environ.get("TEST_DATABASE_URL", "").startswith("postgres") and connection.vendor != "postgresql":
        msg = f"TEST_DATABASE_URL names PostgreSQL, but the tests would run on {connection.vendor}"
        raise pytest.UsageError(msg)


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
