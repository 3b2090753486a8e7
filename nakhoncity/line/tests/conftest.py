"""LINE on loopback for the tests of this room."""

from collections.abc import Iterator

import pytest

from nakhoncity.line import client
from nakhoncity.line.tests.stub import LineStub


@pytest.fixture
def line(settings) -> Iterator[LineStub]:
    """A LINE that answers well until told otherwise."""
    stub = LineStub()
    server = stub.start()
    settings.LINE_API_BASE = stub.url
    client._open.cache_clear()
    yield stub
    client._open.cache_clear()
    server.shutdown()
    server.server_close()
