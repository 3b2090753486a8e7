"""Which tables have a history: each room says so in AppConfig.ready()."""

from collections.abc import Collection

from auditlog.registry import auditlog
from django.db.models import Model

HIDDEN = "•••"
EMPTY = {"", "None"}


def keep_history(
    model: type[Model], *, leave_out: Collection[str] = (), hide: Collection[str] = (), many: Collection[str] = ()
) -> None:
    """Record every save and deletion of a model's rows from now on.

    `leave_out`: fields that change by themselves. `hide`: fields of which only the change is noted, never a value: a
    row of history can't be altered, so what somebody may want forgotten must not get into it. `many`: many-to-many
    fields. `queryset.update()` and `bulk_create()` pass by: services of such a model save its rows.
    """
    kept = [field.name for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 (Django's API)
    auditlog.register(
        model,
        include_fields=[name for name in kept if name not in leave_out],
        mask_fields=list(hide),
        mask_callable="nakhoncity.history.keeping.hidden",
        m2m_fields=set(many),
    )


def hidden(value: str) -> str:
    """What stands in the place of a value that is not kept; whether there was one can be seen."""
    return "" if value in EMPTY else HIDDEN
