"""A PostgreSQL database and a Redis that belong to one test alone."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from nakhoncity.tests.portal import free_port

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def in_database(name: str) -> str:
    """The address of a database of the tests' PostgreSQL."""
    return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))


@contextmanager
def own_database(purpose: str) -> Iterator[str]:
    """The address of a fresh database, gone at the end; "" without PostgreSQL."""
    if not SERVER:
        yield ""
        return
    name = f"nakhoncity_{purpose}_{os.getpid()}"
    with psycopg.connect(in_database("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE nakhoncity_template").format(sql.Identifier(name)))
        try:
            yield in_database(name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


class Redis:
    """A Redis of our own that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.port = folder, free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 (our own command)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(timeout=10)
