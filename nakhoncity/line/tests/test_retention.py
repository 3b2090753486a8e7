"""How long this room remembers."""

from datetime import timedelta

import pytest
from django.conf import settings

from nakhoncity.line import inbox, retention
from nakhoncity.line.models import OutboundMessage, WebhookEvent
from nakhoncity.line.retention import sweep_old
from nakhoncity.line.tests.factories import NOW, body_of, event, owe, put
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
DAY, BLINK = timedelta(days=1), timedelta(microseconds=1)
ENDED = ["accepted", "failed", "skipped_blocked", "cancelled", "expired", "unknown"]


def test_chat_event_is_deleted_after_30_days():
    inbox.store(body=body_of(event()), now=NOW)

    assert sweep_old(now=NOW + 30 * DAY - BLINK) == 0
    assert sweep_old(now=NOW + 30 * DAY) == 1
    assert WebhookEvent.objects.count() == 0


@pytest.mark.parametrize("state", ENDED)
def test_message_is_emptied_after_90_days(state):
    row = owe(to=ResidentFactory())
    put(row, state=state, last_status=200)

    assert sweep_old(now=NOW + 90 * DAY - BLINK) == 0
    assert sweep_old(now=NOW + 90 * DAY) == 1

    row.refresh_from_db()
    assert (row.payload, row.line_user_id, row.resident, row.state, row.last_status) == ([], "", None, state, 200)


def test_emptied_message_is_not_emptied_again():
    put(owe(), state="accepted")
    sweep_old(now=NOW + 90 * DAY)

    assert sweep_old(now=NOW + 91 * DAY) == 0


def test_reply_keeps_that_it_had_a_token():
    row = owe()
    put(row, state="accepted", kind="reply", reply_token="a-token-of-LINE")

    sweep_old(now=NOW + 90 * DAY)

    row.refresh_from_db()
    assert row.reply_token == "erased"


@pytest.mark.parametrize("state", ["queued", "sending", "held_quota"])
def test_message_that_still_waits_is_never_touched(state):
    put(owe(), state=state, lease_until=NOW)
    before = OutboundMessage.objects.values().get()

    assert sweep_old(now=NOW + 1000 * DAY) == 0
    assert OutboundMessage.objects.values().get() == before


def test_row_is_deleted_after_two_years():
    put(owe(), state="accepted")
    sweep_old(now=NOW + 730 * DAY - BLINK)
    assert OutboundMessage.objects.count() == 1

    sweep_old(now=NOW + 730 * DAY)

    assert OutboundMessage.objects.count() == 0


def test_sweep_takes_some_at_a_time_and_goes_on(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(3):
        put(owe(), state="accepted")

    assert [sweep_old(now=NOW + 90 * DAY) for _ in range(3)] == [2, 1, 0]


def test_sweep_is_on_the_beat_schedule():
    assert "nakhoncity.line.tasks.sweep_old" in [each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()]
