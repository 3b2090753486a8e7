"""The history in words: which field, from what to what, in Thai."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from nakhoncity.history.keeping import EMPTY
from nakhoncity.history.models import Change
from nakhoncity.kit.thai import thai_date, thai_datetime

ACTIONS = {Change.Action.CREATE: "เพิ่ม", Change.Action.UPDATE: "แก้ไข", Change.Action.DELETE: "ลบ"}
LONGEST = 300
NOTHING = "–"


@dataclass(frozen=True)
class Told:
    """One change as a page shows it."""

    at: str
    who: str
    action: str
    table: str
    row: str
    fields: list[tuple[str, str, str]]


def changes_of(row: models.Model) -> models.QuerySet[Change]:
    """The changes of one row, the newest first."""
    kind = ContentType.objects.get_for_model(row)
    found = Change.objects.filter(content_type=kind, object_pk=str(row.pk))
    return found.select_related("actor", "content_type")  # type: ignore[no-any-return]


def tell(change: Change) -> Told:
    """A change in words. Fields that no longer exist keep their name, tables too."""
    model = change.content_type.model_class()
    return Told(
        at=thai_datetime(change.timestamp),
        who=str(change.actor) if change.actor else "ระบบ",
        action=ACTIONS.get(change.action, ""),
        table=str(model._meta.verbose_name) if model else change.content_type.model,  # noqa: SLF001 (Django's API)
        row=change.object_repr,
        fields=list(_fields(model, change.changes or {})),
    )


def _fields(model: type[models.Model] | None, changes: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, values in changes.items():
        field: Any = None
        with suppress(FieldDoesNotExist):
            field = model._meta.get_field(name) if model else None  # noqa: SLF001 (Django's API)
        label = str(getattr(field, "verbose_name", name))
        if isinstance(values, dict):
            names = ", ".join(values["objects"])
            yield (label, NOTHING, names) if values["operation"] == "add" else (label, names, NOTHING)
        else:
            yield label, show(field, values[0]), show(field, values[1])


def show(field: Any, value: Any) -> str:
    """A value of the history as people read it."""
    if value is None or value == [] or str(value) in EMPTY:
        return NOTHING
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    if isinstance(value, (list, dict)):
        return _short(json.dumps(value, ensure_ascii=False))
    with suppress(ValueError):
        if isinstance(field, models.DateTimeField):
            return thai_datetime(datetime.fromisoformat(f"{value}+00:00"))
        if isinstance(field, models.DateField):
            return thai_date(date.fromisoformat(value))
        if isinstance(field, models.TimeField):
            return f"{str(value)[:5].replace(':', '.')} น."
    names = dict(getattr(field, "flatchoices", None) or [])
    return _short(str(names.get(value, value)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
