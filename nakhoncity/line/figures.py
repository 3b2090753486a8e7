"""What this room tells of itself to /metrics and /readyz: how long things wait, and what did not go well."""

from datetime import datetime, timedelta

from django.db.models import Min

from nakhoncity.kit.registry import Metric, metrics
from nakhoncity.line.channel import read_plan
from nakhoncity.line.models import ChannelState, OutboundMessage, WebhookEvent

LOOKED_BACK = timedelta(days=7)


def oldest_message_waits(now: datetime) -> float:
    """Seconds that the oldest message has waited for somebody to send it, counted from when it was due."""
    due = OutboundMessage.objects.due(now).aggregate(at=Min("next_attempt_at"))["at"]
    return _seconds(due, now)


def oldest_event_waits(now: datetime) -> float:
    """Seconds since the oldest webhook event that is not worked yet came in."""
    received = WebhookEvent.objects.filter(state=WebhookEvent.State.RECEIVED).aggregate(at=Min("received_at"))["at"]
    return _seconds(received, now)


def failed_messages(now: datetime) -> float:
    """Messages of the last seven days that could not be sent, or of which nobody knows."""
    states = [OutboundMessage.State.FAILED, OutboundMessage.State.UNKNOWN]
    return float(OutboundMessage.objects.filter(state__in=states, created_at__gte=now - LOOKED_BACK).count())


def quota_used(now: datetime) -> float | None:
    """The used share of the month's messages, 1 for all of them; None where LINE counts nothing."""
    plan = read_plan(ChannelState.current())
    return plan.used / plan.limit if plan.limit else None


def trouble_lasts(now: datetime) -> float:
    """Seconds since LINE last answered anything clearly; 0 while it does. What waits for it is deferred, not late."""
    return _seconds(ChannelState.current().trouble_since, now)


def is_closed(now: datetime) -> float:
    """1 while nothing may leave (LINE refused our token, or a person paused it), else 0."""
    return 0.0 if ChannelState.current().is_open else 1.0


def register() -> None:
    """Put these figures on /metrics."""
    for name, says, read in [
        ("line_oldest_message_seconds", "Seconds that the oldest due message has waited.", oldest_message_waits),
        ("line_oldest_webhook_seconds", "Seconds that the oldest webhook event has waited.", oldest_event_waits),
        ("line_failed_messages", "Messages of seven days that failed, or of which nobody knows.", failed_messages),
        ("line_quota_used_ratio", "Used share of the month's messages; 1 is all.", quota_used),
        ("line_trouble_seconds", "Seconds that LINE has given no clear answer; 0 while it does.", trouble_lasts),
        ("line_channel_closed", "1 while no message may leave.", is_closed),
    ]:
        metrics.register(name, Metric(says, read))


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
