"""ID tokens: what LINE's yes is worth, and what is refused in spite of it."""

import base64
import json
from typing import Any

import pytest
from django.urls import reverse

from nakhoncity.line import views
from nakhoncity.line.login import Identity, LineAway, TokenRefused, verify_id_token
from nakhoncity.line.tests.factories import MALEE, NOW, SOMCHAI
from nakhoncity.residents.models import Resident, ResidentSession

MOMENT = int(NOW.timestamp())
HEAD = {"alg": "ES256", "typ": "JWT", "kid": "k"}


def claims(**changes: Any) -> dict[str, Any]:
    good = {
        "iss": "https://access.line.me",
        "sub": SOMCHAI,
        "aud": "1000000002",
        "exp": MOMENT + 3000,
        "iat": MOMENT - 600,
        "name": "สมชาย",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def pack(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def token(part: Any = None, head: Any = HEAD) -> str:
    return f"{pack(head)}.{pack(claims() if part is None else part)}.c2lnbmVk"


def test_verify_id_token_gives_the_person(line):
    assert verify_id_token(token=token(), now=NOW) == Identity(SOMCHAI, "สมชาย")


def test_verify_id_token_asks_line_with_our_channel(line):
    verify_id_token(token=token(), now=NOW)

    assert line.received[0].body.decode() == f"id_token={token()}&client_id=1000000002"


DEEP = "[" * 2900
TWICE = json.dumps(claims())[:-1] + f', "sub": "{MALEE}"}}'

FORGED = {
    "other issuer": (token(claims(iss="https://access.line.me.example")), "wrong issuer"),
    "no issuer": (token(claims(iss=None)), "wrong issuer"),
    "other channel": (token(claims(aud="1000000001")), "meant for another channel"),
    "list of channels": (token(claims(aud=["1000000002"])), "meant for another channel"),
    "no subject": (token(claims(sub=None)), "no user"),
    "subject of another form": (token(claims(sub=f"{SOMCHAI}\n")), "no user"),
    "subject as number": (token(claims(sub=1)), "no user"),
    "expired this second": (token(claims(exp=MOMENT)), "expired"),
    "no expiry": (token(claims(exp=None)), "no times"),
    "expiry as text": (token(claims(exp=str(MOMENT + 3000))), "no times"),
    "expiry as true": (token(claims(exp=True)), "no times"),
    "issued tomorrow": (token(claims(iat=MOMENT + 86400, exp=MOMENT + 87000)), "issued in the future"),
    "valid for a year": (token(claims(exp=MOMENT + 31_536_000)), "valid for too long"),
    "unsigned": (token(head={"alg": "none"}), "unknown algorithm"),
    "signed with the secret": (token(head={"alg": "HS256"}), "unknown algorithm"),
    "two parts": (f"{pack(HEAD)}.{pack(claims())}", "not a signed token"),
    "empty signature": (f"{pack(HEAD)}.{pack(claims())}.", "not a signed token"),
    "empty": ("", "not a signed token"),
    "too long": (token(claims(name="x" * 4096)), "not a signed token"),
    "other letters": (f"{pack(HEAD)}.ก.c2lnbmVk", "not a signed token"),
    "blanks inside": (token().replace(".", ". "), "not a signed token"),
    "not base64": (f"{pack(HEAD)}.{'a' * 5}.c2lnbmVk", "a part is not readable"),
    "not JSON": (f"{pack(HEAD)}.bm8.c2lnbmVk", "a part is not readable"),
    "a claim given twice": (
        f"{pack(HEAD)}.{base64.urlsafe_b64encode(TWICE.encode()).decode().rstrip('=')}.c2ln",
        "a part is not readable",
    ),
    "given to another channel": (token(claims(azp="1000000001")), "given to another channel"),
    "odd nonce": (token(claims(nonce={"a": 1})), "odd nonce"),
    "a nonce LINE does not know": (token(claims(nonce="n")), "LINE's answer speaks of another token"),
    "expiry as fraction": (token(claims(exp=MOMENT + 3000.5)), "no times"),
    "issued before time": (token(claims(iat=-1)), "no times"),
    "subject of a group": (token(claims(sub="C" + "1" * 32)), "no user"),
    "subject of somebody else": (token(claims(sub=MALEE)), "LINE's answer speaks of another token"),
    "nested deeply": (
        f"{pack(HEAD)}.{base64.urlsafe_b64encode(DEEP.encode()).decode().rstrip('=')}.c2ln",
        "a part is not readable",
    ),
    "claims as list": (token([]), "a part is not an object"),
}


@pytest.mark.parametrize(("forged", "reason"), FORGED.values(), ids=FORGED.keys())
def test_verify_id_token_refuses_even_if_line_says_yes(line, forged, reason):
    line.claims = claims()

    with pytest.raises(TokenRefused) as refused:
        verify_id_token(token=forged, now=NOW)

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (claims(sub=MALEE), "LINE's answer speaks of another token"),
        (claims(exp=MOMENT + 2999), "LINE's answer speaks of another token"),
        (claims(iat=MOMENT - 599), "LINE's answer speaks of another token"),
        (claims(aud="1000000001"), "meant for another channel"),
        (claims(exp=MOMENT - 1), "expired"),
        ([1], "LINE's answer is not an object"),
    ],
)
def test_verify_id_token_refuses_when_line_speaks_of_another_token(line, said, reason):
    line.claims = said

    with pytest.raises(TokenRefused) as refused:
        verify_id_token(token=token(), now=NOW)

    assert str(refused.value) == reason


