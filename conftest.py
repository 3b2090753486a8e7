"""Fixtures for all tests. Which database they run on is said in nakhoncity/tests/settings.py."""

import os
from datetime import UTC, datetime

import pytest
from django.db import connection

pytest_plugins = ["nakhoncity.tests.needs", "nakhoncity.tests.portal"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """What needs no database is tested once, with the other database."""
    parser.addoption("--only-with-database", action="store_true", help="leave out tests that open no database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what opens no database, where that was asked for."""
    if config.getoption("only_with_database"):
        without = [item for item in items if not opens_database(item)]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if opens_database(item)]


def opens_database(item: pytest.Item) -> bool:
    """Whether a test may open the database; pytest-django keeps it shut for all others."""
    wanted = {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
    return bool(wanted or item.get_closest_marker("django_db"))


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of this run has a town from the start: making it for each test was a tenth of the run."""
    with django_db_blocker.unblock():
        from nakhoncity.city.services import seed_city

        seed_city()


@pytest.fixture(autouse=True)
def _town(request):
    """Every test with a database has a town: made anew where a test that commits has emptied the tables."""
    if not opens_database(request.node):
        yield
        return
    request.getfixturevalue("_django_db_helper" if request.node.get_closest_marker("django_db") else "db")
    from nakhoncity.city.models import CityProfile
    from nakhoncity.city.services import seed_city

    seed_city()
    CityProfile.forget()
    yield
    # What a test made of the town is taken back with its rows; the process must not remember it.
    CityProfile.forget()


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    """Bells are rung by hand in tests: the sweeps are called."""
    monkeypatch.setattr("nakhoncity.kit.queue._ring", lambda task_name: None)


@pytest.fixture(scope="module")
def crew(django_db_setup):
    """Eight processes on this test's database, for all races of a module."""
    from nakhoncity.tests.crew import Crew

    eight = Crew()
    yield eight
    eight.close()
