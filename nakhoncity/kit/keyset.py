"""Pages of a long list that cost the same wherever they lie: a signed cursor names the row a page begins after.

A sort is one column that is never null plus the id, both in one direction, with an index of its own. No page is
reached by counting rows, so the 200th costs what the first costs, and rows that come in meanwhile move nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django.core import signing
from django.db.models import Field, Model, Q, QuerySet
from django.utils.functional import Promise

Row = TypeVar("Row", bound=Model)
SALT = "list"


@dataclass(frozen=True)
class Sort:
    """One order of a list. `column` is never null; the id follows it in the same direction."""

    name: str
    label: str | Promise
    column: str
    is_descending: bool = False

    @property
    def order(self) -> tuple[str, str]:
        """What `order_by` takes."""
        sign = "-" if self.is_descending else ""
        return f"{sign}{self.column}", f"{sign}id"

    @property
    def reverse_order(self) -> tuple[str, str]:
        """The same from the other end."""
        sign = "" if self.is_descending else "-"
        return f"{sign}{self.column}", f"{sign}id"


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this row, or before it. `first` is the number of the page's first row, from 1."""

    value: str
    pk: int
    is_before: bool
    first: int

    def written(self, sort: Sort) -> str:
        """The cursor as an address carries it: signed, and naming its sort."""
        return signing.dumps([sort.name, self.value, self.pk, int(self.is_before), self.first], salt=SALT)


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page: its rows, the number of its first row, and the cursors of its neighbours ("": there is none)."""

    rows: list[Row]
    first: int
    previous: str = ""
    next: str = ""

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1


def read_cursor(text: str, *, sort: Sort) -> Cursor | None:
    """The cursor of an address; None where there is none, where it was tampered with or belongs to another sort."""
    try:
        name, value, pk, is_before, first = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Cursor(value, pk, bool(is_before), first) if name == sort.name else None


def page_of(rows: QuerySet[Row], *, sort: Sort, cursor: Cursor | None, size: int) -> KeysetPage[Row]:
    """One page of the rows in this order, from one query."""
    is_before = cursor is not None and cursor.is_before
    asked = rows.order_by(*(sort.reverse_order if is_before else sort.order))
    if cursor:
        asked = asked.filter(_beyond(rows.model, sort, cursor))
    found = list(asked[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if is_before:
        found.reverse()
    first = _first_number(cursor, len(found), has_more=has_more)
    has_previous = has_more if is_before else cursor is not None
    has_next = bool(found) and (is_before or has_more)
    return KeysetPage(
        rows=found,
        first=first,
        previous=_edge(found[0], sort, first=first, is_before=True) if found and has_previous else "",
        next=_edge(found[-1], sort, first=first + len(found), is_before=False) if has_next else "",
    )


def _beyond(model: type[Model], sort: Sort, cursor: Cursor) -> Q:
    value = _column(model, sort).to_python(cursor.value)
    goes_up = sort.is_descending == cursor.is_before
    side = "gt" if goes_up else "lt"
    # The range on the column alone is what an index can follow; ties are settled by the id.
    return Q(**{f"{sort.column}__{side}e": value}) & (
        Q(**{f"{sort.column}__{side}": value}) | Q(**{f"id__{side}": cursor.pk})
    )


def _first_number(cursor: Cursor | None, found: int, *, has_more: bool) -> int:
    if cursor is None or (cursor.is_before and not has_more):
        return 1
    return max(cursor.first - found, 1) if cursor.is_before else cursor.first


def _edge(row: Model, sort: Sort, *, first: int, is_before: bool) -> str:
    value = _column(type(row), sort).value_to_string(row)
    return Cursor(value, row.pk, is_before, first).written(sort)


def _column(model: type[Model], sort: Sort) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", model._meta.get_field(sort.column))  # noqa: SLF001 (Django's documented API)


def find_sort(sorts: Mapping[str, Sort], name: Any, *, default: Sort) -> Sort:
    """The sort of this name in a closed set; the default for any other word."""
    return sorts.get(str(name), default)
