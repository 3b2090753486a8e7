"""`make run`: survives what happens to its processes, says what is in its way, leaves nothing behind."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from nakhoncity.tests.portal import (
    ROOT,
    clean_environment,
    free_port,
    start_portal,
    stop_portal,
    wait_for,
    wait_until_ready,
)

pytestmark = pytest.mark.fault
SECOND_START_S = 15


def is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=3) as response:  # noqa: S310 (our own address)
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def run_again(data_dir, port):
    return subprocess.run(
        [sys.executable, "-m", "nakhoncity.run"],
        cwd=ROOT,
        env=clean_environment(DATA_DIR=str(data_dir), PORT=str(port)),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def children_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as listed:  # noqa: PTH123 (a file of the kernel)
        return [int(one) for one in listed.read().split()]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("run").resolve()


@pytest.fixture(scope="module")
def own_portal(data_dir):
    """A portal that these tests may kill; the journeys' one is left alone."""
    port = free_port()
    process = start_portal(data_dir, port)
    try:
        yield wait_until_ready(process, data_dir, port)
    finally:
        stop_portal(process, data_dir)


@pytest.mark.parametrize("name", ["web", "worker", "simulator"])
def test_a_killed_process_is_started_again(own_portal, name):
    before = own_portal.pids()[name]

    os.kill(before, signal.SIGKILL)

    after = wait_for(lambda: own_portal.pids()[name] != before and own_portal.pids()[name], within_s=15, what=name)
    wait_for(lambda: is_ready(own_portal.url), within_s=15, what="ready again")
    assert os.getpgid(after) == after


def test_a_worker_whose_beat_was_killed_is_started_again_with_one(own_portal):
    before = own_portal.pids()["worker"]
    beat = wait_for(lambda: children_of(before), within_s=15, what="a beat")[0]

    os.kill(beat, signal.SIGKILL)

    after = wait_for(
        lambda: own_portal.pids()["worker"] != before and own_portal.pids()["worker"], within_s=20, what="worker"
    )
    assert len(wait_for(lambda: children_of(after), within_s=15, what="a beat")) == 1
