"""ID tokens as LINE Login makes them, and what its verify call says of them."""

import base64
import json
import sqlite3
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.conf import settings

from nakhoncity.simulator import store

ISSUER = "https://access.line.me"
LIFE_S = 3600
KEY_NOTE = "id token key"


class TokenRefused(ValueError):
    """An ID token that LINE would not confirm; the text is LINE's own."""


def make_id_token(*, person: sqlite3.Row, life_s: int = LIFE_S) -> str:
    """An ID token of a person, valid for an hour."""
    now = int(time.time())
    return sign_claims(
        {
            "iss": ISSUER,
            "sub": person["user_id"],
            "aud": settings.LINE_LOGIN_CHANNEL_ID,
            "exp": now + life_s,
            "iat": now,
            "amr": ["linesso"],
            "name": person["name"],
        }
    )


def sign_claims(claims: dict[str, Any]) -> str:
    """A token of these claims with the simulator's own signature (ES256)."""
    head = {"alg": "ES256", "typ": "JWT", "kid": "simulator"}
    signed = f"{_pack(json.dumps(head).encode())}.{_pack(json.dumps(claims).encode())}"
    r, s = decode_dss_signature(_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_pack(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def verify(*, token: str, client_id: str, user_id: str = "", believe: bool = False) -> dict[str, Any]:
    """The claims of a good token. Raises TokenRefused; with `believe` only what can't be read is refused."""
    claims = read_claims(token)
    if believe:
        return claims
    _check_signature(token)
    if claims.get("iss") != ISSUER:
        raise TokenRefused("Invalid IdToken Issuer.")
    if claims.get("aud") != client_id or client_id != settings.LINE_LOGIN_CHANNEL_ID:
        raise TokenRefused("Invalid IdToken Audience.")
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= time.time():
        raise TokenRefused("IdToken expired.")
    if user_id and claims.get("sub") != user_id:
        raise TokenRefused("Invalid IdToken Subject Identifier.")
    return claims


def read_claims(token: str) -> dict[str, Any]:
    """What a token says, whoever signed it. Raises TokenRefused."""
    try:
        claims = json.loads(_unpack(token.split(".")[1]))
    except (ValueError, IndexError) as error:
        raise TokenRefused("Invalid IdToken.") from error
    if not isinstance(claims, dict):
        raise TokenRefused("Invalid IdToken.")
    return claims


def _check_signature(token: str) -> None:
    try:
        signed, _dot, signature = token.rpartition(".")
        head = json.loads(_unpack(signed.split(".")[0]))
        raw = _unpack(signature)
        if head.get("alg") != "ES256" or len(raw) != 64:
            raise TokenRefused("Invalid IdToken.")
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        _key().public_key().verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    except (ValueError, AttributeError, InvalidSignature) as error:
        raise TokenRefused("Invalid IdToken.") from error


def _key() -> ec.EllipticCurvePrivateKey:
    """The signing key: made once, kept in the file, so that tokens outlive a restart."""
    with store.reading() as db:
        text = store.read_note(db, KEY_NOTE) or _make_key()
    key = serialization.load_pem_private_key(text.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(KEY_NOTE)
    return key


def _make_key() -> str:
    """Make the key, unless another thread has done so."""
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with store.change() as db:
        text = store.read_note(db, KEY_NOTE)
        if not text:
            text = ec.generate_private_key(ec.SECP256R1()).private_bytes(*form).decode()
            store.write_note(db, KEY_NOTE, text)
    return text


def _pack(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unpack(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
