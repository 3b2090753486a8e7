"""Owing messages, taking them back, and the reply that carries a receipt."""

from datetime import timedelta

import pytest

from nakhoncity.line.client import SdkClient
from nakhoncity.line.limits import MessageRefused
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.line.outbox import sweep
from nakhoncity.line.services import (
    cancel_messages,
    claim_reply,
    count_recent,
    is_told,
    queue_messages,
    restore_messages,
    take_back,
)
from nakhoncity.line.tests.factories import MALEE, NOW, SOMCHAI, outgoing, owe, put
from nakhoncity.line.tests.stub import LOSE
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def run() -> int:
    return sweep(now=NOW, client=SdkClient())


def state_of(row: OutboundMessage) -> str:
    row.refresh_from_db()
    return row.state


def test_queue_messages_owes_many_in_one_statement(django_assert_num_queries):
    rows = [outgoing() for _ in range(40)]

    with django_assert_num_queries(1):
        queue_messages(rows=rows, now=NOW)

    assert OutboundMessage.objects.count() == 40


def test_queue_messages_keeps_the_first_of_one_event():
    owe(dedupe_key="complaint:1:event:1:x", words="หนึ่ง")

    second = owe(dedupe_key="complaint:1:event:1:x", words="สอง")

    assert second.payload == [{"type": "text", "text": "หนึ่ง"}]


def test_queue_messages_owes_nothing_when_one_is_refused():
    with pytest.raises(MessageRefused, match=r"^text of 5001 units$"):
        queue_messages(rows=[outgoing(), outgoing(words="ก" * 5001)], now=NOW)

    assert OutboundMessage.objects.count() == 0


@pytest.mark.parametrize(
    "unreachable", [{"is_friend": False}, {"line_user_id": None, "is_friend": True}], ids=["no friend", "no LINE"]
)
def test_queue_messages_marks_whom_no_push_reaches(line, unreachable):
    row = owe(to=ResidentFactory(**unreachable))

    run()

    assert (row.state, line.tried()) == ("skipped_blocked", [])


def test_cancel_messages_takes_back_what_has_not_left(line):
    owe(event="complaint:1:event:2")

    assert cancel_messages(event="complaint:1:event:2", now=NOW) == 1
    run()

    assert line.tried() == []


def test_cancel_messages_leaves_what_was_tried(line):
    line.answers.append(500)
    owe(event="complaint:1:event:2")
    run()

    assert cancel_messages(event="complaint:1:event:2", now=NOW) == 0


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("queued", True),
        ("sending", True),
        ("held_quota", True),
        ("accepted", True),
        ("unknown", True),
        ("cancelled", False),
        ("expired", False),
        ("failed", False),
        ("skipped_blocked", False),
    ],
)
def test_is_told_counts_what_has_left_or_will(state, told):
    put(owe(dedupe_key="case:1:a", message_class=MessageClass.PROGRESS), state=state, lease_until=NOW)

    assert is_told(prefix="case:1:", message_class=MessageClass.PROGRESS) is told


def test_is_told_asks_for_one_class_and_one_case():
    owe(dedupe_key="case:1:a", message_class=MessageClass.RESULT)
    owe(dedupe_key="case:11:a", message_class=MessageClass.PROGRESS)

    assert is_told(prefix="case:1:", message_class=MessageClass.PROGRESS) is False


def test_take_back_cancels_all_of_a_name_and_says_so():
    rows = [owe(dedupe_key="case:1:event:2:a"), owe(dedupe_key="case:1:event:2:b"), owe(dedupe_key="case:1:event:22:a")]

    assert take_back(prefix="case:1:event:2:", now=NOW) is True
    assert [state_of(row) for row in rows] == ["cancelled", "cancelled", "queued"]


def test_take_back_says_when_one_may_have_left():
    put(owe(dedupe_key="case:1:event:2:a"), state="sending", lease_until=NOW)
    owe(dedupe_key="case:1:event:2:b")

    assert take_back(prefix="case:1:event:2:", now=NOW) is False


def test_restore_messages_owes_again_what_was_cancelled_at_that_moment():
    old, new = owe(event="case:1:progress", send_after=NOW + timedelta(hours=1)), owe(event="case:1:progress")
    cancel_messages(event="case:1:progress", now=NOW)
    put(new, next_attempt_at=NOW + timedelta(seconds=1))

    assert restore_messages(event="case:1:progress", cancelled_at=NOW) == 1

    old.refresh_from_db()
    assert (old.state, old.next_attempt_at, state_of(new)) == ("queued", NOW + timedelta(hours=1), "cancelled")


def test_count_recent_counts_by_person():
    for user_id in (SOMCHAI, SOMCHAI, MALEE):
        owe(event="emergency", line_user_id=user_id)

    found = count_recent(event="emergency", line_user_ids=[SOMCHAI, MALEE], since=NOW - timedelta(minutes=10))
    assert found == {SOMCHAI: 2, MALEE: 1}
    assert count_recent(event="emergency", line_user_ids=[SOMCHAI], since=NOW) == {}


def test_claim_reply_sends_the_receipt_as_a_reply_only(line):
    row = owe(to=ResidentFactory(), words="ใบรับ", send_after=NOW + timedelta(seconds=20))

    assert claim_reply(dedupe_key=row.dedupe_key, reply_token="token", now=NOW)
    run()

    assert [(one.path, one.data["replyToken"]) for one in line.tried()] == [("/v2/bot/message/reply", "token")]


def test_claim_reply_is_won_once(line):
    row = owe()
    claim_reply(dedupe_key=row.dedupe_key, reply_token="token", now=NOW)

    assert not claim_reply(dedupe_key=row.dedupe_key, reply_token="other", now=NOW)


def test_claim_reply_comes_too_late_when_the_push_has_left(line):
    row = owe()
    run()

    assert not claim_reply(dedupe_key=row.dedupe_key, reply_token="token", now=NOW)


@pytest.mark.parametrize(("status", "second"), [(400, "push"), (429, "reply")])
def test_receipt_goes_again_when_line_clearly_refuses_its_reply(line, status, second):
    row = owe(to=ResidentFactory(), words="ใบรับ")
    claim_reply(dedupe_key=row.dedupe_key, reply_token="old", now=NOW)
    line.answers.append(status)

    run()
    sweep(now=NOW + timedelta(seconds=5), client=SdkClient())

    assert [(one.path.rsplit("/")[-1], one.status) for one in line.tried()] == [("reply", status), (second, 200)]


@pytest.mark.parametrize("answer", [500, LOSE])
def test_receipt_is_not_pushed_when_its_reply_is_unclear(line, answer):
    row = owe(to=ResidentFactory())
    claim_reply(dedupe_key=row.dedupe_key, reply_token="token", now=NOW)
    line.answers.append(answer)

    run()
    sweep(now=NOW + timedelta(hours=1), client=SdkClient())

    row.refresh_from_db()
    assert (row.state, len(line.tried())) == ("unknown", 1)
