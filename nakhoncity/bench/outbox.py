"""How many messages one worker sends in a second, against the simulator as a process of its own."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from nakhoncity.line.flex import text
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.line.outbox import sweep
from nakhoncity.line.services import Outgoing, queue_messages

MESSAGES = 600
AT_LEAST_PER_SECOND = 100
READY_WITHIN_S = 30


def messages_per_second(*, port: int) -> float:
    """Owe some hundred messages, send them all, and divide. Raises RuntimeError if some were not accepted."""
    simulator = subprocess.Popen(  # noqa: S603 (our own interpreter)
        [sys.executable, "manage.py", "simulator", "--port", str(port)], cwd=settings.BASE_DIR, env=os.environ
    )
    try:
        _wait_until_ready(port)
        return _send_all(_friends(port))
    finally:
        simulator.terminate()
        simulator.wait(timeout=20)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/simulator/api/state", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    msg = "the simulator did not start"
    raise RuntimeError(msg)


def _friends(port: int) -> list[str]:
    """The LINE ids of those who are friends: the simulator takes messages to nobody else, as LINE does."""
    with urllib.request.urlopen(f"http://localhost:{port}/simulator/api/people", timeout=5) as answer:
        people = json.load(answer)["people"]
    return [person["user_id"] for person in people if person["is_friend"]]


def _send_all(friends: list[str]) -> float:
    now = timezone.now()
    OutboundMessage.objects.all().delete()
    rows = [
        Outgoing(
            line_user_id=friends[number % len(friends)],
            messages=[text("ทดสอบความเร็ว")],
            message_class=MessageClass.RESULT,
            dedupe_key=f"bench:{number}",
            event="bench",
            send_after=now,
            expires_at=now + timedelta(hours=1),
        )
        for number in range(MESSAGES)
    ]
    queue_messages(rows=rows, now=now)
    began = time.perf_counter()
    while OutboundMessage.objects.filter(state=OutboundMessage.State.QUEUED).exists():
        sweep(now=timezone.now())
        if time.perf_counter() - began > READY_WITHIN_S:
            break
    spent = time.perf_counter() - began
    sent = OutboundMessage.objects.filter(state=OutboundMessage.State.ACCEPTED).count()
    if sent != len(rows):
        msg = f"{sent} of {len(rows)} messages were accepted"
        raise RuntimeError(msg)
    return sent / spent
