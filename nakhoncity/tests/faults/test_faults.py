"""Each message once, none lost: the worker killed between LINE's answer and its commit, answers lost, 429, 500, LINE
away for half a minute; once on SQLite, once on PostgreSQL with a Redis where nobody listens."""

from collections import Counter

import pytest

from nakhoncity.tests.faults.rig import USER_IDS
from nakhoncity.tests.faults.story import DOWN, DOWN_S, FAULTY, GAP, TIMES
from nakhoncity.tests.needs import need

pytestmark = pytest.mark.fault
# Promised: pages 1 s with Redis away, messages 15 s after a fault. Measured figures are printed; these bounds only
# tell that something waits for a timeout, for the machine may be busy.
PAGE_WITHIN_S, LAG_WITHIN_S = 5.0, 60.0


def test_worker_died_when_line_had_accepted_and_nothing_was_written(outcome):
    assert [row["state"] for row in outcome.gap_rows_after_kill] == ["sending"] * GAP
    assert [row["accepted"] for row in outcome.gap_keys_after_kill.values()] == [1] * GAP


def test_every_other_fault_fired(outcome):
    fired = {
        "lost": sum(row["is_lost"] for row in outcome.received),
        429: sum(row["status"] == 429 for row in outcome.received),
        500: sum(row["status"] == 500 for row in outcome.received),
    }

    assert fired == {"lost": TIMES, 429: TIMES, 500: TIMES}
    assert outcome.was_down_s >= DOWN_S


def test_no_bell_rang_where_redis_is_absent(outcomes):
    need("PostgreSQL without Redis" in outcomes, "PostgreSQL (set TEST_DATABASE_URL)")
    swept_alone = {name: "no bell rings: sweeping without" in one.log for name, one in outcomes.items()}
    heard_one = {name: "bells ring again" in one.log for name, one in outcomes.items()}

    assert (swept_alone["PostgreSQL without Redis"], heard_one["PostgreSQL without Redis"]) == (True, False)


def test_at_least_five_sends_were_tried_again(outcome):
    again = sum(row["requests"] > 1 for row in outcome.keys.values())

    assert again >= GAP + 5


def test_line_accepted_every_message_once_and_no_other(outcome):
    owed = {row["retry_key"]: 1 for row in outcome.rows}

    assert {key: row["accepted"] for key, row in outcome.keys.items()} == owed


def test_each_text_was_shown_once(outcome):
    texts = Counter(
        message["text"]
        for row in outcome.received
        if row["outcome"] == "accepted"
        for message in row["body"]["messages"]
        if message["type"] == "text"
    )
    marks = {"hello": 3, "gap": GAP, "faulty": FAULTY, "down": DOWN}

    assert texts == {f"{mark}:{user_id}": 1 for mark, number in marks.items() for user_id in USER_IDS[-number:]}


def test_no_forged_token_signs_anybody_in_even_if_the_verify_call_says_yes(outcome):
    forged = {name: said for name, said in outcome.sign_ins.items() if name != "good"}

    assert outcome.sign_ins["good"] == (200, 204)
    assert (len(forged), set(forged.values())) == (15, {(200, 401)})


def test_every_report_has_its_reference_and_one_receipt(outcome):
    receipts = [row for row in outcome.rows if not row["event"].startswith("fault:")]

    assert len(set(outcome.references)) == 4
    assert len(receipts) == 4


def test_pages_answer_at_once_and_messages_are_not_late(outcome, figure, request):
    name = request.node.callspec.params["outcome"]
    figure(f"{name}: slowest of {len(outcome.request_times)} requests of a report", max(outcome.request_times))
    for fault, seconds in outcome.lags.items():
        figure(f"{name}: P5, longest wait after: {fault}", seconds)

    assert max(outcome.request_times) < PAGE_WITHIN_S
    assert max(outcome.lags.values()) < LAG_WITHIN_S
