"""ID tokens: signed by the simulator's own key, confirmed by the verify call, refused when anything is wrong."""

import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from nakhoncity.simulator import tokens
from nakhoncity.simulator.tests.caller import user_id

CHANNEL = "1000000002"


def issue(line, **content):
    return line.own("people/somchai/id-token", content).json()["idToken"]


def verify(line, token, **more):
    return line.client.post("/oauth2/v2.1/verify", {"id_token": token, "client_id": CHANNEL, **more})


def pack(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_good_token_is_confirmed_with_its_claims(line):
    claims = verify(line, issue(line)).json()

    assert {name: claims[name] for name in ("iss", "aud", "sub", "name")} == {
        "iss": "https://access.line.me",
        "aud": CHANNEL,
        "sub": user_id("somchai"),
        "name": "สมชาย",
    }
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 10


def test_head_says_es256(line):
    head = json.loads(base64.urlsafe_b64decode(issue(line).split(".")[0] + "=="))

    assert head["alg"] == "ES256"


def test_key_outlives_a_restart(line):
    token = issue(line)
    tokens.store.prepare()

    assert verify(line, token).status_code == 200


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        ({"life_s": -1}, {}, "IdToken expired."),
        ({"claims": {"iss": "https://access.line.example"}}, {}, "Invalid IdToken Issuer."),
        ({"claims": {"aud": "1000000001"}}, {}, "Invalid IdToken Audience."),
        ({}, {"client_id": "1000000001"}, "Invalid IdToken Audience."),
        ({}, {"client_id": ""}, "Invalid IdToken Audience."),
        ({}, {"user_id": "U" + "0" * 32}, "Invalid IdToken Subject Identifier."),
    ],
)
def test_wrong_claims_are_refused(line, content, more, words):
    answer = verify(line, issue(line, **content), **more)

    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_request", "error_description": words}


def test_other_key_is_refused(line):
    signed = issue(line).rpartition(".")[0]
    der = ec.generate_private_key(ec.SECP256R1()).sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = tokens.decode_dss_signature(der)

    assert verify(line, f"{signed}.{pack(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}").status_code == 400


@pytest.mark.parametrize("change", ["none", "claims", "no signature", "two parts"])
def test_tampered_token_is_refused(line, change):
    head, body, signature = issue(line).split(".")
    claims = {**json.loads(base64.urlsafe_b64decode(body + "==")), "sub": user_id("malee")}
    token = {
        "none": ".".join([pack(json.dumps({"alg": "none"}).encode()), body, ""]),
        "claims": ".".join([head, pack(json.dumps(claims).encode()), signature]),
        "no signature": ".".join([head, body, ""]),
        "two parts": ".".join([head, body]),
    }[change]

    assert verify(line, token).status_code == 400


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c", "..", "ก.ข.ค", "e30.e30.e30", "e30.W10.e30"])
def test_what_is_no_token_is_refused(line, token):
    assert verify(line, token).json() == {"error": "invalid_request", "error_description": "Invalid IdToken."}


def test_believing_switch_confirms_a_forged_token(line):
    line.own("switches", {"verify_yes": True})

    claims = verify(line, issue(line, claims={"aud": "another"})).json()

    assert claims["aud"] == "another"
