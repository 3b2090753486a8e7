"""Fixtures of the room's tests."""

from collections.abc import Iterator

import pytest

from nakhoncity.tests.crew import Crew


@pytest.fixture(scope="module")
def crew(django_db_setup: None) -> Iterator[Crew]:
    """Eight processes on this test's database, for all races of a module."""
    eight = Crew()
    yield eight
    eight.close()
