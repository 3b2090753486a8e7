"""A reply token answers one event, once, within a minute, and costs nothing."""

import pytest

from nakhoncity.simulator import store
from nakhoncity.simulator.tests.caller import text
from nakhoncity.simulator.webhooks import TOKEN_LIFE_MS


@pytest.fixture
def token(line) -> str:
    line.own("chats/malee/text", {"text": "สวัสดี"})
    return line.read("webhooks")["webhooks"][0]["event"]["replyToken"]


def reply(line, token, *messages):
    return line.post("message/reply", {"replyToken": token, "messages": list(messages or [text("ตอบ")])})


def test_reply_stands_in_the_chat_of_who_spoke(line, token):
    assert reply(line, token).status_code == 200

    assert (line.shown("malee"), line.shown("somchai")) == (["ตอบ"], [])


def test_second_use_is_400(line, token):
    reply(line, token)

    assert reply(line, token).json() == {"message": "Invalid reply token"}
    assert line.shown("malee") == ["ตอบ"]


def test_after_a_minute_is_400(line, token):
    with store.change() as db:
        db.execute("UPDATE reply_tokens SET sent_at=sent_at-?", (TOKEN_LIFE_MS + 1,))

    assert (reply(line, token).status_code, line.shown("malee")) == (400, [])


def test_refused_reply_does_not_spend_the_token(line, token):
    reply(line, token, text(""))

    assert reply(line, token).status_code == 200


@pytest.mark.parametrize("wrong", ["", "0" * 32, None, 7])
def test_unknown_token_is_400(line, token, wrong):
    assert reply(line, wrong).status_code == 400


def test_reply_is_free_and_push_is_counted_per_receiver(line, token):
    reply(line, token)
    line.push(text())
    line.post("message/broadcast", {"messages": [text()]})

    people = len(line.read("people")["people"])
    assert line.get("message/quota/consumption").json() == {"totalUsage": 1 + people}


def test_a_lost_reply_can_not_be_sent_again(line, token):
    line.own("switches", {"lose": 1})
    reply(line, token)

    assert (reply(line, token).status_code, line.shown("malee")) == (400, ["ตอบ"])
