"""The background worker's app. The tables are the queue; Celery is the bell."""

import os
import signal
import threading
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, worker_ready

from nakhoncity.kit.broker import use_whole_messages
from nakhoncity.kit.processes import end_with_parent

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
    """A worker whose beat was killed would never sweep again: it ends, and whoever looks after it starts both."""
    if beat := getattr(sender.controller, "beat", None):
        threading.Thread(target=_wait_for_end, args=(beat.pid,), daemon=True).start()


def _wait_for_end(pid: int) -> None:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    os.kill(os.getpid(), signal.SIGTERM)
