"""The seed of categories: complete once, and never over what was edited."""

import json

import pytest

from complaints.models.category import Category
from complaints.services.seed import CATEGORIES_FILE, seed_categories
from nakhoncity.staff.services import seed_departments

pytestmark = pytest.mark.django_db
CODES = {row["code"] for row in json.loads(CATEGORIES_FILE.read_text(encoding="utf-8"))["categories"]}


@pytest.fixture(autouse=True)
def _seeded(db):
    seed_departments()
    seed_categories()


def state():
    return list(Category.objects.order_by("pk").values())


def test_the_seed_makes_every_category_of_the_file():
    assert set(Category.objects.values_list("code", flat=True)) == CODES


def test_the_seed_leaves_an_edited_category_and_adds_a_missing_one():
    Category.objects.filter(code="ROAD").update(sla_hours=24, name_th="ถนน", is_active=False)
    Category.objects.get(code="STREETLIGHT").delete()
    road = Category.objects.filter(code="ROAD").values().get()

    seed_categories()

    assert Category.objects.filter(code="ROAD").values().get() == road
    assert set(Category.objects.values_list("code", flat=True)) == CODES


def test_a_reset_takes_the_words_of_the_file_again():
    before = state()
    Category.objects.filter(code="ROAD").update(sla_hours=24, name_th="ถนน")

    seed_categories(reset=True)

    assert state() == before
