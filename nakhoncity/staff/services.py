"""Writing about staff, and finding who answers for a post."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember

NEEDED_FIELDS = {"code", "name_th", "name_en", "level"}
OFFICE_FIELDS = NEEDED_FIELDS | {"parent", "public_phone", "head_title_th", "is_active", "source"}
SEED_DIR = Path(__file__).resolve().parent / "seed"
PEOPLE_FILE = Path(__file__).resolve().parent.parent / "simulator" / "people.json"


@dataclass(frozen=True)
class Holder:
    """Who answers for a post on a day, and how the post is then called."""

    position: Position
    member: StaffMember
    title_th: str


def find_holder(*, position: Position, on: date) -> Holder | None:
    """The acting holder of the day, else the holder; None where the post is vacant.

    Reads `acting_holders` and `holder` as loaded by `Position.objects.with_holders()`.
    """
    for acting in sorted(position.acting_holders.all(), key=lambda row: (row.from_date, row.pk), reverse=True):
        if acting.from_date <= on and (acting.to_date is None or on <= acting.to_date) and acting.member.is_active:
            title = f"{ActingHolder.Kind(acting.kind).label}{position.title_th}"
            return Holder(position, acting.member, title)
    if position.holder and position.holder.is_active:
        return Holder(position, position.holder, position.title_th)
    return None


def posts_above(*, department: Department) -> dict[str, Position]:
    """The posts that answer for a department, by kind: its unit's head, its office's head, deputies in charge, and the
    two heads of the house. One query for the posts and one for their acting holders."""
    codes = [department.code, *department.ancestor_codes]
    posts = Position.objects.with_holders().filter(department__code__in=codes)
    top = {Position.Kind.SECRETARY, Position.Kind.MAYOR}
    nearest: dict[str, Position] = {}
    for post in sorted(posts, key=lambda row: codes.index(row.department.code)):
        if post.kind in top or post.kind not in nearest:
            nearest.setdefault(post.kind, post)
    return nearest


@transaction.atomic
def seed_departments(*, town: Path | None = None, reset: bool = False) -> int:
    """Create the offices that are missing, each with its head's post; returns how many the files have.

    Every Thai municipality has those of seed/departments.json, and bodies of the province around it. The town's file
    (the setting TOWN names it) calls them by their own names and adds its own, such as its neighbours. What was edited
    stays as it is, unless `reset` asks for the files' words. Raises ValidationError for a row that says too little.
    """
    common: list[dict[str, Any]] = json.loads((SEED_DIR / "departments.json").read_text(encoding="utf-8"))
    own = json.loads((town or settings.TOWN_FILE).read_text(encoding="utf-8")).get("departments", [])
    rows = _merged(common, own)
    for order, row in enumerate(rows):
        _seed_department(dict(row), order, reset=reset)
    return len(rows)


def _merged(common: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows by code, those of the town over those of all; parents stand before their units."""
    rows = {row["code"]: dict(row) for row in common}
    for row in own:
        if unknown := set(row) - OFFICE_FIELDS:
            says = ", ".join(sorted(unknown))
            msg = f"departments: {row.get('code')} says what no office has: {says}."
            raise ValidationError(msg)
        merged = {**rows.get(row.get("code", ""), {}), **row}
        if missing := NEEDED_FIELDS - set(merged):
            msg = f"departments: {row.get('code')} needs {', '.join(sorted(missing))}."
            raise ValidationError(msg)
        rows[row["code"]] = merged
    return list(rows.values())


def _seed_department(row: dict[str, Any], order: int, *, reset: bool) -> None:
    parent = row.pop("parent", None)
    defaults = {**row, "sort": order, "parent": Department.objects.get(code=parent) if parent else None}
    defaults["is_external"] = row.get("level") == Department.Level.EXTERNAL
    code = defaults.pop("code")
    if not reset and Department.objects.filter(code=code).exists():
        return
    department, _ = Department.objects.update_or_create(code=code, defaults=defaults)
    kind = _head_kind(department)
    if kind and department.head_title_th:
        Position.objects.update_or_create(
            kind=kind, department=department, defaults={"title_th": department.head_title_th}
        )


def _head_kind(department: Department) -> str | None:
    if department.is_external:
        return None
    if department.level == Department.Level.EXECUTIVE:
        return Position.Kind.MAYOR if department.parent is None else Position.Kind.SECRETARY
    is_inner_unit = department.is_unit and department.parent and department.parent.level != "executive"
    return Position.Kind.UNIT_HEAD if is_inner_unit else Position.Kind.OFFICE_HEAD


@transaction.atomic
def save_department(*, department: Department) -> None:
    """Save an office, and those below it, whose paths begin with its own."""
    department.save()
    for unit in department.units.all():
        unit.parent = department
        save_department(department=unit)


def seed_demo_staff(*, path: Path = SEED_DIR / "demo_staff.json", people: Path = PEOPLE_FILE) -> list[StaffMember]:
    """Create those of the demo's staff who are missing, with the LINE ids of the simulated people.

    What was edited stays as it is, the password aside: all have the demo's, which stands on every start's screen.
    """
    line_ids = {
        person["key"]: person["user_id"]
        for person in json.loads(people.read_text(encoding="utf-8"))
        if person["kind"] == "staff"
    }
    rows: Sequence[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    members = [_seed_member(row, line_ids.get(row["username"])) for row in rows]
    _give_demo_password(members)
    return members


def _give_demo_password(members: Sequence[StaffMember]) -> None:
    """One hash for all, looked at once: thirty slow hashes would be ten seconds of every start."""
    hashes = {member.password for member in members}
    if len(hashes) == 1 and check_password(settings.DEMO_PASSWORD, hashes.pop()):
        return
    password = make_password(settings.DEMO_PASSWORD)
    for member in members:
        member.password = password
        member.save(update_fields=["password"])


def _seed_member(row: dict[str, Any], line_user_id: str | None) -> StaffMember:
    member, is_new = StaffMember.objects.get_or_create(
        username=row["username"],
        defaults={
            "display_name": row["name"],
            "role": row["role"],
            "department": Department.objects.get(code=row["department"]),
            "handles_confidential": row.get("handles_confidential", False),
            "line_user_id": line_user_id,
        },
    )
    for post in row.get("posts", []) if is_new else []:
        kind, code = post.split()
        department = Department.objects.get(code=code)
        title = f"{Position.Kind(kind).label}ที่กำกับดูแล{department.name_th}"
        position, _ = Position.objects.get_or_create(kind=kind, department=department, defaults={"title_th": title})
        position.holder = member
        position.save(update_fields=["holder"])
    return member
