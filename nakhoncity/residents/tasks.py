"""Doors for the worker."""

from celery import shared_task

from nakhoncity.kit.clock import database_now
from nakhoncity.residents import sessions


@shared_task(name="nakhoncity.residents.tasks.sweep_sessions")
def sweep_sessions() -> None:
    """Delete sessions that ran out; harmless twice."""
    sessions.sweep_sessions(now=database_now())
