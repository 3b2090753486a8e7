"""A simulator of its own for each test; the main database stays shut, for no test asks for it."""

from collections.abc import Iterator

import pytest
from django.test import Client

from nakhoncity.simulator import store
from nakhoncity.simulator.tests.caller import Caller
from nakhoncity.simulator.tests.portal import Portal


@pytest.fixture(autouse=True)
def _platform(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.ROOT_URLCONF = "nakhoncity.simulator.urls"
    settings.MIDDLEWARE = []
    store.prepare()


@pytest.fixture
def line() -> Caller:
    """LINE's API."""
    return Caller(Client())


@pytest.fixture
def portal(settings) -> Iterator[Portal]:
    """A portal that takes webhooks."""
    with Portal() as listening:
        settings.PUBLIC_URL = listening.url
        yield listening
