"""What every table of /admin/ has in common."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldBooleanWidget

from nakhoncity.administration.changes import changes_of, tell
from nakhoncity.administration.fields import ReadableJSONField, ThaiDateField, ThaiTimeField
from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access

FIELDS: dict[Any, Any] = {
    models.DateField: ThaiDateField,
    models.TimeField: ThaiTimeField,
    models.JSONField: ReadableJSONField,
}
SHOWN = 100


class ConfigAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """A table for administrators. `after_change` says, by field, what a change means for what is under way."""

    list_per_page = 50
    warn_unsaved_form = False
    formfield_overrides = {models.BooleanField: {"widget": UnfoldBooleanWidget}}
    # Set when a row is made, shown ever after: other tables and texts name the row by it.
    fixed_fields: tuple[str, ...] = ()
    # Which of Django's pages there are.
    offered = frozenset({"changelist", "add", "change", "delete", "history"})
    form_fields: dict[str, Any] = {}
    after_change: dict[str, str] = {}

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators see every table."""
        return _is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may look at every row."""
        return _is_administrator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may add rows."""
        return _is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may change rows."""
        return _is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may delete rows that nothing refers to."""
        return _is_administrator(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What is fixed once the row is there."""
        return (*self.readonly_fields, *(map(self._shown, self.fixed_fields) if obj else ()))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[tuple[Any, dict[str, Any]]]:
        """The groups of the form; what is fixed is shown, codes as codes."""
        groups = super().get_fieldsets(request, obj)
        if not obj:
            return list(groups)
        fixed = set(self.fixed_fields)
        return [
            (title, {**group, "fields": [self._shown(name) if name in fixed else name for name in group["fields"]]})
            for title, group in groups
        ]

    def _shown(self, name: str) -> str:
        return f"shown_{name}" if hasattr(self, f"shown_{name}") else name

    def get_urls(self) -> list[Any]:
        """The addresses of the pages that there are."""
        ends = {f"{self.opts.app_label}_{self.opts.model_name}_{page}" for page in self.offered}
        return [url for url in super().get_urls() if url.name is None or url.name in ends]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting many at once: each deletion says what stands against it."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Our own fields for days, times and data; Unfold's for the rest."""
        special = self.form_fields.get(db_field.name) or FIELDS.get(type(db_field))
        if special is None:
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
            if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget = field.widget.widget
            return field
        has_words = isinstance(db_field, models.JSONField)
        return special(
            label=db_field.verbose_name, help_text=db_field.help_text, required=not (db_field.blank or has_words)
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's)
        """Save, and say what the change means for what is under way."""
        super().save_model(request, obj, form, change)
        if change:
            for sentence in dict.fromkeys(
                self.after_change[name] for name in form.changed_data if name in self.after_change
            ):
                messages.info(request, sentence)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What would go, and what stands against it: counted, never listed, for there may be a hundred thousand."""
        rows = list(objs)
        against = []
        for relation in self.opts.get_fields(include_hidden=True):
            if not (relation.one_to_many and relation.auto_created) or _owner(relation) is self.model:
                continue
            number = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": rows}).count()  # noqa: SLF001 (Django's API)
            if number:
                against.append(f"{_owner(relation)._meta.verbose_name} {number:,} รายการ")  # noqa: SLF001
        return (
            [str(row) for row in rows],
            {self.opts.verbose_name_plural: len(rows)},
            set(),
            list(dict.fromkeys(against)),
        )

    def log_addition(self, *_args: Any) -> None:
        """history.Change is the record; Django's own would be a second one that can be altered."""

    def log_change(self, *_args: Any) -> None:
        """As above."""

    def log_deletions(self, *_args: Any) -> None:
        """As above."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What was changed of one row, the newest first; who reads it is noted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(self.model, pk=object_id) if object_id.isdigit() else None
        if row is None:
            return cast(HttpResponse, self._get_obj_does_not_exist_redirect(request, self.opts, object_id))
        key = f"{self.opts.verbose_name} {object_id}"
        record_access(member=request.user, what=AccessEntry.What.HISTORY, key=key, now=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": f"ประวัติการแก้ไข: {row}",
            "rows": [tell(change) for change in changes_of(row)[:SHOWN]],
            "object": row,
            "opts": self.opts,
        }
        return TemplateResponse(request, "administration/history.html", context)


def _owner(relation: Any) -> Any:
    """The model whose rows refer to ours; for many-to-many the one that has the field."""
    return relation.related_model._meta.auto_created or relation.related_model  # noqa: SLF001 (Django's API)


def _is_administrator(request: HttpRequest) -> bool:
    return not isinstance(request.user, AnonymousUser) and request.user.is_staff
