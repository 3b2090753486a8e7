"""Doors for the worker. Each may run twice, late or in parallel."""

from celery import shared_task

from complaints.services import due, escalation, orphans, photos, words
from nakhoncity.kit.clock import database_now


@shared_task(name="complaints.tasks.sweep_escalations")
def sweep_escalations() -> None:
    """Record what ran late, and tell whom it is time to tell."""
    now = database_now()
    escalation.sweep_escalations(now=now)
    escalation.sweep_notices(now=now)


@shared_task(name="complaints.tasks.sweep_due_dates")
def sweep_due_dates() -> None:
    """End pauses, unanswered questions and waits whose date has come."""
    due.sweep_due_dates(now=database_now())


@shared_task(name="complaints.tasks.sweep_drafts")
def sweep_drafts() -> None:
    """Delete drafts that nobody finished."""
    photos.sweep_drafts(now=database_now())


@shared_task(name="complaints.tasks.sweep_orphans")
def sweep_orphans() -> None:
    """Delete picture files that no row knows."""
    orphans.sweep_orphans(now=database_now())


@shared_task(name="complaints.tasks.sweep_words")
def sweep_words() -> None:
    """Learn once a day what the town's texts say of the categories."""
    words.sweep_words(now=database_now())
