"""Lists that rooms fill in AppConfig.ready(), so that a page over all rooms need not know them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things in the order of their registration; the same name again replaces the first."""

    def __init__(self) -> None:
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> None:
        """Add a thing under a name."""
        self._items[name] = item

    def all(self) -> list[T]:
        """All things, in order."""
        return list(self._items.values())

    def items(self) -> list[tuple[str, T]]:
        """All names with their things, in order."""
        return list(self._items.items())

    def names(self) -> list[str]:
        """All names, in order."""
        return list(self._items)


@dataclass(frozen=True)
class Tile:
    """One way into a service, on a home page."""

    title: str | Promise
    sub: str | Promise
    icon: str
    url_name: str
    is_hero: bool = False


@dataclass(frozen=True)
class HomeCard:
    """One matter of a resident, on the home page inside LINE; `badge` has css, icon and words."""

    title: str
    badge: Any
    sub: str
    number: str
    href: str


@dataclass(frozen=True)
class Metric:
    """One figure of /metrics: what it says, and how it is read at a moment; None: nothing to tell."""

    says: str
    read: Callable[[datetime], float | None]


home_tiles: Registry[Tile] = Registry()
# What a room has under way for a resident: takes the resident and `now`, returns its cards.
home_cards: Registry[Callable[[Any, datetime], list[HomeCard]]] = Registry()
# Pages on which administrators set things up.
settings_tiles: Registry[Tile] = Registry()
# What a key of the open API may allow: the scope's name with a sentence for whoever issues keys.
api_scopes: Registry[str | Promise] = Registry()
# Figures of /metrics, never about a person.
metrics: Registry[Metric] = Registry()
# A demo seed takes `now` and returns lines for the person who started the demo.
demo_seeds: Registry[Callable[[datetime], list[str]]] = Registry()
