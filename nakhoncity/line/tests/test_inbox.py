"""Working what came in."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from nakhoncity.line import handlers, inbox
from nakhoncity.line.flex import text
from nakhoncity.line.handlers import Handler, register_handler
from nakhoncity.line.models import OutboundMessage, WebhookEvent
from nakhoncity.line.tests.factories import MALEE, NOW, SOMCHAI, body_of, event
from nakhoncity.residents.models import Resident

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_rooms(monkeypatch):
    monkeypatch.setattr(handlers, "_handlers", [])


def work(*events: dict[str, Any]) -> int:
    inbox.store(body=body_of(*events), now=NOW)
    return inbox.sweep(now=NOW)


def message(words: str, **changes: Any) -> dict[str, Any]:
    return event(message={"id": "1", "type": "text", "text": words}, **changes)


def friendship(kind: str, seconds: int) -> dict[str, Any]:
    return event(type=kind, timestamp=int(NOW.timestamp() + seconds) * 1000)


def test_follow_makes_a_friend():
    work(friendship("follow", 0))

    resident = Resident.objects.get()
    assert (resident.line_user_id, resident.is_friend) == (SOMCHAI, True)


def test_unfollow_ends_it():
    work(friendship("follow", 0), friendship("unfollow", 5))

    assert not Resident.objects.get().is_friend


def test_older_unfollow_that_comes_late_changes_nothing():
    work(friendship("follow", 5))
    work(friendship("unfollow", 0))

    assert Resident.objects.get().is_friend


def test_unknown_text_gets_the_menu():
    work(message("อะไรก็ได้", replyToken="token"))

    row = OutboundMessage.objects.get()
    uris = [item["action"]["uri"] for item in row.payload[0]["quickReply"]["items"]]
    assert (row.kind, row.reply_token, row.line_user_id) == ("reply", "token", SOMCHAI)
    assert uris == [f"{settings.LIFF_BASE}/report/", f"{settings.LIFF_BASE}/my/"]


def test_unknown_picture_gets_silence():
    work(event(message={"id": "1", "type": "sticker"}), event(message={"id": "2", "type": "image"}))

    assert OutboundMessage.objects.count() == 0


def test_handler_gets_the_words_and_answers():
    register_handler(Handler("text", lambda one: one.text == "ราคา", lambda one, _now: [text(f"ตอบ {one.text}")]))

    work(message("ราคา\u0000 "))

    assert OutboundMessage.objects.get().payload == [{"type": "text", "text": "ตอบ ราคา"}]


def test_handler_gets_the_data_of_a_button():
    register_handler(Handler("postback", lambda _one: True, lambda one, _now: [text(one.data)]))

    work(event(type="postback", postback={"data": "answer:good"}, message=None))

    assert OutboundMessage.objects.get().payload == [{"type": "text", "text": "answer:good"}]


def test_handler_of_lower_order_is_asked_first():
    register_handler(Handler("text", lambda _one: True, lambda _one, _now: [text("สอง")]))
    register_handler(Handler("text", lambda _one: True, lambda _one, _now: [text("หนึ่ง")], order=1))

    work(message("ก"))

    assert OutboundMessage.objects.get().payload == [{"type": "text", "text": "หนึ่ง"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "standby"},
        {"source": {"type": "group", "groupId": "G", "userId": SOMCHAI}},
        {"source": {"type": "user"}},
        {"source": None},
        {"message": "odd"},
        {"type": "new-kind"},
    ],
)
def test_event_that_is_not_for_us_gets_silence(changes):
    work(message("ก") | changes)

    assert OutboundMessage.objects.count() == 0
    assert WebhookEvent.objects.get().state == "ignored"


@pytest.mark.parametrize("token", [None, "", 5, "x" * 65, "a\u0000b"])
def test_event_without_a_reply_token_gets_silence(token):
    work(message("ก") | {"replyToken": token})

    assert OutboundMessage.objects.count() == 0
    assert WebhookEvent.objects.get().state == "done"


def test_event_is_worked_once():
    work(message("ก", webhookEventId="e"))
    work(message("ก", webhookEventId="e"))

    assert OutboundMessage.objects.count() == 1


def test_event_leased_by_another_sweep_is_left_alone():
    inbox.store(body=body_of(message("ก")), now=NOW)
    WebhookEvent.objects.update(lease_until=NOW + MINUTE)

    assert inbox.sweep(now=NOW) == 0
    assert inbox.sweep(now=NOW + MINUTE) == 1


def test_events_are_worked_as_they_happened():
    asked: list[str] = []
    register_handler(Handler("text", lambda _one: True, lambda one, _now: asked.append(one.text) or []))

    work(message("สอง", timestamp=2000), message("หนึ่ง", timestamp=1000))

    assert asked == ["หนึ่ง", "สอง"]


def break_down(one: Any, now: Any) -> Any:
    raise RuntimeError


def test_event_that_fails_does_not_stop_the_others():
    register_handler(Handler("text", lambda one: one.text == "พัง", break_down))

    work(message("พัง"), message("ดี", source={"type": "user", "userId": MALEE}))

    assert list(WebhookEvent.objects.order_by("id").values_list("state", "error")) == [
        ("received", "RuntimeError"),
        ("done", ""),
    ]


def test_event_that_fails_five_times_is_put_aside():
    register_handler(Handler("text", lambda _one: True, break_down))
    work(message("พัง"))

    worked = [inbox.sweep(now=NOW + minute * MINUTE) for minute in range(1, 7)]

    assert (worked, WebhookEvent.objects.get().state) == ([1, 1, 1, 1, 0, 0], "failed")


def test_message_taken_back_leaves_the_store():
    inbox.store(body=body_of(event(message={"id": "77", "type": "text", "text": "ความลับ"})), now=NOW)
    work(event(type="unsend", unsend={"messageId": "77"}, message=None))

    assert WebhookEvent.objects.order_by("id")[0].body["message"] == {"id": "77", "type": "unsent"}


def test_message_of_another_person_can_not_be_taken_back():
    inbox.store(body=body_of(event(message={"id": "77", "type": "text", "text": "ข้อความ"})), now=NOW)
    work(event(type="unsend", unsend={"messageId": "77"}, source={"type": "user", "userId": MALEE}))

    assert WebhookEvent.objects.order_by("id")[0].body["message"]["text"] == "ข้อความ"


@pytest.mark.parametrize("unsend", [None, "x", [], {}])
def test_odd_unsend_is_done(unsend):
    work(event(type="unsend", unsend=unsend))

    assert WebhookEvent.objects.get().state == "done"
