"""From a chat into the portal's pages: a code used once, only for the portal's own pages."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from nakhoncity.simulator import store
from nakhoncity.simulator.tests.caller import text, user_id
from nakhoncity.simulator.views.liff import CODE_LIFE_MS

PORTAL = "http://localhost:8000"


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.PUBLIC_URL, settings.SIMULATOR_URL, settings.LIFF_ID = PORTAL, "http://localhost:8001", "1000000002-sim"


def ask(line, path, content, origin=PORTAL):
    return line.client.post(
        f"/liff/api/{path}", json.dumps(content), content_type="application/json", headers={"Origin": origin}
    )


def code_of(response):
    return parse_qs(urlsplit(response["Location"]).fragment)["sim"][0]


def enter(line, key="somchai"):
    return code_of(line.client.get(f"/liff/1000000002-sim/report/?as={key}"))


def session(line, key="somchai"):
    return ask(line, "exchange", {"code": enter(line, key)}).json()


def test_address_from_a_chat_leads_to_our_page_with_a_code(line):
    response = line.client.get("/liff/1000000002-sim/my/NST-69-000123/?as=somchai&from=chat")

    address = urlsplit(response["Location"])
    assert (response.status_code, f"{address.scheme}://{address.netloc}{address.path}?{address.query}") == (
        302,
        f"{PORTAL}/liff/my/NST-69-000123/?from=chat",
    )
    assert address.fragment.startswith("sim=")


def test_address_without_a_person_brings_no_code(line):
    assert line.client.get("/liff/1000000002-sim/report/")["Location"] == f"{PORTAL}/liff/report/"


@pytest.mark.parametrize("path", ["/liff/other/report/", "/liff/1000000002-sim/report/?as=nobody"])
def test_unknown_liff_id_or_person_is_404(line, path):
    assert line.client.get(path).status_code == 404


def test_code_becomes_a_token_a_user_and_a_context(line):
    answer = ask(line, "exchange", {"code": enter(line)})

    content = answer.json()
    assert answer["Access-Control-Allow-Origin"] == PORTAL
    assert content["userId"] == user_id("somchai")
    assert content["isInClient"] is True
    assert content["context"] == {
        "type": "utou",
        "userId": user_id("somchai"),
        "viewType": "full",
        "liffId": "1000000002-sim",
        "endpointUrl": f"{PORTAL}/liff/",
    }
    assert line.client.post("/oauth2/v2.1/verify", {"id_token": content["idToken"], "client_id": "1000000002"}).json()[
        "sub"
    ] == user_id("somchai")


def test_code_works_once(line):
    code = enter(line)

    assert [ask(line, "exchange", {"code": code}).status_code for _ in range(2)] == [200, 400]


def test_code_dies_after_five_minutes(line):
    code = enter(line)
    with store.change() as db:
        db.execute("UPDATE liff_codes SET made_at=made_at-?", (CODE_LIFE_MS + 1,))

    assert ask(line, "exchange", {"code": code}).status_code == 400


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost:8001"])
def test_other_origins_get_nothing(line, origin):
    code = enter(line)

    answer = ask(line, "exchange", {"code": code}, origin)

    assert (answer.status_code, answer.has_header("Access-Control-Allow-Origin")) == (403, False)
    assert ask(line, "exchange", {"code": code}).status_code == 200


def test_preflight_is_answered_for_the_portal_only(line):
    answers = [
        line.client.options("/liff/api/exchange", headers={"Origin": origin})
        for origin in (PORTAL, "https://e.example")
    ]

    assert [answer.status_code for answer in answers] == [204, 403]


@pytest.mark.parametrize("content", [{}, {"code": ""}, {"code": None}, [], {"code": ["a"]}])
def test_odd_codes_are_400(line, content):
    assert ask(line, "exchange", content).status_code == 400


def test_send_messages_stands_in_the_chat_and_makes_the_event(line, portal, settings):
    settings.PUBLIC_URL = PORTAL
    said = ask(line, "messages", {"idToken": session(line)["idToken"], "messages": [text("แจ้งเรื่องแล้ว NST-69-000123")]})

    event = line.read("webhooks")["webhooks"][0]["event"]
    row = line.read("chats/somchai")["messages"][0]
    assert said.json() == {"events": [event["webhookEventId"]]}
    assert (event["message"]["text"], row["sender"]) == ("แจ้งเรื่องแล้ว NST-69-000123", "person")
    assert "replyToken" in event


@pytest.mark.parametrize("messages", [[], [text("")], [text()] * 6, [{"type": "imagemap", "altText": "ก"}]])
def test_send_messages_refuses_what_line_refuses(line, messages):
    answer = ask(line, "messages", {"idToken": session(line)["idToken"], "messages": messages})

    assert (answer.status_code, line.read("chats/somchai")["messages"]) == (400, [])


def test_send_messages_wants_a_good_token(line):
    assert ask(line, "messages", {"idToken": "a.b.c", "messages": [text()]}).status_code == 400


def test_friendship_follows_the_block(line):
    token = session(line)["idToken"]
    before = ask(line, "friendship", {"idToken": token}).json()
    line.own("chats/somchai/unfollow")

    assert (before, ask(line, "friendship", {"idToken": token}).json()) == ({"friendFlag": True}, {"friendFlag": False})


def test_login_offers_everybody_and_comes_back(line):
    page = line.client.get("/liff/login", {"redirect": f"{PORTAL}/liff/report/"})
    response = line.client.get("/liff/login", {"redirect": f"{PORTAL}/liff/report/", "as": "malee"})

    assert all(name in page.content.decode() for name in ("สมชาย", "มาลี", "อนันต์"))
    assert response["Location"].startswith(f"{PORTAL}/liff/report/#sim=")
    assert ask(line, "exchange", {"code": code_of(response)}).json()["isInClient"] is False


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "http://localhost:8000@evil.example/", "javascript:alert(1)"]
)
def test_login_never_leads_elsewhere(line, address):
    response = line.client.get("/liff/login", {"redirect": address, "as": "malee"})

    assert response["Location"].startswith(f"{PORTAL}/liff/#sim=")


def test_sdk_is_a_script(line):
    response = line.client.get("/liff/sdk.js")

    assert (response["Content-Type"], b"window.liff" in response.content) == ("text/javascript; charset=utf-8", True)
