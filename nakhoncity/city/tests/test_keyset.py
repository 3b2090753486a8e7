"""Pages by cursor: every row once, forth and back, ties included; no cursor of another hand or order."""

import pytest
from django.core import signing

from nakhoncity.city.models import Area
from nakhoncity.kit.keyset import SALT, Cursor, Sort, find_sort, page_of, read_cursor

pytestmark = pytest.mark.django_db
UP = Sort("name", "", "name")
DOWN = Sort("name_down", "", "name", is_descending=True)


@pytest.fixture
def areas(db):
    """Seven areas, three of one name: kinds keep them apart."""
    Area.objects.all().delete()
    names = ["ก", "ข", "ข", "ค", "ง", "จ", "ฉ"]
    kinds = ["community", "community", "warning_zone", *["community"] * 4]
    rows = [Area.objects.create(name=name, kind=kind) for name, kind in zip(names, kinds, strict=True)]
    return [row.pk for row in rows]


def walk(sort, size=2):
    """All pages from the first to the last."""
    pages = [page_of(Area.objects.all(), sort=sort, cursor=None, size=size)]
    while pages[-1].next:
        cursor = read_cursor(pages[-1].next, sort=sort)
        pages.append(page_of(Area.objects.all(), sort=sort, cursor=cursor, size=size))
    return pages


def keys(page):
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("sort", [UP, DOWN])
def test_pages_hold_every_row_once_in_order(areas, sort):
    wanted = areas if sort is UP else areas[::-1]

    assert [pk for page in walk(sort) for pk in keys(page)] == wanted


@pytest.mark.parametrize("sort", [UP, DOWN])
def test_pages_lead_back_the_way_they_came(areas, sort):
    forth = walk(sort)

    page, back = forth[-1], [forth[-1]]
    while page.previous:
        page = page_of(Area.objects.all(), sort=sort, cursor=read_cursor(page.previous, sort=sort), size=2)
        back.append(page)
    assert [keys(page) for page in back] == [keys(page) for page in forth[::-1]]


def test_pages_number_their_rows(areas):
    assert [(page.first, page.last) for page in walk(UP)] == [(1, 2), (3, 4), (5, 6), (7, 7)]


def test_page_of_nothing_is_empty():
    Area.objects.all().delete()

    page = page_of(Area.objects.all(), sort=UP, cursor=None, size=2)

    assert (page.rows, page.previous, page.next) == ([], "", "")


def test_first_page_found_backwards_begins_with_one(areas):
    second = walk(UP)[1]

    page = page_of(Area.objects.all(), sort=UP, cursor=read_cursor(second.previous, sort=UP), size=2)

    assert (page.first, page.previous) == (1, "")


@pytest.mark.parametrize(
    "text", ["", "x", "x:y:z", signing.dumps(["name"], salt=SALT), signing.dumps(["name", "ก", 1, 0, 1])]
)
def test_cursor_of_another_hand_is_none(text):
    assert read_cursor(text, sort=UP) is None


def test_cursor_of_another_sort_is_none():
    assert read_cursor(Cursor("ก", 1, False, 1).written(UP), sort=DOWN) is None


def test_sort_of_an_unknown_name_is_the_default():
    assert find_sort({"name": UP}, "id; drop", default=DOWN) is DOWN
