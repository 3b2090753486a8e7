"""The cache against a real Redis, where there is one."""

import os
import socket
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from nakhoncity.kit.cache import ForgivingRedisCache
from nakhoncity.tests.needs import need

URL = os.environ.get("TEST_REDIS_URL", "redis://localhost:6379/15")


def is_up() -> bool:
    parts = urlsplit(URL)
    try:
        socket.create_connection((parts.hostname, parts.port or 6379), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def cache():
    need(is_up(), f"Redis at {URL}")
    cache = ForgivingRedisCache(URL, {"KEY_PREFIX": str(uuid4())})
    yield cache
    # Django's own close leaves the connections to the garbage collector, which warns of them.
    for pool in cache._cache._pools.values():
        pool.disconnect()


def test_cache_keeps_a_value_until_it_is_deleted(cache):
    cache.set("town", "นคร", 60)

    seen = cache.get("town"), cache.delete("town"), cache.get("town")

    assert seen == ("นคร", True, None)


def test_cache_adds_only_where_nothing_is(cache):
    assert (cache.add("town", 1, 60), cache.add("town", 2, 60), cache.get("town")) == (True, False, 1)


def test_cache_counts_up_and_refuses_what_is_not_there(cache):
    cache.set("count", 1, 60)

    assert cache.incr("count") == 2
    with pytest.raises(ValueError, match="absent"):
        cache.incr("absent")
