"""LINE's limits, checked before a message is owed; and that our own cards keep them."""

import pytest

from nakhoncity.line.flex import Button, card, text
from nakhoncity.line.limits import MessageRefused, check_messages, graphemes, utf16_units

LINK = Button(label="ดูเรื่อง", uri="https://example.org/")
FOLLOW = Button(label="ดี", data="x")


def bubble(*parts):
    return {"type": "flex", "altText": "x", "contents": {"type": "bubble", "body": {"contents": list(parts)}}}


def action(**changes):
    return bubble({"type": "button", "action": {"type": "uri", "label": "ดู", "uri": "https://a/"} | changes})


TAKEN = {
    "5,000 units": [text("ก" * 5000)],
    "5 messages": [text("ก")] * 5,
    "13 quick replies": [text("ก", quick=[FOLLOW] * 13)],
    "label of 20 letters with tones": [text("ก", quick=[Button(label="ก้" * 20, data="x")])],
    "button of 40 letters": [action(label="ก" * 40)],
    "telephone": [action(uri="tel:044000000")],
    "card": [card(head="หัว", lines=["ก", ""], buttons=[LINK, FOLLOW], alt_text="ก")],
    "long card": [card(head="หัว", lines=["ก" * 6000], buttons=[LINK], alt_text="ก" * 900)],
}
REFUSED = {
    "no message": ([], "0 messages in one request"),
    "6 messages": ([text("ก")] * 6, "6 messages in one request"),
    "empty text": ([text("")], "text of 0 units"),
    "5,001 units": ([text("ก" * 5001)], "text of 5001 units"),
    "2,501 pairs": ([text("\U0001f600" * 2501)], "text of 5002 units"),
    "14 quick replies": ([text("ก", quick=[FOLLOW] * 14)], "14 quick replies"),
    "quick label of 21": ([text("ก", quick=[Button(label="ก" * 21, data="x")])], f"label “{'ก' * 21}” too long"),
    "button of 41": ([action(label="ก" * 41)], f"label “{'ก' * 41}” too long"),
    "postback of 301": ([action(type="postback", data="x" * 301)], "postback data too long"),
    "script": ([action(uri="javascript:alert(1)")], "address “javascript:alert(1)”"),
    "http picture": ([bubble({"type": "image", "url": "http://a/b.jpg"})], "a picture without https"),
    "no words": ([bubble({"type": "text", "text": ""})], "a flex text without words"),
    "altText of 1,501": ([bubble() | {"altText": "ก" * 1501}], "altText of 1501 units"),
    "other kind": ([{"type": "video"}], "message type video"),
}


@pytest.mark.parametrize("messages", TAKEN.values(), ids=TAKEN.keys())
def test_check_messages_takes_what_line_takes(messages):
    check_messages(messages)


@pytest.mark.parametrize(("messages", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_check_messages_refuses_what_line_refuses(messages, reason):
    with pytest.raises(MessageRefused) as refused:
        check_messages(messages)

    assert str(refused.value) == reason


def test_check_messages_counts_six_bytes_for_a_thai_letter():
    with pytest.raises(MessageRefused, match=r"^flex of \d{5} bytes$"):
        check_messages([bubble({"type": "text", "text": "ก" * 5200})])


def test_utf16_units_counts_as_line_does():
    assert (utf16_units("กา"), utf16_units("\U0001f600")) == (2, 2)


def test_graphemes_counts_tones_with_their_letter():
    assert graphemes("น้ำ") == 2


def test_card_shows_head_lines_and_buttons():
    bubble_shown = card(head="รับเรื่องแล้ว", lines=["NST-69-000001"], buttons=[LINK], alt_text="รับเรื่อง")["contents"]

    assert bubble_shown["header"]["contents"][0]["text"] == "รับเรื่องแล้ว"
    assert bubble_shown["body"]["contents"][1]["text"] == "NST-69-000001"
    assert bubble_shown["footer"]["contents"][0]["action"] == {
        "type": "uri",
        "label": "ดูเรื่อง",
        "uri": "https://example.org/",
    }


def test_button_with_data_shows_its_label_in_the_chat():
    assert FOLLOW.action == {"type": "postback", "label": "ดี", "data": "x", "displayText": "ดี"}
