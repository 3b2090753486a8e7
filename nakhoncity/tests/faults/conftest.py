"""Both installations live through the story once, side by side; the tests look at what is left."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from nakhoncity.tests import servers
from nakhoncity.tests.faults.story import Outcome, start
from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import ROOT, clean_environment, free_port

INSTALLATIONS = ["SQLite", "PostgreSQL without Redis"]


@pytest.fixture(scope="session", autouse=True)
def _static_files() -> None:
    """What `make run` collects before it starts: pages name their files by it. Once, for all installations share it."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=ROOT, env=clean_environment(DEMO="1"), check=True, timeout=60)  # noqa: S603 (our own command)


@pytest.fixture(scope="session")
def own_database() -> Iterator[str]:
    """A database of this run alone; "" without PostgreSQL."""
    with servers.own_database("fault") as address:
        yield address


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory, own_database) -> dict[str, Outcome]:
    """Both installations live through the same faults at the same time."""
    nobody_listens = f"redis://127.0.0.1:{free_port()}/0"
    settings = {"SQLite": {}, "PostgreSQL without Redis": {"DATABASE_URL": own_database, "REDIS_URL": nobody_listens}}
    if not own_database:
        del settings["PostgreSQL without Redis"]
    with ThreadPoolExecutor() as pool:
        running = {
            name: pool.submit(start, tmp_path_factory.mktemp("fault").resolve(), **each)
            for name, each in settings.items()
        }
        return {name: one.result() for name, one in running.items()}


@pytest.fixture(params=INSTALLATIONS)
def outcome(request, outcomes) -> Outcome:
    need(request.param in outcomes, "PostgreSQL (set TEST_DATABASE_URL)")
    return outcomes[request.param]
