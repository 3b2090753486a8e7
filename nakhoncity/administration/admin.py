"""The history and the log of looks, to read; who reads them is noted in that log."""

from typing import Any

from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nakhoncity.administration.changes import ACTIONS, tell
from nakhoncity.administration.options import ConfigAdmin
from nakhoncity.administration.site import site
from nakhoncity.history.models import AccessEntry, Change
from nakhoncity.history.services import record_access
from nakhoncity.kit.thai import thai_datetime

FEW = 3


class ReadOnly(ConfigAdmin):
    """Rows that are only added: nothing to write here, and reading is a look of its own."""

    what = AccessEntry.What.HISTORY
    offered = frozenset({"changelist", "change", "history"})

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; reading it is noted."""
        record_access(member=request.user, what=self.what, now=timezone.now())
        listed: HttpResponse = super().changelist_view(
            request, {"title": self.opts.verbose_name, **(extra_context or {})}
        )
        return listed

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A row that never changes has no history."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]


class TableFilter(admin.SimpleListFilter):
    """Which table was changed."""

    title = "ข้อมูล"
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every table with a history, by its name."""
        return sorted(
            ((model._meta.label_lower, str(model._meta.verbose_name)) for model in auditlog.get_models()),  # noqa: SLF001
            key=lambda named: named[1],
        )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The changes of that table."""
        chosen = [model for model in auditlog.get_models() if model._meta.label_lower == self.value()]  # noqa: SLF001
        return queryset.filter(content_type=ContentType.objects.get_for_model(chosen[0])) if chosen else queryset


class ActionFilter(admin.SimpleListFilter):
    """What was done."""

    title = "การกระทำ"
    parameter_name = "did"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Added, changed, deleted."""
        return [(str(number), word) for number, word in ACTIONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The changes of that kind."""
        return queryset.filter(action=self.value()) if self.value() in {"0", "1", "2"} else queryset


@admin.register(Change, site=site)
class ChangeAdmin(ReadOnly):
    """Who changed what, over all tables."""

    list_display = ("at", "who", "did", "table", "row", "fields_changed")
    list_filter = (TableFilter, ActionFilter)
    list_select_related = ("actor", "content_type")
    search_fields = ("object_repr", "actor__display_name", "actor__username")
    search_help_text = "ชื่อรายการ หรือชื่อผู้แก้ไข"
    fields = readonly_fields = ("at", "who", "did", "table", "row", "values")

    @admin.display(description="เมื่อ")
    def at(self, change: Change) -> str:
        """When, in the Buddhist era."""
        return tell(change).at

    @admin.display(description="ผู้แก้ไข")
    def who(self, change: Change) -> str:
        """By whom."""
        return tell(change).who

    @admin.display(description="การกระทำ")
    def did(self, change: Change) -> str:
        """Added, changed or deleted."""
        return tell(change).action

    @admin.display(description="ข้อมูล")
    def table(self, change: Change) -> str:
        """Which table."""
        return tell(change).table

    @admin.display(description="รายการ")
    def row(self, change: Change) -> SafeString:
        """Which row."""
        return format_html('<span translate="no">{}</span>', tell(change).row)

    @admin.display(description="ช่องที่เปลี่ยน")
    def fields_changed(self, change: Change) -> str:
        """The first fields of it."""
        names = [label for label, _before, _after in tell(change).fields]
        more = f" และอีก {len(names) - FEW} ช่อง" if len(names) > FEW else ""
        return ", ".join(names[:FEW]) + more

    @admin.display(description="ค่าที่เปลี่ยน")
    def values(self, change: Change) -> SafeString:
        """Each field with both values."""
        return format_html_join("", '<p>{}: <span translate="no">{} → {}</span></p>', tell(change).fields)


@admin.register(AccessEntry, site=site)
class AccessEntryAdmin(ReadOnly):
    """Who of the staff opened which record."""

    what = AccessEntry.What.ACCESS_LOG
    list_display = ("moment", "member", "what", "shown_key")
    list_filter = ("what",)
    list_select_related = ("member",)
    search_fields = ("=key", "member__display_name", "member__username")
    search_help_text = "เลขที่เรื่อง หรือชื่อเจ้าหน้าที่"
    fields = readonly_fields = ("moment", "member", "what", "shown_key")

    @admin.display(description="เมื่อ", ordering="id")
    def moment(self, entry: AccessEntry) -> str:
        """When, in the Buddhist era."""
        return thai_datetime(entry.at)

    @admin.display(description="เลขที่")
    def shown_key(self, entry: AccessEntry) -> SafeString:
        """The number of the case, the name of the account."""
        return format_html('<span translate="no">{}</span>', entry.key)
