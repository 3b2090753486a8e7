"""Doors for the worker. Each may run twice, late or in parallel."""

from celery import shared_task

from nakhoncity.kit.clock import database_now
from nakhoncity.line import inbox, outbox, retention
from nakhoncity.line.alarms import tell_quota
from nakhoncity.line.channel import note_bot, note_quota
from nakhoncity.line.client import SdkClient, read_bot_user_id
from nakhoncity.line.models import ChannelState


@shared_task(name="nakhoncity.line.tasks.sweep_outbox")
def sweep_outbox() -> None:
    """Send what is due."""
    outbox.sweep(now=database_now())


@shared_task(name="nakhoncity.line.tasks.sweep_inbox")
def sweep_inbox() -> None:
    """Work what came in."""
    inbox.sweep(now=database_now())


@shared_task(name="nakhoncity.line.tasks.read_quota")
def read_quota() -> None:
    """Ask LINE how much of the month's quota is used and tell who should know, and ask once who we are."""
    if quota := SdkClient().read_quota():
        now = database_now()
        note_quota(limit=quota.limit, used=quota.used, now=now)
        tell_quota(now=now)
    if not ChannelState.current().bot_user_id and (user_id := read_bot_user_id()):
        note_bot(user_id=user_id)


@shared_task(name="nakhoncity.line.tasks.sweep_old")
def sweep_old() -> None:
    """Forget what has been kept long enough."""
    retention.sweep_old(now=database_now())
