"""Who is it? An ID token of LINE Login, verified by LINE and checked once more by us."""

import base64
import binascii
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from django.conf import settings

from nakhoncity.kit.thai import clean_text

ISSUER = "https://access.line.me"
REAL_BASE = "https://api.line.me"
TIMEOUT_S = 5
MOST_LENGTH = 4096
MOST_AGE = timedelta(hours=1)
SKEW = timedelta(minutes=2)
USER_ID = re.compile(r"U[0-9a-f]{32}\Z")
PART = re.compile(r"[A-Za-z0-9_-]+\Z")
# What LINE's answer and the token itself have to say alike.
COMPARED = ("iss", "aud", "sub", "exp", "iat", "nonce", "azp")


class TokenRefused(Exception):
    """Not a token we trust; the text says why, for the log, and holds nothing of the token."""


class LineAway(Exception):
    """LINE did not answer whether a token is good."""


@dataclass(frozen=True)
class Identity:
    """The person a token speaks of."""

    user_id: str
    name: str


def verify_id_token(*, token: str, now: datetime) -> Identity:
    """The person of a LIFF ID token (ES256, valid one hour).

    Raises TokenRefused, even where LINE says yes, and LineAway when LINE can't be asked.
    """
    own = _read_claims(token)
    _check_claims(own, now)
    said = _ask_line(token)
    _check_claims(said, now)
    if any(said.get(name) != own.get(name) for name in COMPARED):
        msg = "LINE's answer speaks of another token"
        raise TokenRefused(msg)
    return Identity(user_id=said["sub"], name=_name(said.get("name")))


def _name(value: object) -> str:
    return clean_text(value)[:100] if isinstance(value, str) else ""


def _read_claims(token: str) -> dict[str, Any]:
    parts = token.split(".") if len(token) <= MOST_LENGTH else []
    if len(parts) != 3 or not all(PART.match(part) for part in parts):
        msg = "not a signed token"
        raise TokenRefused(msg)
    header, claims = _decode(parts[0]), _decode(parts[1])
    if header.get("alg") != "ES256":
        msg = "unknown algorithm"
        raise TokenRefused(msg)
    return claims


def _decode(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), object_pairs_hook=_once)
    except (binascii.Error, ValueError, RecursionError) as error:
        msg = "a part is not readable"
        raise TokenRefused(msg) from error
    if not isinstance(value, dict):
        msg = "a part is not an object"
        raise TokenRefused(msg)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a name that stands in it twice means one thing to one reader and another to the next."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _check_claims(claims: dict[str, Any], now: datetime) -> None:
    if claims.get("iss") != ISSUER:
        msg = "wrong issuer"
        raise TokenRefused(msg)
    if claims.get("aud") != settings.LINE_LOGIN_CHANNEL_ID:
        msg = "meant for another channel"
        raise TokenRefused(msg)
    if claims.get("azp", settings.LINE_LOGIN_CHANNEL_ID) != settings.LINE_LOGIN_CHANNEL_ID:
        msg = "given to another channel"
        raise TokenRefused(msg)
    if not isinstance(claims.get("nonce", ""), str):
        msg = "odd nonce"
        raise TokenRefused(msg)
    _check_person(claims)
    _check_times(claims, now)


def _check_person(claims: dict[str, Any]) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not USER_ID.match(subject):
        msg = "no user"
        raise TokenRefused(msg)


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    # A plain int: true is 1 to Python, and 1.5 is no moment.
    if type(expires) is not int or type(issued) is not int or issued <= 0:
        msg = "no times"
        raise TokenRefused(msg)
    moment = now.timestamp()
    if expires <= moment:
        msg = "expired"
        raise TokenRefused(msg)
    if issued > moment + SKEW.total_seconds():
        msg = "issued in the future"
        raise TokenRefused(msg)
    if expires - issued > MOST_AGE.total_seconds():
        msg = "valid for too long"
        raise TokenRefused(msg)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Where LINE's address sends us elsewhere, the answer is not LINE's."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow nothing: the redirect becomes an error."""


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _ask_line(token: str) -> dict[str, Any]:
    base = settings.LINE_API_BASE or REAL_BASE
    data = urllib.parse.urlencode({"id_token": token, "client_id": settings.LINE_LOGIN_CHANNEL_ID}).encode()
    request = urllib.request.Request(f"{base}/oauth2/v2.1/verify", data=data)  # noqa: S310 (our own setting)
    try:
        with _opener().open(request, timeout=TIMEOUT_S) as response:
            answer = json.loads(response.read(64 * 1024))
    except urllib.error.HTTPError as error:
        with error:
            is_no = 400 <= error.code < 500 and error.code != 429
        if is_no:
            msg = "LINE says no"
            raise TokenRefused(msg) from error
        raise LineAway from error
    except (OSError, ValueError, RecursionError, HTTPException) as error:
        raise LineAway from error
    if not isinstance(answer, dict):
        msg = "LINE's answer is not an object"
        raise TokenRefused(msg)
    return answer
