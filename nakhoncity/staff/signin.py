"""How often a name may be tried. Counted in the database, so that all processes count together and no cache matters.

The narrowest limit comes first and stops the count, so one address alone can't lock a name for everybody, and
a town hall behind one address is locked by nobody's forgotten password.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import F

from nakhoncity.city.models import RateLimit


@dataclass(frozen=True)
class Limit:
    """At most so many failures in a window of so many seconds."""

    name: str
    most: int
    seconds: int


NAME_FROM_ADDRESS = Limit("name-address", 5, 300)
NAME = Limit("name", 30, 900)
ADDRESS = Limit("address", 200, 300)


class SignInLocked(Exception):
    """Too many failures; `minutes` until the next try is heard."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes


def take_attempt(*, name: str, address: str, now: datetime) -> None:
    """Count a try before the password is looked at. Raises SignInLocked; known and unknown names count alike."""
    for limit, key in _keys(name, address):
        if not RateLimit.take(key=key, most=limit.most, seconds=limit.seconds, now=now):
            left = limit.seconds - int(now.timestamp()) % limit.seconds
            raise SignInLocked(ceil(left / 60))


def give_back_attempt(*, name: str, address: str) -> None:
    """Uncount a try that was right. Earlier failures stay: else a guesser would sign in himself now and then."""
    keys = [key for _, key in _keys(name, address)]
    RateLimit.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def _keys(name: str, address: str) -> Iterator[tuple[Limit, str]]:
    name = name.strip().lower()
    for limit, text in [(NAME_FROM_ADDRESS, f"{name}\n{address}"), (NAME, name), (ADDRESS, address)]:
        # Hashed: people type passwords into the wrong box, and tables are read by others.
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        yield limit, f"staff-sign-in:{limit.name}:{digest}"
