"""What the room tells of itself."""

from datetime import timedelta

import pytest

from nakhoncity.line import figures
from nakhoncity.line.channel import note_quota, note_trouble, pause_sending
from nakhoncity.line.models import OutboundMessage, WebhookEvent
from nakhoncity.line.tests.factories import NOW, owe, put

pytestmark = pytest.mark.django_db


def receive(number: int, **columns: object) -> None:
    WebhookEvent.objects.create(
        webhook_event_id=f"figure-{number}", kind="message", happened_at=NOW, raw="{}", **{"received_at": NOW} | columns
    )


def test_nothing_waits_where_nothing_is_owed():
    assert (figures.oldest_message_waits(NOW), figures.oldest_event_waits(NOW)) == (0.0, 0.0)


def test_message_for_later_does_not_wait():
    owe(send_after=NOW + timedelta(minutes=5))

    assert figures.oldest_message_waits(NOW) == 0.0


def test_oldest_event_counts_only_what_is_not_worked():
    receive(1, received_at=NOW - timedelta(seconds=9), state=WebhookEvent.State.DONE)
    receive(2, received_at=NOW - timedelta(seconds=5))
    receive(3)

    assert figures.oldest_event_waits(NOW) == 5.0


def test_failed_messages_are_those_of_seven_days():
    put(owe(), state=OutboundMessage.State.FAILED)
    put(owe(), state=OutboundMessage.State.UNKNOWN)
    put(owe(), state=OutboundMessage.State.FAILED, created_at=NOW - timedelta(days=8))
    owe()

    assert figures.failed_messages(NOW) == 2.0


def test_quota_is_a_share_of_what_line_allows():
    note_quota(limit=500, used=100, now=NOW)

    assert figures.quota_used(NOW) == 0.2


def test_quota_without_a_limit_is_not_told():
    note_quota(limit=None, used=100, now=NOW)

    assert figures.quota_used(NOW) is None


def test_paused_channel_is_closed():
    before = figures.is_closed(NOW)

    pause_sending(reason="restore", now=NOW)

    assert (before, figures.is_closed(NOW)) == (0.0, 1.0)


def test_trouble_is_told_by_its_length():
    before = figures.trouble_lasts(NOW)

    note_trouble(now=NOW - timedelta(seconds=90))

    assert (before, figures.trouble_lasts(NOW)) == (0.0, 90.0)
