"""What LINE refuses is refused, with LINE's shape of an error; what it takes at the limit is taken."""

import pytest

from nakhoncity.simulator.tests.caller import bubble, flex, quick, text, user_id

POSTBACK = {"type": "postback", "label": "ตกลง", "data": "a=1"}


def button(**action):
    return {"type": "button", "action": {**POSTBACK, **action}}


def image(url):
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": url}


def box(**more):
    return bubble({"type": "box", "layout": "vertical", "contents": [], **more})


REFUSED = {
    "no messages": [],
    "6 messages": [text()] * 6,
    "empty text": [text("")],
    "text of blanks": [text("  ")],
    "5,001 letters": [text("ก" * 5001)],
    "2,501 pairs": [text("\U0001f600" * 2501)],
    "unknown type": [{"type": "shout", "text": "ก"}],
    "no type": [{"text": "ก"}],
    "no message": ["ก"],
    "14 quick replies": [text(quickReply=quick(*[POSTBACK] * 14))],
    "no quick replies": [text(quickReply={"items": []})],
    "quick reply without label": [text(quickReply=quick({"type": "message", "text": "ก"}))],
    "label of 21": [text(quickReply=quick({**POSTBACK, "label": "ก" * 21}))],
    "postback data of 301": [text(quickReply=quick({**POSTBACK, "data": "a" * 301}))],
    "message of 301": [text(quickReply=quick({"type": "message", "label": "ก", "text": "ก" * 301}))],
    "address of a script": [text(quickReply=quick({"type": "uri", "label": "ก", "uri": "javascript:alert(1)"}))],
    "unknown action": [text(quickReply=quick({"type": "dance", "label": "ก"}))],
    "http picture": [image("http://portal.example/a.jpg")],
    "picture from nowhere": [image("")],
    "altText of 1,501": [flex(bubble(), alt_text="ก" * 1501)],
    "no altText": [flex(bubble(), alt_text="")],
    "flex of nothing": [flex({})],
    "flex of a box": [flex({"type": "box", "layout": "vertical", "contents": []})],
    "bubble without blocks": [flex({"type": "bubble"})],
    "bubble of an unknown size": [flex(bubble(size="huge"))],
    "bubble with an unknown field": [flex(bubble(colour="#000000"))],
    "body that is a text": [flex({"type": "bubble", "body": {"type": "text", "text": "ก"}})],
    "bubble over 30 KB": [flex(bubble(*[{"type": "text", "text": "ก" * 500}] * 11))],
    "13 bubbles": [flex({"type": "carousel", "contents": [bubble()] * 13})],
    "no bubbles": [flex({"type": "carousel", "contents": []})],
    "carousel over 50 KB": [
        flex({"type": "carousel", "contents": [bubble(*[{"type": "text", "text": "ก" * 500}] * 6)] * 3})
    ],
    "carousel in a carousel": [flex({"type": "carousel", "contents": [{"type": "carousel", "contents": []}]})],
    "box without layout": [flex(box(layout=None))],
    "box without contents": [flex(box(contents=None))],
    "box with an unknown field": [flex(box(colour="#000000"))],
    "unknown part": [flex(bubble({"type": "table"}))],
    "empty flex text": [flex(bubble({"type": "text", "text": ""}))],
    "colour by name": [flex(bubble({"type": "text", "text": "ก", "color": "red"}))],
    "button without action": [flex(bubble({"type": "button"}))],
    "button of an unknown style": [flex(bubble({**button(), "style": "loud"}))],
    "flex label of 41": [flex(bubble(button(label="ก" * 41)))],
    "flex postback data of 301": [flex(bubble(button(data="a" * 301)))],
    "http picture in flex": [flex(bubble({"type": "image", "url": "http://portal.example/a.jpg"}))],
    "location off the map": [{"type": "location", "title": "ก", "address": "ข", "latitude": 91, "longitude": 0}],
}
TAKEN = {
    "5 messages": [text()] * 5,
    "5,000 letters": [text("ก" * 5000)],
    "13 quick replies": [text(quickReply=quick(*[POSTBACK] * 13))],
    "label of 20 letters with marks": [text(quickReply=quick({**POSTBACK, "label": "ที่" * 20}))],
    "camera and place": [
        text(quickReply=quick({"type": "camera", "label": "ถ่ายภาพ"}, {"type": "location", "label": "ตำแหน่ง"}))
    ],
    "altText of 1,500": [flex(bubble(), alt_text="ก" * 1500)],
    "12 bubbles": [flex({"type": "carousel", "contents": [bubble()] * 12})],
    "flex label of 40": [flex(bubble(button(label="ก" * 40)))],
    "https picture": [image("https://portal.example/a.jpg")],
    "place": [{"type": "location", "title": "ก", "address": "ข", "latitude": 8.43, "longitude": 99.96}],
    "sticker": [{"type": "sticker", "packageId": "446", "stickerId": "1988"}],
}


