"""Doors for the worker. Each may run twice, late or in parallel."""

from celery import shared_task

from nakhoncity.backup.services import back_up_daily
from nakhoncity.kit.clock import database_now


@shared_task(name="nakhoncity.backup.tasks.sweep_backup")
def sweep_backup() -> None:
    """Make the day's backup, once."""
    back_up_daily(now=database_now())
