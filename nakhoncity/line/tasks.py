"""Doors for the worker. Each may run twice, late or in parallel."""

from celery import shared_task

from nakhoncity.kit.clock import database_now
from nakhoncity.line import inbox, outbox
from nakhoncity.line.client import SdkClient
from nakhoncity.line.client import read_quota as ask_quota
from nakhoncity.line.services import note_quota


@shared_task(name="nakhoncity.line.tasks.sweep_outbox")
def sweep_outbox() -> None:
    """Send what is due."""
    outbox.sweep(now=database_now(), client=SdkClient())


@shared_task(name="nakhoncity.line.tasks.sweep_inbox")
def sweep_inbox() -> None:
    """Work what came in."""
    inbox.sweep(now=database_now())


@shared_task(name="nakhoncity.line.tasks.read_quota")
def read_quota() -> None:
    """Ask LINE how much of the month's quota is used."""
    if answer := ask_quota():
        limit, used = answer
        note_quota(limit=limit, used=used, now=database_now())