@pytest.mark.parametrize("messages", REFUSED.values(), ids=REFUSED)
def test_push_refuses(line, messages):
    answer = line.push(*messages)

    assert answer.status_code == 400
    assert {*answer.json()} == {"message", "details"}
    assert all({*detail} == {"message", "property"} for detail in answer.json()["details"])
    assert line.read("chats/somchai")["messages"] == []


@pytest.mark.parametrize("messages", TAKEN.values(), ids=TAKEN)
def test_push_takes(line, messages):
    answer = line.push(*messages)

    assert (answer.status_code, len(answer.json()["sentMessages"])) == (200, len(messages))
    assert [row["message"] for row in line.read("chats/somchai")["messages"]] == messages


@pytest.mark.parametrize("kind", ["push", "reply", "multicast", "broadcast"])
def test_validate_refuses_and_takes_without_sending(line, kind):
    statuses = [line.post(f"message/validate/{kind}", {"messages": [text(words)]}).status_code for words in ("", "ก")]

    assert (statuses, line.shown()) == ([400, 200], [])


def test_refusal_names_the_property(line):
    assert line.push(text(), text("")).json() == {
        "message": "The request body has 1 error(s)",
        "details": [{"message": "May not be empty", "property": "messages[1].text"}],
    }


def test_flex_refusal_names_the_message_and_the_part(line):
    answer = line.push(flex(bubble({"type": "text", "text": ""}))).json()

    assert answer["message"] == "A message (messages[0]) in the request body is invalid"
    assert answer["details"] == [{"message": "May not be empty", "property": "/body/contents/0/text"}]


@pytest.mark.parametrize("to", ["U" + "0" * 32, "somchai", "", None, 5, ["U" + "0" * 32]])
def test_push_to_nobody_is_400(line, to):
    assert line.post("message/push", {"to": to, "messages": [text()]}).status_code == 400


@pytest.mark.parametrize("to", [None, [], [[]], ["somchai"], ["U" + "0" * 32] * 501])
def test_multicast_to_no_list_of_ids_is_400(line, to):
    assert line.post("message/multicast", {"to": to, "messages": [text()]}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"to": 1, "to2": 2}'])
def test_body_that_is_no_request_is_400(line, body):
    assert line.post("message/push", body).status_code == 400


def test_unknown_field_is_400(line):
    content = {"to": user_id("somchai"), "messages": [text()], "colour": "red"}

    assert line.post("message/push", content).status_code == 400


def test_wrong_or_missing_token_is_401(line):
    content = {"to": user_id("somchai"), "messages": [text()]}

    statuses = [line.post("message/push", content, token=token).status_code for token in ("", "other", "ก")]

    assert (statuses, line.shown()) == ([401, 401, 401], [])


def test_wrong_method_is_405(line):
    assert line.get("message/push").status_code == 405


def test_every_answer_has_its_own_request_id(line):
    ids = {line.push(text(words))["x-line-request-id"] for words in ("ก", "", "ข")}

    assert len(ids) == 3
