"""What people do reaches the portal as LINE would say it: signed, in order, again when it was not taken."""

import base64
import hashlib
import hmac
import io
import json

import pytest
from PIL import Image

from nakhoncity.simulator import store
from nakhoncity.simulator.tests.caller import text, user_id
from nakhoncity.simulator.webhooks import BOT_ID, WAITS_S, Courier


def carry_all() -> int:
    courier, carried = Courier(), 0
    while courier.carry_next():
        carried += 1
    return carried


def make_all_due() -> None:
    with store.change() as db:
        db.execute("UPDATE webhooks SET next_at=? WHERE next_at IS NOT NULL", (store.now_ms(),))


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    return out.getvalue()


def test_text_makes_a_signed_event(line, portal, settings):
    line.own("chats/somchai/text", {"text": "ไฟดับ"})
    carry_all()

    body, event = portal.bodies[0], portal.events[0]
    digest = hmac.new(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256).digest()
    assert portal.signatures == [base64.b64encode(digest).decode()]
    assert json.loads(body)["destination"] == BOT_ID
    assert {name: event[name] for name in ("type", "mode", "source", "deliveryContext")} == {
        "type": "message",
        "mode": "active",
        "source": {"type": "user", "userId": user_id("somchai")},
        "deliveryContext": {"isRedelivery": False},
    }
    assert (event["message"]["type"], event["message"]["text"]) == ("text", "ไฟดับ")
    assert (len(event["webhookEventId"]), len(event["replyToken"])) == (26, 32)
    assert abs(event["timestamp"] - store.now_ms()) < 10_000


@pytest.mark.parametrize(
    ("path", "content", "kind", "field"),
    [
        ("location", {"latitude": 8.43, "longitude": 99.96, "title": "ตลาด"}, "message", "message"),
        ("sticker", {}, "message", "message"),
        ("postback", {"data": "a=1"}, "postback", "postback"),
        ("unfollow", {}, "unfollow", None),
    ],
)
def test_each_deed_makes_its_kind_of_event(line, portal, path, content, kind, field):
    assert line.own(f"chats/somchai/{path}", content).status_code == 201
    carry_all()

    event = portal.events[0]
    assert (event["type"], field is None or bool(event[field])) == (kind, True)
    assert ("replyToken" in event) == (kind != "unfollow")


def test_follow_after_block_says_unblocked(line, portal):
    line.own("chats/somchai/unfollow")
    line.own("chats/somchai/follow")
    carry_all()

    assert [event["type"] for event in portal.events] == ["unfollow", "follow"]
    assert portal.events[1]["follow"] == {"isUnblocked": True}


def test_postback_of_a_date_carries_it(line, portal):
    line.own("chats/somchai/postback", {"data": "day", "params": {"date": "2026-11-25"}})
    carry_all()

    assert portal.events[0]["postback"] == {"data": "day", "params": {"date": "2026-11-25"}}


def test_display_text_stands_in_the_chat_and_makes_no_event(line, portal):
    line.own("chats/somchai/postback", {"data": "a=1", "displayText": "ติดตาม"})

    assert carry_all() == 1
    assert [row["message"] for row in line.read("chats/somchai")["messages"]] == [text("ติดตาม")]


def test_photo_can_be_fetched_by_its_message_id(line, portal):
    line.client.post("/simulator/api/chats/somchai/photo", jpeg(), content_type="image/jpeg")
    carry_all()

    message = portal.events[0]["message"]
    answer = line.get(f"message/{message['id']}/content")
    assert message["contentProvider"] == {"type": "line"}
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(answer.content)).size == (40, 30)


def test_photo_that_is_none_is_refused_in_thai(line):
    answer = line.client.post("/simulator/api/chats/somchai/photo", b"no picture", content_type="image/jpeg")

    assert (answer.status_code, answer.json()["message"][:9]) == (400, "เปิดภาพนี")


def test_unsend_takes_the_message_away_and_says_so(line, portal):
    line.own("chats/somchai/text", {"text": "ความลับ"})
    message_id = line.read("chats/somchai")["messages"][0]["message_id"]
    line.own("chats/somchai/unsend", {"message_id": message_id})
    carry_all()

    assert portal.events[1]["unsend"] == {"messageId": message_id}
    assert "ความลับ" not in json.dumps(line.read("chats/somchai"), ensure_ascii=False)


def test_nobody_unsends_anothers_message(line):
    line.own("chats/somchai/text", {"text": "ของสมชาย"})
    message_id = line.read("chats/somchai")["messages"][0]["message_id"]

    assert line.own("chats/malee/unsend", {"message_id": message_id}).status_code == 404


def test_event_not_taken_comes_again_with_the_same_id_and_token(line, portal):
    portal.statuses = [500, 200]
    line.own("chats/somchai/text", {"text": "ไฟดับ"})
    carry_all()
    make_all_due()
    carry_all()

    first, second = portal.events
    assert (first["webhookEventId"], first["replyToken"]) == (second["webhookEventId"], second["replyToken"])
    assert [event["deliveryContext"]["isRedelivery"] for event in portal.events] == [False, True]
    assert line.read("state")["webhooks"] == {"waiting": 0, "given_up": 0}


def test_event_never_taken_is_given_up(line, portal):
    portal.statuses = [500] * 99
    line.own("chats/somchai/text", {"text": "ไฟดับ"})
    for _ in range(len(WAITS_S) + 5):
        make_all_due()
        carry_all()

    assert (len(portal.bodies), line.read("state")["webhooks"]) == (len(WAITS_S) + 1, {"waiting": 0, "given_up": 1})


def test_event_waits_while_nobody_listens(line, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    line.own("chats/somchai/text", {"text": "ไฟดับ"})
    carry_all()

    row = line.read("webhooks")["webhooks"][0]
    assert (row["status"], row["is_waiting"], row["error"] != "") == (None, True, True)


def test_redeliver_sends_the_last_event_once_more(line, portal):
    for words in ("หนึ่ง", "สอง"):
        line.own("chats/somchai/text", {"text": words})
    carry_all()
    line.own("redeliver")
    carry_all()

    assert [event["message"]["text"] for event in portal.events] == ["หนึ่ง", "สอง", "สอง"]
    assert portal.events[2]["webhookEventId"] == portal.events[1]["webhookEventId"]
    assert portal.events[2]["deliveryContext"] == {"isRedelivery": True}


def test_redeliver_with_nothing_sent_is_404(line):
    assert line.own("redeliver").status_code == 404


def test_who_blocks_can_say_nothing(line):
    line.own("chats/somchai/unfollow")

    answer = line.own("chats/somchai/text", {"text": "สวัสดี"})

    assert answer.status_code == 409


@pytest.mark.parametrize("words", ["", "  ", "ก" * 5001])
def test_text_one_can_not_type_is_refused(line, words):
    assert line.own("chats/somchai/text", {"text": words}).status_code == 400


def test_unknown_person_is_404(line):
    assert line.own("chats/nobody/text", {"text": "สวัสดี"}).status_code == 404
