"""The categories a new town starts with. Run again it adds what is missing and leaves what was edited."""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from complaints.models.category import Category
from nakhoncity.staff.models import Department

CATEGORIES_FILE = Path(__file__).resolve().parent.parent / "seed" / "categories.json"


@transaction.atomic
def seed_categories(*, path: Path = CATEGORIES_FILE, reset: bool = False) -> int:
    """Create the categories of a seed file that are missing; departments must be seeded before.

    `reset` gives all of them the words and rules of the file again.

    Returns how many there are. Raises Department.DoesNotExist for an office that nobody knows, and
    ValidationError for questions or rules that do not fit together.
    """
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["categories"]
    departments = {department.code: department for department in Department.objects.all()}
    known = set() if reset else set(Category.objects.values_list("code", flat=True))
    for row in rows:
        if row["code"] not in known:
            _seed_one(dict(row), departments)
    return len(rows)


def _seed_one(row: dict[str, Any], departments: dict[str, Department]) -> None:
    code, cooperating = row.pop("code"), row.pop("cooperating")
    if row["department"] not in departments:
        raise Department.DoesNotExist(row["department"])
    row["department"] = departments[row["department"]]
    category, _ = Category.objects.update_or_create(code=code, defaults=row)
    category.full_clean()
    category.cooperating.set([departments[name] for name in cooperating])
