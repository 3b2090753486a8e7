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
from typing import Any

from django.conf import settings

ISSUER = "https://access.line.me"
REAL_BASE = "https://api.line.me"
TIMEOUT_S = 5
MOST_LENGTH = 4096
MOST_AGE = timedelta(hours=1)
SKEW = timedelta(minutes=2)
USER_ID = re.compile(r"U[0-9a-f]{32}\Z")


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
    if any(said.get(name) != own.get(name) for name in ("iss", "aud", "sub", "exp")):
        raise TokenRefused("LINE's answer speaks of another token")
    return Identity(user_id=said["sub"], name=str(said.get("name") or "")[:100])


def _read_claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(token) > MOST_LENGTH or len(parts) != 3 or not all(parts):
        raise TokenRefused("not a signed token")
    header, claims = _decode(parts[0]), _decode(parts[1])
    if header.get("alg") not in {"ES256", "HS256"}:
        raise TokenRefused("unknown algorithm")
    return claims


def _decode(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError) as error:
        raise TokenRefused("a part is not readable") from error
    if not isinstance(value, dict):
        raise TokenRefused("a part is not an object")
    return value


def _check_claims(claims: dict[str, Any], now: datetime) -> None:
    if claims.get("iss") != ISSUER:
        raise TokenRefused("wrong issuer")
    if claims.get("aud") != settings.LINE_LOGIN_CHANNEL_ID:
        raise TokenRefused("meant for another channel")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not USER_ID.match(subject):
        raise TokenRefused("no user")
    expires, issued = claims.get("exp"), claims.get("iat")
    if not _is_instant(expires) or not _is_instant(issued):
        raise TokenRefused("no times")
    moment = now.timestamp()
    if expires <= moment:
        raise TokenRefused("expired")
    if issued > moment + SKEW.total_seconds():
        raise TokenRefused("issued in the future")
    if expires - issued > MOST_AGE.total_seconds():
        raise TokenRefused("valid for too long")


def _is_instant(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _ask_line(token: str) -> dict[str, Any]:
    base = settings.LINE_API_BASE or REAL_BASE
    data = urllib.parse.urlencode({"id_token": token, "client_id": settings.LINE_LOGIN_CHANNEL_ID}).encode()
    request = urllib.request.Request(f"{base}/oauth2/v2.1/verify", data=data)  # noqa: S310 (our own setting)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
            answer = json.loads(response.read(64 * 1024))
    except urllib.error.HTTPError as error:
        if error.code < 500:
            raise TokenRefused("LINE says no") from error
        raise LineAway from error
    except (OSError, ValueError) as error:
        raise LineAway from error
    if not isinstance(answer, dict):
        raise TokenRefused("LINE's answer is not an object")
    return answer
