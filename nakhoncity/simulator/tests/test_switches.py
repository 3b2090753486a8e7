"""Faults on purpose, people who block, the quota; and that nothing of it lasts past a reset."""

import pytest

from nakhoncity.simulator.http import DROP
from nakhoncity.simulator.tests.caller import new_key, text, user_id


def test_lost_answer_was_accepted_and_the_retry_is_a_duplicate(line):
    line.own("switches", {"lose": 1})
    key = new_key()

    lost, again = line.push(text("หนึ่ง"), key=key), line.push(text("หนึ่ง"), key=key)

    assert (lost.has_header(DROP), again.status_code, line.shown()) == (True, 409, ["หนึ่ง"])
    assert [(row["outcome"], row["is_lost"]) for row in line.read("received")["received"]] == [
        ("accepted", True),
        ("duplicate", False),
    ]


@pytest.mark.parametrize(("name", "status", "outcome"), [("answer_429", 429, "limited"), ("answer_500", 500, "failed")])
def test_next_two_are_refused_and_the_key_stays_free(line, name, status, outcome):
    line.own("switches", {name: 2})
    key = new_key()

    statuses = [line.push(text("หนึ่ง"), key=key).status_code for _ in range(3)]

    assert (statuses, line.shown()) == ([status, status, 200], ["หนึ่ง"])
    assert [row["outcome"] for row in line.read("received")["received"]] == [outcome, outcome, "accepted"]


def test_down_answers_nothing_and_takes_nothing(line):
    line.own("switches", {"down_seconds": 30})

    answers = [line.push(text()), line.get("message/quota"), line.client.post("/oauth2/v2.1/verify")]

    assert [answer.has_header(DROP) for answer in answers] == [True] * 3
    assert line.read("received")["received"] == []
    line.own("switches", {"down_seconds": 0})
    assert line.push(text()).status_code == 200


def test_switches_are_shown_and_unnamed_ones_stay(line):
    line.own("switches", {"lose": 3})
    line.own("switches", {"answer_429": 2})

    shown = line.read("state")["switches"]
    assert {name: shown[name] for name in ("lose", "answer_429", "answer_500")} == {
        "lose": 3,
        "answer_429": 2,
        "answer_500": 0,
    }


@pytest.mark.parametrize("values", [{"lose": -1}, {"lose": "x"}, {"lose": None}, {"other": 1}])
def test_unknown_switch_or_value_is_400(line, values):
    assert line.own("switches", values).status_code == 400


def test_push_to_who_blocked_is_200_and_shows_nothing(line):
    line.own("chats/somchai/unfollow")

    assert line.push(text("ไม่ถึง")).status_code == 200
    assert line.shown() == []
    assert line.get("message/quota/consumption").json() == {"totalUsage": 0}


def test_quota_reached_is_429_with_lines_words(line):
    line.own("switches", {"quota": 1})

    statuses = [line.push(text()).status_code for _ in range(2)]

    assert statuses == [200, 429]
    assert line.push(text()).json() == {"message": "You have reached your monthly limit."}
    assert line.get("message/quota").json() == {"type": "limited", "value": 1}


def test_quota_without_limit(line):
    line.own("switches", {"quota": None})

    assert line.get("message/quota").json() == {"type": "none"}


def test_profile_of_a_friend_and_of_who_blocked(line):
    path = f"profile/{user_id('malee')}"
    friendly = line.get(path).json()
    line.own("chats/malee/unfollow")

    assert friendly == {"userId": user_id("malee"), "displayName": "มาลี", "language": "th"}
    assert line.get(path).status_code == 404


def test_bot_info(line):
    assert {"userId", "basicId", "displayName", "chatMode", "markAsReadMode"} <= {*line.get("info").json()}


def test_reset_forgets_all_but_people(line):
    line.own("switches", {"lose": 5})
    line.own("chats/somchai/unfollow")
    line.push(text(), to="malee")
    line.own("reset")

    assert line.read("received")["received"] == []
    assert line.read("state")["switches"]["lose"] == 0
    assert all(person["is_friend"] for person in line.read("people")["people"])


def test_page_of_another_site_is_turned_away(line):
    answer = line.client.post("/simulator/api/reset", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_unknown_host_is_refused(line):
    assert line.client.get("/simulator/api/state", headers={"Host": "evil.example"}).status_code == 400


def test_keys_tell_how_often_each_was_sent(line):
    line.own("switches", {"lose": 1, "answer_429": 1})
    key = new_key()
    for _ in range(4):
        line.push(text("หนึ่ง"), key=key)

    row = line.read("keys")["keys"][0]

    assert {name: row[name] for name in ("retry_key", "requests", "accepted", "duplicate", "limited", "lost")} == {
        "retry_key": key,
        "requests": 4,
        "accepted": 1,
        "duplicate": 2,
        "limited": 1,
        "lost": 1,
    }