def test_verify_id_token_refuses_what_line_refuses(line):
    line.verify_status = 400

    with pytest.raises(TokenRefused, match=r"^LINE says no$"):
        verify_id_token(token=token(), now=NOW)


def test_verify_id_token_says_when_line_is_away(line):
    line.verify_status = 500

    with pytest.raises(LineAway):
        verify_id_token(token=token(), now=NOW)


@pytest.mark.parametrize("status", [301, 302, 307, 429, 503])
def test_verify_id_token_takes_no_other_answer_for_a_no(line, status):
    line.verify_status = status

    with pytest.raises(LineAway):
        verify_id_token(token=token(), now=NOW)


def test_verify_id_token_says_when_nobody_listens(settings):
    settings.LINE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(LineAway):
        verify_id_token(token=token(), now=NOW)


@pytest.mark.parametrize("name", ["ก\u0000ข", "ก\ud800ข"])
def test_verify_id_token_gives_a_name_that_a_database_takes(line, name):
    line.claims = claims(name=name)

    assert verify_id_token(token=token(), now=NOW).name == "กข"


@pytest.fixture
def at_ten(monkeypatch):
    monkeypatch.setattr(views.timezone, "now", lambda: NOW)


@pytest.mark.django_db
def test_session_signs_a_resident_in(client, line, at_ten):
    response = client.post(reverse("line:session"), {"id_token": token()})

    resident = Resident.objects.get()
    assert (response.status_code, resident.line_user_id) == (204, SOMCHAI)
    assert ResidentSession.objects.get().resident == resident
    assert response.cookies["resident"]["httponly"]


@pytest.mark.django_db
def test_session_believes_no_user_id_from_the_browser(client, line, at_ten):
    client.post(reverse("line:session"), {"id_token": token(), "user_id": MALEE, "sub": MALEE})

    assert Resident.objects.get().line_user_id == SOMCHAI


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "verify_status", "status"),
    [({}, 200, 401), ({"id_token": token()}, 400, 401), ({"id_token": token()}, 500, 503)],
)
def test_session_sets_no_cookie_without_a_yes(client, line, at_ten, data, verify_status, status):
    line.verify_status = verify_status

    response = client.post(reverse("line:session"), data)

    assert (response.status_code, "resident" in response.cookies) == (status, False)
    assert Resident.objects.count() == 0


@pytest.mark.django_db
def test_session_slows_down_who_tries_too_often(client, line, at_ten, monkeypatch):
    monkeypatch.setattr(views, "SIGN_INS_PER_MINUTE", 1)
    client.post(reverse("line:session"), {"id_token": "x"})

    response = client.post(reverse("line:session"), {"id_token": token()})

    assert (response.status_code, Resident.objects.count()) == (429, 0)


@pytest.mark.django_db
def test_session_asks_for_a_csrf_token(client, line, at_ten):
    client.handler.enforce_csrf_checks = True

    response = client.post(reverse("line:session"), {"id_token": token()})

    assert (response.status_code, Resident.objects.count()) == (403, 0)


def test_session_is_no_page(client):
    assert client.get(reverse("line:session")).status_code == 405
