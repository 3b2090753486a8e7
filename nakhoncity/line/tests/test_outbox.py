"""The outbox: what becomes of a message for everything LINE may answer."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from nakhoncity.line.channel import note_quota, open_channel, stop_channel
from nakhoncity.line.client import SdkClient
from nakhoncity.line.models import ChannelState, MessageClass, OutboundMessage
from nakhoncity.line.outbox import LANES, LEASE, sweep
from nakhoncity.line.tests.factories import MALEE, NOW, owe, put
from nakhoncity.line.tests.stub import LOSE

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def run(after: timedelta = timedelta(0)) -> int:
    return sweep(now=NOW + after, client=SdkClient())


def state(row: OutboundMessage) -> str:
    row.refresh_from_db()
    return row.state


def test_sweep_sends_what_is_due_and_keeps_the_request_id(line):
    row = owe(words="รับเรื่องแล้ว")

    run()

    assert (state(row), row.last_status, row.request_id) == ("accepted", 200, "request-1")
    assert line.sent() == ["รับเรื่องแล้ว"]


def test_sweep_sends_the_retry_key_on_the_first_attempt(line):
    row = owe()

    run()

    assert [one.retry_key for one in line.tried()] == [str(row.retry_key)]


def test_sweep_leaves_what_is_not_due(line):
    row = owe(send_after=NOW + 10 * SECOND)

    run(9 * SECOND)

    assert (state(row), line.tried()) == ("queued", [])


def test_sweep_sends_once_when_it_runs_again(line):
    owe(words="หนึ่ง")

    run()
    run(SECOND)

    assert line.sent() == ["หนึ่ง"]


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_sweep_gives_up_when_line_refuses_for_good(line, status):
    line.answers.append(status)
    row = owe()

    run()
    run(timedelta(hours=1))

    assert (state(row), row.last_status, len(line.tried())) == ("failed", status, 1)


def test_sweep_waits_after_a_server_error(line):
    line.answers.append(500)
    row = owe()

    run()

    assert (state(row), row.attempts) == ("queued", 1)
    assert 0.8 * SECOND <= row.next_attempt_at - row.answered_at <= SECOND


def test_sweep_retries_with_the_same_key_and_the_same_body(line):
    line.answers.append(500)
    row = owe()

    run()
    run(timedelta(minutes=1))

    first, second = line.tried()
    assert (first.retry_key, first.body) == (second.retry_key, second.body)
    assert state(row) == "accepted"


def test_sweep_takes_409_after_a_lost_answer_as_accepted(line):
    line.answers.append(LOSE)
    row = owe(words="หนึ่ง")

    run()
    run(timedelta(minutes=1))

    assert (state(row), row.last_status, line.sent()) == ("accepted", 409, ["หนึ่ง"])


def test_backoff_never_exceeds_five_minutes(line):
    line.answers.append(500)
    row = owe()
    put(row, attempts=40)

    run()

    row.refresh_from_db()
    assert row.next_attempt_at - NOW <= timedelta(seconds=301)


def test_sweep_tries_again_after_a_rate_limit(line):
    line.answers.append(429)
    row = owe()

    run()
    run(timedelta(minutes=1))

    assert state(row) == "accepted"


def test_sweep_holds_what_exceeds_the_quota(line):
    line.answers.append(429)
    line.quota = (1000, 1000)
    row = owe()

    run()
    run(timedelta(minutes=1))

    assert (state(row), len(line.tried())) == ("held_quota", 1)


def test_sweep_takes_429_for_a_rate_when_the_quota_is_not_told(line):
    line.answers.append(429)
    line.quota = None
    row = owe()

    run()

    assert state(row) == "queued"


def test_held_messages_go_when_the_quota_has_room(line):
    row = owe()
    put(row, state="held_quota")

    note_quota(limit=1000, used=0, now=NOW)
    run()

    assert state(row) == "accepted"


def test_held_messages_expire(line):
    row = owe(expires_at=NOW + SECOND)
    put(row, state="held_quota")

    note_quota(limit=1000, used=0, now=NOW + 2 * SECOND)

    assert state(row) == "expired"


@pytest.mark.parametrize(
    ("used", "message_class", "expected"),
    [
        (799, MessageClass.PROGRESS, "accepted"),
        (800, MessageClass.PROGRESS, "held_quota"),
        (800, MessageClass.RESULT, "accepted"),
        (999, MessageClass.FLOOD, "accepted"),
        (1000, MessageClass.FLOOD, "held_quota"),
    ],
)
def test_reserve_is_kept_for_results_and_floods(line, used, message_class, expected):
    note_quota(limit=1000, used=used, now=NOW)
    row = owe(message_class=message_class)

    run()

    assert state(row) == expected


def test_room_counts_what_was_accepted_since_the_quota_was_read(line):
    note_quota(limit=2, used=0, now=NOW)
    rows = [owe() for _ in range(3)]

    run()
    run(SECOND)

    assert [state(row) for row in rows] == ["accepted", "accepted", "held_quota"]


def test_wrong_access_token_stops_the_channel_not_the_messages(line):
    line.answers.extend([401] * 9)
    rows = [owe(), owe(line_user_id=MALEE), owe()]

    run()
    run(timedelta(minutes=1))

    assert [state(row) for row in rows] == ["queued"] * 3
    assert len(line.tried()) <= LANES
    assert ChannelState.current().stop_reason == "LINE 401: the channel access token is not valid"


def test_stopped_channel_sends_when_a_person_opens_it_even_days_later(line):
    line.answers.append(401)
    row = owe()
    run()

    open_channel(now=NOW)
    run(timedelta(days=2))

    assert state(row) == "accepted"


def test_stopped_channel_sends_nothing(line):
    row = owe()
    stop_channel(reason="restored from backup", now=NOW)

    run()

    assert (state(row), line.tried()) == ("queued", [])


def test_sweep_lets_go_what_is_no_longer_useful(line):
    row = owe(expires_at=NOW + SECOND)

    run(2 * SECOND)

    assert (state(row), line.tried()) == ("expired", [])


@pytest.mark.parametrize("after", [timedelta(hours=25), timedelta(days=4)])
def test_unclear_message_is_left_to_staff_after_a_day(line, after):
    line.answers.append(LOSE)
    row = owe()
    run()

    run(after)

    assert (state(row), len(line.tried())) == ("unknown", 1)


def test_unclear_message_that_is_no_longer_useful_is_unknown_not_expired(line):
    line.answers.append(LOSE)
    row = owe(expires_at=NOW + timedelta(minutes=10))
    run()

    run(timedelta(minutes=11))

    assert state(row) == "unknown"


def test_one_persons_messages_keep_their_order(line):
    line.answers.append(500)
    first, second = owe(words="หนึ่ง"), owe(words="สอง")

    run()
    assert (state(second), second.attempts, second.first_attempt_at) == ("queued", 0, None)
    run(timedelta(minutes=1))

    assert line.sent() == ["หนึ่ง", "สอง"]
    assert state(first) == "accepted"


def test_later_message_waits_for_an_earlier_one_that_is_tried_again(line):
    first, later = owe(words="หนึ่ง"), owe(words="สอง")
    put(first, attempts=1, next_attempt_at=NOW + timedelta(minutes=5))

    run()

    assert (state(later), line.tried()) == ("queued", [])


def test_one_persons_trouble_does_not_stop_another(line):
    line.by_person[MALEE] = 500
    for _ in range(250):
        owe(line_user_id=MALEE)
    row = owe(words="ถึงสมชาย")

    run()
    run(SECOND)

    assert (state(row), line.sent()) == ("accepted", ["ถึงสมชาย"])


def test_message_the_sdk_refuses_does_not_stop_another(line):
    odd, good = owe(), owe(line_user_id=MALEE)
    put(odd, payload="not a list")

    run()

    assert (state(odd), state(good)) == ("failed", "accepted")


def test_leased_message_is_left_to_who_has_it(line):
    row = owe()
    put(row, state="sending", lease_until=NOW + SECOND, attempts=1, first_attempt_at=NOW)

    run()

    assert (state(row), line.tried()) == ("sending", [])


def test_lease_is_renewed_while_line_takes_its_time(line, monkeypatch):
    row = owe()
    line.delay_s = 0.2
    monkeypatch.setattr("nakhoncity.line.outbox.RENEW_EVERY_S", 0.02)

    with CaptureQueriesContext(connection) as queries:
        run()

    renewals = [one for one in queries if re.search(r'SET "lease_until" = (?!NULL)', one["sql"])]
    assert (state(row), len(renewals) > 0) == ("accepted", True)


def test_message_of_a_killed_worker_goes_again_with_its_key(line):
    row = owe(words="หนึ่ง")
    put(row, state="sending", lease_until=NOW + LEASE, attempts=1, first_attempt_at=NOW)
    line.keys.add(str(row.retry_key))

    run(LEASE)

    assert (state(row), row.last_status, line.sent()) == ("accepted", 409, [])


def test_reply_of_a_killed_worker_is_never_sent_again(line):
    row = owe()
    put(row, kind="reply", reply_token="token", state="sending", lease_until=NOW, first_attempt_at=NOW)

    run(SECOND)

    assert (state(row), line.tried()) == ("unknown", [])


@pytest.mark.django_db(transaction=True)
def test_many_people_are_served_by_several_threads(line):
    rows = [owe(words=str(number), line_user_id=f"U{number:032x}") for number in range(30)]

    assert run() == 30

    assert sorted(map(int, line.sent())) == list(range(30))
    assert {state(row) for row in rows} == {"accepted"}
