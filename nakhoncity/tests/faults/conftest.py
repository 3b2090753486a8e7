"""Both installations live through the story once, side by side; the tests look at what is left."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from nakhoncity.tests.faults.story import Outcome, start
from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import free_port

SERVER = os.environ.get("TEST_DATABASE_URL", "")
INSTALLATIONS = ["SQLite", "PostgreSQL without Redis"]


def in_database(name: str) -> str:
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def own_database() -> Iterator[str]:
    """A database of this run alone; "" without PostgreSQL."""
    if not SERVER:
        yield ""
        return
    name = sql.Identifier(f"nakhoncity_fault_{os.getpid()}")
    with psycopg.connect(in_database("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE nakhoncity_template").format(name))
        yield in_database(f"nakhoncity_fault_{os.getpid()}")
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


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
