"""Redis dies while everything runs, and comes back with nothing in it: messages go on all the while."""

import shutil
from collections.abc import Iterator

import pytest

from nakhoncity.tests.faults.rig import Rig, Visitor
from nakhoncity.tests.faults.story import lag
from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import wait_for
from nakhoncity.tests.servers import Redis

pytestmark = pytest.mark.fault
LAG_WITHIN_S = 60.0
SILENCE, BELLS = "no bell rings: sweeping without", "bells ring again"


@pytest.fixture
def redis(tmp_path) -> Iterator[Redis]:
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    yield redis
    redis.kill()


@pytest.fixture
def rig(tmp_path, redis) -> Iterator[Rig]:
    rig = Rig(tmp_path.resolve(), REDIS_URL=redis.url)
    yield rig
    rig.end()


def test_messages_go_on_while_redis_is_dead_and_after_it_came_back_empty(rig, redis, figure):
    lags = {}

    def owe(when: str) -> None:
        rig.owe(when, 3)
        lags[when] = lag(rig.wait_accepted(when), 0)

    rig.order("prepare")
    for name in ("simulator", "web", "worker"):
        rig.start(name)
    rig.wait_up("simulator")
    rig.wait_up("web")
    somchai = Visitor(rig)
    assert somchai.sign_in(rig.ask("people/somchai/id-token", {})["idToken"]) == 204
    owe("before")
    redis.kill()
    somchai.report()
    owe("dead")
    wait_for(lambda: SILENCE in rig.log(), within_s=30, what="the worker notices the silence")
    redis.start()
    wait_for(lambda: BELLS in rig.log()[rig.log().rindex(SILENCE) :], within_s=60, what="bells ring again")
    owe("back")

    figure("Redis dies: slowest of a report's requests", max(somchai.times))
    for when, seconds in lags.items():
        figure(f"Redis dies: longest wait of a message owed: {when}", seconds)
    rig.wait_accepted()
    assert {row["accepted"] for row in rig.keys().values()} == {1}
    assert max(lags.values()) < LAG_WITHIN_S
