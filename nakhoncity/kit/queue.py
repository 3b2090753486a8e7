"""Ringing the worker's bell. Tables are the queue, beat is the guarantee; a lost bell costs seconds."""

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def nudge(task_name: str) -> None:
    """Ask a worker, once the transaction is committed, to run a sweep now. Never raises, never retries.

    However much a transaction owes, it rings each bell once.
    """

    def bell() -> None:
        _ring(task_name)

    bell.__name__ = f"ring {task_name}"
    waiting = (getattr(each[1], "__name__", "") for each in transaction.get_connection().run_on_commit)
    if bell.__name__ not in waiting:
        transaction.on_commit(bell, robust=True)


def _ring(task_name: str) -> None:
    try:
        current_app.send_task(task_name, expires=settings.SWEEP_EXPIRES, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("no bell for %s: %s", task_name, type(error).__name__)
