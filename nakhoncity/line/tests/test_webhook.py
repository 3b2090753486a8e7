"""The webhook: LINE's signature, odd bodies, and what is kept of them."""

import json

import pytest
from django.urls import reverse

from nakhoncity.line.channel import note_bot
from nakhoncity.line.models import WebhookEvent
from nakhoncity.line.tests.factories import SOMCHAI, body_of, event, sign
from nakhoncity.line.views import MOST_BYTES

pytestmark = pytest.mark.django_db
URL = reverse("line:webhook")


def post(client, body: bytes, signature: str | None = None) -> int:
    headers = {"X-Line-Signature": sign(body) if signature is None else signature}
    return client.post(URL, data=body, content_type="application/json", headers=headers).status_code


def kept() -> list[str]:
    return list(WebhookEvent.objects.order_by("id").values_list("webhook_event_id", flat=True))


def test_webhook_keeps_an_event(client):
    sent = event(webhookEventId="e1")

    assert post(client, body_of(sent)) == 200

    row = WebhookEvent.objects.get()
    assert (row.webhook_event_id, row.kind, row.line_user_id, row.body) == ("e1", "message", SOMCHAI, sent)


def test_webhook_needs_no_csrf_token(client):
    client.handler.enforce_csrf_checks = True

    assert post(client, body_of(event())) == 200


@pytest.mark.parametrize("signature", ["", "x", "ลายเซ็น", sign(b"other"), sign(b"") + "=", "\udcff"])
def test_webhook_stores_nothing_that_is_not_signed(client, signature):
    assert post(client, body_of(event()), signature) == 401

    assert kept() == []


def test_webhook_answers_only_to_post(client):
    assert client.get(URL).status_code == 405


def test_webhook_says_yes_to_the_consoles_check(client):
    assert post(client, body_of()) == 200


def test_webhook_refuses_more_than_a_megabyte(client):
    assert post(client, b"x" * (MOST_BYTES + 1)) == 413


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"events": {}}', b"\xff\xfe", b"[" * 100_000, b"9" * 5000],
    ids=["empty", "half", "list", "null", "no list", "bytes", "deep", "digits"],
)
def test_webhook_refuses_what_is_no_webhook_body(client, body):
    assert post(client, body) == 400


DEEP = '{"webhookEventId": "deep", "timestamp": 1, "source": ' + "[" * 700 + "]" * 700 + "}"
ODD = {
    "null": "null",
    "text": '"follow"',
    "list": "[[]]",
    "no id": '{"timestamp": 1, "type": "follow"}',
    "empty id": '{"webhookEventId": "", "timestamp": 1}',
    "id of NUL": '{"webhookEventId": "\\u0000", "timestamp": 1}',
    "id as number": '{"webhookEventId": 7, "timestamp": 1}',
    "no time": '{"webhookEventId": "odd"}',
    "time as text": '{"webhookEventId": "odd", "timestamp": "1"}',
    "time as true": '{"webhookEventId": "odd", "timestamp": true}',
    "time beyond time": '{"webhookEventId": "odd", "timestamp": 99999999999999999999}',
    "time before time": '{"webhookEventId": "odd", "timestamp": -1}',
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_webhook_keeps_the_good_neighbours_of_an_odd_event(client, odd):
    first, last = json.dumps(event(webhookEventId="a")), json.dumps(event(webhookEventId="b"))
    body = f'{{"events": [{first}, {odd}, {last}]}}'.encode()

    assert post(client, body) == 200

    assert kept() == ["a", "b"]


HOSTILE = {
    "NUL": (r'"a\u0000b"', "a\0b"),
    "lone surrogate": (r'"a\ud800b"', "a\ud800b"),
    "endless number": ("1e999", float("inf")),
    "long number": ("9" * 400, float("9" * 400)),
    "NUL in a name": (r'{"a\u0000": 1}', {"a\0": 1}),
}


def test_webhook_keeps_the_good_neighbours_of_a_deep_event(client):
    first, last = json.dumps(event(webhookEventId="a")), json.dumps(event(webhookEventId="b"))

    assert post(client, f'{{"events": [{first}, {DEEP}, {last}]}}'.encode()) == 200

    assert set(kept()) - {"deep"} == {"a", "b"}


def test_webhook_keeps_nothing_that_is_meant_for_another_account(client):
    note_bot(user_id="U" + "9" * 32)

    assert post(client, body_of(event())) == 200

    assert kept() == []


def test_webhook_keeps_what_is_meant_for_our_account(client):
    note_bot(user_id="U0")

    assert post(client, body_of(event(webhookEventId="e"))) == 200

    assert kept() == ["e"]


@pytest.mark.parametrize(("raw", "stored"), HOSTILE.values(), ids=HOSTILE.keys())
def test_webhook_keeps_what_no_json_column_takes(client, raw, stored):
    body = f'{{"events": [{{"webhookEventId": "e", "timestamp": 1, "type": "new", "x": {raw}}}]}}'.encode()

    assert post(client, body) == 200

    assert WebhookEvent.objects.get().body["x"] == stored


@pytest.mark.parametrize("user_id", ["U1", SOMCHAI.replace("U", "u"), f"{SOMCHAI}\n", 5, None, {"x": 1}])
def test_webhook_takes_no_other_form_of_user_id(client, user_id):
    post(client, body_of(event(source={"type": "user", "userId": user_id})))

    assert WebhookEvent.objects.get().line_user_id == ""


def test_webhook_keeps_a_redelivered_event_once(client):
    again = event(webhookEventId="e1", deliveryContext={"isRedelivery": True})

    post(client, body_of(event(webhookEventId="e1"), again))
    post(client, body_of(again))

    assert kept() == ["e1"]


def test_webhook_keeps_a_kind_it_does_not_know(client):
    post(client, body_of(event(type="membership2")))

    assert WebhookEvent.objects.get().kind == "membership2"


@pytest.mark.parametrize("count", [3, 100])
def test_webhook_of_many_events_is_few_statements(client, django_assert_max_num_queries, count):
    body = body_of(*[event() for _ in range(count)])

    # The channel, then one INSERT; SQLite takes 999 values at once, so that 100 events are two there.
    with django_assert_max_num_queries(3):
        assert post(client, body) == 200

    assert len(kept()) == count
