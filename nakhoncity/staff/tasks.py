"""Doors for the worker."""

from celery import shared_task

from nakhoncity.kit.clock import database_now
from nakhoncity.staff import accounts


@shared_task(name="nakhoncity.staff.tasks.sweep_sessions")
def sweep_sessions() -> None:
    """Delete what is left of sessions that ran out; harmless twice."""
    accounts.sweep_sessions(now=database_now())
