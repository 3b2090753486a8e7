"""How often a name or a code may be tried. Counted in the database, so that all processes count together and no cache
matters.

The narrowest limit comes first and stops the count, so one address alone can't lock a name for everybody, and
a town hall behind one address is locked by nobody's forgotten password.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db.models import F

from nakhoncity.city.models import CityProfile, RateLimit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Limit:
    """At most so many failures in a window of so many seconds."""

    name: str
    most: int
    seconds: int


# What a try counts into: each limit with its key in the table.
Tries = Sequence[tuple[Limit, str]]

NAME_FROM_ADDRESS = Limit("name-address", 5, 300)
NAME = Limit("name", 30, 900)
ADDRESS = Limit("address", 200, 300)
# Of a million codes three are right at any moment: 80 tries a day find one in ten years.
CODE = Limit("code", 5, 300)
CODE_LONG = Limit("code-long", 20, 21_600)


class SignInLocked(Exception):
    """Too many failures; `minutes` until the next try is heard."""

    def __init__(self, minutes: int) -> None:
        super().__init__(minutes)
        self.minutes = minutes

    def refusal(self, sentence: "str | _StrPromise") -> ValidationError:
        """What a form says: a sentence with places for `minutes` and the town's `phone`."""
        told = {"minutes": self.minutes, "phone": CityProfile.current().phone}
        return ValidationError(sentence, code="locked", params=told)


def password_tries(*, name: str, address: str) -> Tries:
    """What a try of a password counts into; known and unknown names alike."""
    name = name.strip().lower()
    counted = [(NAME_FROM_ADDRESS, f"{name}\n{address}"), (NAME, name), (ADDRESS, address)]
    return [(limit, _key(limit, text)) for limit, text in counted]


def code_tries(*, member_id: int) -> Tries:
    """What a try of the second step counts into. Only who knows the password gets this far."""
    return [(limit, _key(limit, str(member_id))) for limit in (CODE, CODE_LONG)]


def take_attempt(*, tries: Tries, now: datetime) -> None:
    """Count a try before it is looked at. Raises SignInLocked."""
    for limit, key in tries:
        if not RateLimit.take(key=key, most=limit.most, seconds=limit.seconds, now=now):
            left = limit.seconds - int(now.timestamp()) % limit.seconds
            raise SignInLocked(ceil(left / 60))


def give_back_attempt(*, tries: Tries) -> None:
    """Uncount a try that was right. Earlier failures stay: else a guesser would sign in himself now and then."""
    keys = [key for _, key in tries]
    RateLimit.objects.filter(key__in=keys, count__gt=0).update(count=F("count") - 1)


def _key(limit: Limit, text: str) -> str:
    # Hashed: people type passwords into the wrong box, and tables are read by others.
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return f"staff-sign-in:{limit.name}:{digest}"
