"""Several workers at once, and workers that die: each message goes once, none is lost."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.outbox import LEASE, sweep
from nakhoncity.line.services import queue_messages
from nakhoncity.line.tests.factories import NOW, outgoing
from nakhoncity.line.tests.stub import LOSE

PROCESSES = 8
ROWS = 200
pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers and hides the race"),
]


def start_workers(line, start: Path, *, guard: str = "on", count: int = PROCESSES) -> list[subprocess.Popen[str]]:
    db = connection.settings_dict
    url = f"postgres://{db['USER']}:{db['PASSWORD']}@{db['HOST']}:{db['PORT'] or 5432}/{db['NAME']}"
    env = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "nakhoncity.settings",
        "DEMO": "1",
        "DATA_DIR": str(settings.DATA_DIR),
    }
    command = [sys.executable, "-m", "nakhoncity.line.tests.sweeper", line.url, NOW.isoformat(), str(start), guard]
    workers = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own interpreter)
        for _ in range(count)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    return workers


def owe_many(number: int) -> None:
    rows = [outgoing(words=str(n), line_user_id=f"U{n:032x}") for n in range(number)]
    queue_messages(rows=rows, now=NOW)


def requests_per_key(line) -> Counter[str]:
    return Counter(one.retry_key for one in line.tried())


def race(line, tmp_path, guard: str) -> Counter[str]:
    owe_many(ROWS)
    line.delay_s = 0.02
    start = tmp_path / "start"
    workers = start_workers(line, start, guard=guard)
    start.touch()
    for worker in workers:
        worker.communicate(timeout=60)
    return requests_per_key(line)


def test_rivals_send_each_message_once(line, tmp_path):
    requests = race(line, tmp_path, "on")

    assert set(requests.values()) == {1}
    assert len(requests) == ROWS
    assert OutboundMessage.objects.filter(state="accepted", attempts=1).count() == ROWS


def test_rivals_without_the_claims_guard_send_some_message_twice(line, tmp_path):
    requests = race(line, tmp_path, "off")

    assert max(requests.values()) > 1


@pytest.mark.fault
def test_killed_workers_lose_nothing_and_send_nothing_twice(line, tmp_path):
    owe_many(ROWS)
    line.delay_s = 0.05
    line.answers.extend([LOSE, 500, 429] * 5)
    killed = 0
    for round_ in range(3):
        start = tmp_path / f"start{round_}"
        workers = start_workers(line, start, count=2)
        start.touch()
        time.sleep(0.35)
        for worker in workers:
            killed += worker.poll() is None
            os.kill(worker.pid, signal.SIGKILL)
            worker.communicate(timeout=10)
        OutboundMessage.objects.filter(state="sending").update(lease_until=NOW)

    for minute in range(1, 20):
        sweep(now=NOW + LEASE * minute)

    taken = Counter(one.retry_key for one in line.tried() if one.status == 200)
    retried = sum(count > 1 for count in requests_per_key(line).values())
    assert (killed, retried >= 5) == (6, True)
    assert OutboundMessage.objects.filter(state="accepted").count() == ROWS == len(taken)
    assert set(taken.values()) == {1}
