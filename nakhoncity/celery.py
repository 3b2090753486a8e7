"""The background worker's app. The tables are the queue; Celery is the bell."""

import logging
import os
import signal
import threading
import time
from importlib import import_module
from typing import Any

from celery import Celery
from celery.signals import (
    beat_embedded_init,
    task_received,
    task_success,
    worker_init,
    worker_ready,
    worker_shutting_down,
)
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections
from django.utils import timezone

from nakhoncity.kit.broker import use_whole_messages
from nakhoncity.kit.processes import end_with_parent
from nakhoncity.kit.stand_in import StandIn

log = logging.getLogger(__name__)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nakhoncity.settings")

use_whole_messages()
app = Celery("nakhoncity")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# A worker with a beat of its own (`worker -B`): neither goes on without the other.


@beat_embedded_init.connect
def _end_beat_with_worker(**kwargs: Any) -> None:
    """A beat whose worker was killed would go on ringing beside the next worker's beat."""
    end_with_parent(os.getppid())


@worker_ready.connect
def _end_worker_with_beat(sender: Any, **kwargs: Any) -> None:
    """A worker whose beat was killed would never hear a bell again: it ends, and its supervisor starts both."""
    if beat := getattr(sender.controller, "beat", None):
        threading.Thread(target=_wait_for_end, args=(beat.pid,), daemon=True).start()


def _wait_for_end(pid: int) -> None:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    os.kill(os.getpid(), signal.SIGTERM)


# Without a broker the worker sweeps by itself.


@worker_init.connect
def _stand_in_for_the_broker(**kwargs: Any) -> None:
    """Listen for bells; while none rings, run the schedule in a thread of this process."""
    schedule = {entry["task"]: entry["schedule"].total_seconds() for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    stand_in = StandIn(schedule=schedule, run=_sweep, now=time.monotonic())
    task_received.connect(lambda **_: stand_in.hear(now=time.monotonic()), weak=False)
    worker_shutting_down.connect(lambda **_: stand_in.ended.set(), weak=False)
    threading.Thread(target=stand_in.live, name="stand-in", daemon=True).start()


def _sweep(task_name: str) -> None:
    """Run a task here and now, with the database connections a task gets."""
    close_old_connections()
    try:
        app.tasks[task_name].run()
        _mark(task_name)
    finally:
        close_old_connections()


# Each sweep that has run to its end leaves a mark, for /metrics.


@task_success.connect
def _mark_after_a_bell(sender: Any, **kwargs: Any) -> None:
    """A sweep that a bell asked for is over."""
    _mark(sender.name)


def _mark(task_name: str) -> None:
    """Leave the mark; a database that is away now must not make a failure of a sweep that went well."""
    try:
        import_module("nakhoncity.city.sweeps").mark_sweep(name=task_name, now=timezone.now())
    except DatabaseError as error:
        log.warning("no mark of %s: %s", task_name, type(error).__name__)
