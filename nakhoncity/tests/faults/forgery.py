"""Fifteen forged ID tokens, handed in while the verify call says yes to each of them."""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from nakhoncity.tests.faults.rig import Rig, Visitor

CHANNEL = "1000000002"
YEAR_S = 31_536_000


def forge(rig: Rig) -> dict[str, str]:
    """The tokens by what is wrong with them; all readable, most of them even signed by the simulator's own key."""
    now = int(time.time())

    def signed(**claims: Any) -> str:
        token: str = rig.ask("people/somchai/id-token", {"claims": claims})["idToken"]
        return token

    head, body, signature = signed().split(".")
    return {
        "issuer of another name": signed(iss="https://access.line.me.example"),
        "no issuer": signed(iss=None),
        "channel of another": signed(aud="1000000001"),
        "list of channels": signed(aud=[CHANNEL]),
        "no subject": signed(sub=None),
        "subject of a group": signed(sub="C" + "1" * 32),
        "subject with a line break": signed(sub="U" + "1" * 32 + "\n"),
        "expired": signed(exp=now - 1),
        "no expiry": signed(exp=None),
        "expiry as text": signed(exp=str(now + 3000)),
        "issued tomorrow": signed(iat=now + 86_400, exp=now + 87_000),
        "valid for a year": signed(exp=now + YEAR_S),
        "unsigned": ".".join([_pack({"alg": "none"}), body, signature]),
        "signed with the channel's secret": ".".join([_pack({"alg": "HS256"}), body, signature]),
        "without its signature": ".".join([head, body, ""]),
    }


def _pack(head: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip("=")


def hand_in(rig: Rig) -> dict[str, tuple[int, int]]:
    """For each forged token, and a good one: what the verify call said, and what our sign-in said."""
    tokens = {**forge(rig), "good": rig.ask("people/somchai/id-token", {})["idToken"]}
    rig.ask("switches", {"verify_yes": 1})
    said = {name: (_verify(rig, token), Visitor(rig).sign_in(token)) for name, token in tokens.items()}
    rig.ask("switches", {"verify_yes": 0})
    return said


def _verify(rig: Rig, token: str) -> int:
    data = urllib.parse.urlencode({"id_token": token, "client_id": CHANNEL}).encode()
    try:
        with urllib.request.urlopen(f"{rig.place.simulator_url}/oauth2/v2.1/verify", data, timeout=20) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
