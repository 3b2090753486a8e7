"""Doors for the worker. Each may run twice, late or in parallel."""

from celery import shared_task

from nakhoncity.history import services
from nakhoncity.kit.clock import database_now


@shared_task(name="nakhoncity.history.tasks.sweep_access")
def sweep_access() -> None:
    """Delete looks of more than a year ago."""
    services.sweep_access(now=database_now())
