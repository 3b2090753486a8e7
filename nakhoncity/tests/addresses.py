"""Every address of the portal, and what a test must know of one to visit it.

The table is in nakhoncity/tests/tour.py. Whoever adds an address adds its entry there: a test fails until he does.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ANYBODY, REPORTER, SOMCHAI = "anybody", "reporter", "somchai"
# Somebody of the staff who has given his password and not yet his code.
HALF_WAY = "half way"
PAGE, DATA, LEADS_ON, POST_ONLY = "a page", "data", "a way on", "posts only"
Arguments = Callable[[], Sequence[tuple[Any, ...]]]
Fields = Mapping[str, Any]


def no_arguments() -> Sequence[tuple[Any, ...]]:
    """An address that has no variables."""
    return [()]


@dataclass(frozen=True)
class Address:
    """How one address is visited.

    `who` is somebody of nakhoncity/tests/town.py; `also` are others to whom the page shows another face. `answers` is
    what a GET gives. `arguments` finds what stands in the place of its variables, once for each face of the page.
    `posts` are forms that are taken, with marks in whatever a person could type; `wrong` are forms that are refused
    with a page. A value may be a function: it is called with the arguments of the visit. `body` makes a post of another
    kind: content and headers.
    """

    who: str = ANYBODY
    answers: str = PAGE
    arguments: Arguments = no_arguments
    posts: Sequence[Fields] = ()
    wrong: Sequence[Fields] = ()
    also: Sequence[str] = ()
    body: Callable[[], tuple[str | bytes, Mapping[str, str]]] | None = None

    @property
    def is_for_empty_house(self) -> bool:
        """Whether it can be visited before anything has happened."""
        return self.arguments is no_arguments

    @property
    def takes_posts(self) -> bool:
        """Whether the table knows what can be posted."""
        return bool(self.posts or self.wrong or self.body)


def resolver_addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """All addresses as they are written in urls.py, with their patterns."""
    for one in (resolver or get_resolver()).url_patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from resolver_addresses(one, address)
        else:
            yield address, one


def filled(address: str, arguments: Sequence[Any]) -> str:
    """The path of an address with these arguments, in order."""
    rest = iter(arguments)
    return "/" + re.sub(r"<[^>]+>", lambda _variable: str(next(rest)), address)


def values(fields: Fields, arguments: Sequence[Any]) -> dict[str, Any]:
    """A form as it is sent at this visit."""
    return {name: value(*arguments) if callable(value) else value for name, value in fields.items()}
