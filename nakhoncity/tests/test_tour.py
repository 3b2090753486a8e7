"""Every address of the portal is visited: it answers as the table says, and what is typed there is in no log."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import override_settings

from nakhoncity.tests.addresses import (
    DATA,
    LEADS_ON,
    PAGE,
    POST_ONLY,
    Address,
    filled,
    resolver_addresses,
    values,
)
from nakhoncity.tests.logbook import logbook
from nakhoncity.tests.tour import MARKS, NAME, PASSWORD, PHONE, TOUR, WORDS
from nakhoncity.tests.town import client_of, full_town

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")
# In whatever address: what somebody searched, where he came from.
TYPED = {"q": WORDS, "t": PHONE, "next": f"/{NAME}/"}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The full town, once for all tests of this module; the folder of its pictures."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), transaction.atomic():
        full_town()
        yield media
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _town_is_there(town: Path, settings: Any) -> None:
    settings.MEDIA_ROOT, settings.METRICS_TOKEN = town, "a-token-for-figures"


def test_every_address_has_its_line():
    addresses = {address for address, _pattern in resolver_addresses()}

    assert addresses - set(TOUR) == set(), "give each a line in nakhoncity/tests/tour.py"
    assert set(TOUR) - addresses == set(), "nakhoncity/tests/tour.py names what is no address any more"


def visits(address: str, entry: Address) -> list[tuple[str, tuple[Any, ...]]]:
    """The paths of an address with what stands in its variables."""
    found = [(filled(address, arguments), arguments) for arguments in entry.arguments()]
    assert found, f"{address}: there is nothing in the town to fill its variables with"
    return found


def closed(response: HttpResponse) -> HttpResponse:
    """An answer whose file, if it has one, is open no more; closing the answer would close the database as well."""
    for close in response._resource_closers:
        close()
    return response


def kind_of(response: HttpResponse) -> str:
    """What an answer is, in the words of the table."""
    if response.status_code in {301, 302, 303}:
        return LEADS_ON
    if response.status_code == 405:
        return POST_ONLY
    return PAGE if response.get("Content-Type", "").startswith("text/html") else DATA


@pytest.mark.parametrize("address", sorted(TOUR))
def test_address_answers_as_the_table_says(address):
    entry = TOUR[address]
    client = client_of(entry.who)

    answers = [closed(client.get(path)) for path, _arguments in visits(address, entry)]

    assert {kind_of(answer) for answer in answers} == {entry.answers}
    if entry.answers == PAGE:
        assert [answer.status_code for answer in answers] == [200] * len(answers)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fail_at_a_write(execute: Any, sql: str, params: Any, *how: Any) -> Any:
    """The database breaks at the first row that is written, and quotes it, as databases do."""
    if sql.lstrip().upper().startswith(WRITES) and "django_session" not in sql:
        msg = f"{sql} {params}"
        raise DatabaseError(msg)
    return execute(sql, params, *how)


def send(address: str, entry: Address, *, is_broken: bool) -> list[int]:
    """Send all that can be typed at an address, each to the town as it was; the statuses."""
    path, arguments = visits(address, entry)[0]
    statuses = []
    for fields in [*entry.posts, *entry.wrong, *([entry.body] if entry.body else [])]:
        with undone():
            client = client_of(entry.who, raise_request_exception=False)
            if callable(fields):
                content, headers = fields()
                sent = {"data": content, "content_type": "application/json", "headers": headers}
            else:
                sent = {"data": values(fields, arguments)}
            with connection.execute_wrapper(fail_at_a_write) if is_broken else nullcontext():
                statuses.append(client.post(path, query_params=TYPED, **sent).status_code)
    return statuses


def marks_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


TAKING = sorted(address for address, entry in TOUR.items() if entry.takes_posts)


def refusal_of_posts(address: str, entry: Address) -> int:
    """How an address answers who posts something to it."""
    path, _arguments = visits(address, entry)[0]
    with undone():
        return client_of(entry.who, raise_request_exception=False).post(path, {"text": WORDS}).status_code


def test_address_that_takes_posts_says_so_in_the_table():
    silent = {address: entry for address, entry in TOUR.items() if not entry.takes_posts}

    taking = [address for address, entry in silent.items() if refusal_of_posts(address, entry) != 405]

    assert taking == [], "say in nakhoncity/tests/tour.py what can be typed there"


@pytest.mark.parametrize("address", TAKING)
def test_what_is_typed_is_in_no_log(address):
    with logbook() as written:
        statuses = send(address, TOUR[address], is_broken=False)

    assert [status for status in statuses if status >= 500 or status == 405] == []
    assert len(written.lines("nakhoncity.requests")) == len(statuses)
    assert marks_in(written.text()) == []


@pytest.mark.parametrize("address", TAKING)
def test_what_is_typed_is_in_no_log_when_the_database_breaks(address):
    with logbook() as written:
        send(address, TOUR[address], is_broken=True)

    assert marks_in(written.text()) == []


def test_a_broken_database_is_a_fault_that_is_told():
    with logbook() as written:
        statuses = send("track/", TOUR["track/"], is_broken=True)

    assert (statuses[0], "DatabaseError" in written.text()) == (500, True)


def seek(address: str, entry: Address) -> None:
    """Ask for an address with marks in whatever a browser sends along."""
    path, _arguments = visits(address, entry)[0]
    client = client_of(entry.who, raise_request_exception=False)
    closed(client.get(path, TYPED, headers={"Referer": f"http://testserver/?q={PHONE}", "User-Agent": PASSWORD}))


def test_what_is_sought_is_in_no_log():
    with logbook() as written, undone():
        for address, entry in TOUR.items():
            seek(address, entry)

    assert len(written.lines("nakhoncity.requests")) == len(TOUR)
    assert marks_in(written.text()) == []
