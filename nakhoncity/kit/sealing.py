"""Secrets that must be read again, such as the key of an authenticator app: sealed before they reach the database.

A copy of the database alone opens none of them. The keys are FIELD_KEYS; one made of SECRET_KEY stands last, so that a
town which names FIELD_KEYS later goes on reading what it sealed before.
"""

import base64
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class SealBroken(Exception):
    """None of the keys opens this: it was sealed under another key, or damaged."""


def seal(text: str) -> str:
    """The text under the first key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed under any of the keys. Raises SealBroken."""
    from cryptography.fernet import InvalidToken

    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as broken:
        raise SealBroken from broken


def _keys() -> "MultiFernet":
    # Imported here: 6 MB that most web processes never need.
    from cryptography.fernet import Fernet, MultiFernet

    own = salted_hmac("nakhoncity.kit.sealing", "field key", algorithm="sha256").digest()
    named: list[str] = settings.FIELD_KEYS
    return MultiFernet([*map(Fernet, named), Fernet(base64.urlsafe_b64encode(own))])
