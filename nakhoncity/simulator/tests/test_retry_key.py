"""X-Line-Retry-Key: the same request again is taken once."""

from nakhoncity.simulator import store
from nakhoncity.simulator.messaging import KEY_LIFE_MS
from nakhoncity.simulator.tests.caller import new_key, text, user_id


def test_same_key_and_body_is_409_and_shown_once(line):
    key = new_key()

    first, second = line.push(text("หนึ่ง"), key=key), line.push(text("หนึ่ง"), key=key)

    assert (first.status_code, second.status_code) == (200, 409)
    assert second["x-line-accepted-request-id"] == first["x-line-request-id"]
    assert second.json() == {"message": "The retry key is already accepted", **first.json()}
    assert line.shown() == ["หนึ่ง"]


def test_same_key_with_another_body_is_400(line):
    key = new_key()
    line.push(text("หนึ่ง"), key=key)

    answer = line.push(text("สอง"), key=key)

    assert (answer.status_code, line.shown()) == (400, ["หนึ่ง"])


def test_key_is_free_again_after_a_refusal(line):
    key = new_key()
    line.push(text(""), key=key)

    assert line.push(text("หนึ่ง"), key=key).status_code == 200


def test_key_is_forgotten_after_24_hours(line):
    key = new_key()
    line.push(text("หนึ่ง"), key=key)
    with store.change() as db:
        db.execute("UPDATE retry_keys SET at=at-?", (KEY_LIFE_MS + 1,))

    assert line.push(text("สอง"), key=key).status_code == 200
    assert line.shown() == ["หนึ่ง", "สอง"]


def test_key_that_is_no_uuid_is_400(line):
    assert line.push(text(), key="1").json() == {"message": "The retry key is invalid"}


def test_key_on_reply_is_400_and_leaves_the_token_good(line):
    line.own("chats/somchai/text", {"text": "สวัสดี"})
    token = line.read("webhooks")["webhooks"][0]["event"]["replyToken"]
    content = {"replyToken": token, "messages": [text("ตอบ")]}

    statuses = [line.post("message/reply", content, key=key).status_code for key in (new_key(), "")]

    assert statuses == [400, 200]


def test_same_key_on_multicast_and_broadcast_is_409(line):
    to = [user_id("somchai"), user_id("malee"), user_id("somchai")]
    for path, content in (("multicast", {"to": to, "messages": [text("ก")]}), ("broadcast", {"messages": [text("ข")]})):
        key = new_key()
        statuses = [line.post(f"message/{path}", content, key=key).status_code for _ in range(2)]
        assert (path, statuses) == (path, [200, 409])

    assert (line.shown("somchai"), line.shown("malee"), line.shown("anan")) == (["ก", "ข"], ["ก", "ข"], ["ข"])


def test_received_tells_each_request_with_its_outcome(line):
    key = new_key()
    for words in ("หนึ่ง", "หนึ่ง", "สอง"):
        line.push(text(words), key=key)

    rows = line.read("received")["received"]

    assert [(row["outcome"], row["status"], row["retry_key"]) for row in rows] == [
        ("accepted", 200, key),
        ("duplicate", 409, key),
        ("refused", 400, key),
    ]
    assert [row["users"] for row in rows] == [["somchai"]] * 3
