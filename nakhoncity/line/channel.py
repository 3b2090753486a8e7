"""The channel as a whole: stopped, paused, in trouble; and how much of the month's quota is left."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.queue import nudge
from nakhoncity.kit.thai import bangkok
from nakhoncity.line.models import ChannelState, OutboundMessage
from nakhoncity.line.plan import Plan

log = logging.getLogger(__name__)
State = OutboundMessage.State
SWEEP_OUTBOX = "nakhoncity.line.tasks.sweep_outbox"
# While LINE is away, one message at a time asks whether it is back.
PROBE_EVERY = timedelta(seconds=5)


def stop_channel(*, reason: str, now: datetime) -> None:
    """Send nothing until a person opens the channel: LINE refused our token."""
    log.error("LINE channel stopped: %s", reason)
    _write(stopped_at=now, stop_reason=reason[:200])


def pause_sending(*, reason: str, now: datetime) -> None:
    """Send nothing until a person releases it: after a restore from backup rows may have been sent already."""
    _write(paused_at=now, pause_reason=reason[:200])


def open_channel(*, now: datetime) -> None:
    """Send again after a stop or a pause: a person has looked at the reason. What is out of date expires unsent."""
    _write(stopped_at=None, stop_reason="", paused_at=None, pause_reason="")
    release_held(now=now)
    nudge(SWEEP_OUTBOX)


def read_plan(channel: ChannelState) -> Plan:
    """The month's plan: LINE's own limit if it was read, else the town's; counted up by what has left since."""
    try:
        profile = CityProfile.current()
    except CityProfile.DoesNotExist:
        profile = None
    limit = channel.quota_limit
    if limit is None and profile is not None and channel.quota_read_at is None:
        limit = profile.monthly_messages or None
    return Plan(
        limit=limit,
        used=channel.quota_used + channel.sent_since_read,
        reserve_percent=profile.reserve_percent if profile else 0,
    )


def count_sent(*, number: int) -> None:
    """Count pushes that LINE accepted since the quota was read."""
    if not ChannelState.objects.filter(pk=1).update(sent_since_read=F("sent_since_read") + number):
        _write(sent_since_read=number)


def note_quota(*, limit: int | None, used: int, now: datetime) -> None:
    """Keep what LINE says of the month's quota (limit None: no limit); what was held goes again where there is room."""
    month = bangkok(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    known = OutboundMessage.objects.pushed_since(month).count()
    _write(quota_limit=limit, quota_used=used, quota_read_at=now, known_used=known, sent_since_read=0)
    release_held(now=now)


def release_held(*, now: datetime) -> int:
    """Put held messages back in the queue, the weightiest and oldest first, as many as have room; returns how many.

    What is no longer useful expires instead.
    """
    held = OutboundMessage.objects.filter(state=State.HELD_QUOTA)
    held.filter(expires_at__lte=now).update(state=State.EXPIRED)
    plan = read_plan(ChannelState.current())
    waiting = held.order_by("message_class", "send_after", "pk").values_list("pk", "message_class")
    ids = [pk for pk, message_class in waiting.iterator() if plan.take(message_class)]
    released = 0
    for start in range(0, len(ids), 500):
        released += held.filter(pk__in=ids[start : start + 500]).update(state=State.QUEUED, next_attempt_at=now)
    return released


def hold_closed(*, plan: Plan, now: datetime) -> None:
    """Hold due pushes of classes that have no room."""
    if closed := plan.closed_classes():
        due = OutboundMessage.objects.filter(OutboundMessage.is_free(now), kind=OutboundMessage.Kind.PUSH)
        due.filter(message_class__in=closed, first_attempt_at=None).update(state=State.HELD_QUOTA)


# Trouble: nothing is answered clearly. Backoff alone would leave people waiting for minutes after LINE is back.


def note_trouble(*, now: datetime) -> None:
    """LINE gave no clear answer to a whole batch."""
    if not ChannelState.objects.filter(pk=1, trouble_since__isnull=False).exists():
        log.warning("LINE gives no clear answers")
        _write(trouble_since=now, probed_at=now)


def end_trouble(*, now: datetime) -> None:
    """LINE accepted something again: whatever waits because of the trouble goes at once."""
    if not ChannelState.objects.filter(pk=1, trouble_since__isnull=False).update(trouble_since=None):
        return
    log.warning("LINE answers again")
    unclear = Q(last_status=None) | Q(last_status__gte=500)
    OutboundMessage.objects.filter(unclear, state=State.QUEUED, attempts__gt=0, next_attempt_at__gt=now).update(
        next_attempt_at=now
    )


def ask_whether_back(*, now: datetime) -> bool:
    """Let the next deferred message go early, one every few seconds over all workers; says whether one may go now."""
    turn = ChannelState.objects.filter(pk=1, trouble_since__isnull=False, probed_at__lte=now - PROBE_EVERY)
    if not turn.update(probed_at=now):
        return False
    deferred = OutboundMessage.objects.filter(state=State.QUEUED, attempts__gt=0, next_attempt_at__gt=now)
    first = deferred.order_by("next_attempt_at").values_list("pk", flat=True).first()
    return first is not None and bool(deferred.filter(pk=first).update(next_attempt_at=now))


@dataclass(frozen=True, kw_only=True)
class ChannelReport:
    """What staff should know of the channel. `told_at`: 0, 70, 85 or 95 percent of the quota are used."""

    is_open: bool
    reason: str
    limit: int | None
    used: int
    used_elsewhere: int
    told_at: int
    held: int
    failed: int
    unknown: int


def report_channel(*, now: datetime) -> ChannelReport:
    """The channel's state for a page or a metric; failed and unknown are counted over the last seven days."""
    channel = ChannelState.current()
    plan = read_plan(channel)
    recent = OutboundMessage.objects.filter(created_at__gte=now - timedelta(days=7))
    return ChannelReport(
        is_open=channel.is_open,
        reason=channel.stop_reason or channel.pause_reason,
        limit=plan.limit,
        used=plan.used,
        used_elsewhere=max(0, channel.quota_used - channel.known_used),
        told_at=plan.told_at(),
        held=OutboundMessage.objects.filter(state=State.HELD_QUOTA).count(),
        failed=recent.filter(state=State.FAILED).count(),
        unknown=recent.filter(state=State.UNKNOWN).count(),
    )


def note_bot(*, user_id: str) -> None:
    """Keep our own account's user id: webhooks that name another destination are not ours."""
    _write(bot_user_id=user_id[:33])


@transaction.atomic
def _write(**values: object) -> None:
    ChannelState.objects.get_or_create(pk=1)
    ChannelState.objects.filter(pk=1).update(**values)
