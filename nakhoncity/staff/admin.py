"""Tables of /admin/: offices, posts with those who answer for them, and what each account may do."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nakhoncity.administration.options import ConfigAdmin
from nakhoncity.administration.site import site
from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access
from nakhoncity.kit.thai import thai_date
from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember
from nakhoncity.staff.services import save_department

CASES_STAY = "เรื่องที่อยู่กับหน่วยงานนี้ยังอยู่ที่เดิมจนกว่าจะโอน"
LADDER = "การแจ้งผู้บังคับบัญชาครั้งต่อไปใช้ค่าใหม่ ข้อความที่ส่งไปแล้วไม่เปลี่ยน"


class OfOffices(ConfigAdmin):
    """A table in which an office is one of the town's own."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offices of the town only, members whose account is open only."""
        if db_field.related_model is Department:
            kwargs["queryset"] = Department.objects.filter(is_external=False).order_by("sort", "id")
        if db_field.related_model is StaffMember:
            kwargs["queryset"] = StaffMember.objects.working()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Department, site=site)
class DepartmentAdmin(OfOffices):
    """Offices of the town, and outside bodies."""

    list_display = ("name_th", "shown_code", "level", "parent", "is_active")
    list_filter = ("level", "is_active")
    list_select_related = ("parent",)
    search_fields = ("name_th", "code")
    fixed_fields = ("code",)
    after_change = {
        "is_active": f"หน่วยงานที่ปิดใช้งานไม่อยู่ในรายการให้เลือกอีก {CASES_STAY}",
        "parent": f"ผู้บังคับบัญชาของหน่วยงานเปลี่ยนตามโครงสร้างใหม่ {LADDER}",
    }
    fieldsets = (
        (None, {"fields": ("code", "name_th", "name_en", "level", "parent", "is_external", "is_active", "sort")}),
        ("ติดต่อและที่มา", {"fields": ("public_phone", "head_title_th", "source")}),
    )

    @admin.display(description="รหัส", ordering="code")
    def shown_code(self, row: Department) -> SafeString:
        """The code, by which files and rules name the office."""
        return format_html("<code>{}</code>", row.code)

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's)
        """Save the office with all that stands below it."""
        super().save_model(request, obj, form, change)
        save_department(department=obj)


@admin.register(Position, site=site)
class PositionAdmin(OfOffices):
    """Posts, to which reports go."""

    list_display = ("title_th", "kind", "department", "holder")
    list_filter = ("kind",)
    list_select_related = ("department", "holder")
    search_fields = ("title_th", "department__name_th", "holder__display_name")
    fixed_fields = ("kind", "department")
    after_change = {"holder": LADDER}


@admin.register(ActingHolder, site=site)
class ActingHolderAdmin(OfOffices):
    """Who answers for a post for some days."""

    list_display = ("position", "member", "kind", "begins", "ends")
    list_filter = ("kind",)
    list_select_related = ("position", "member")
    search_fields = ("position__title_th", "member__display_name")
    ordering = ("-from_date", "-id")
    after_change = dict.fromkeys(("position", "member", "kind", "from_date", "to_date"), LADDER)

    @admin.display(description="ตั้งแต่วันที่", ordering="from_date")
    def begins(self, holder: ActingHolder) -> str:
        """The first day in the Buddhist era."""
        return thai_date(holder.from_date)

    @admin.display(description="ถึงวันที่")
    def ends(self, holder: ActingHolder) -> str:
        """The last day, or until further notice."""
        return thai_date(holder.to_date) if holder.to_date else "จนกว่าจะมีคำสั่ง"


@admin.register(StaffMember, site=site)
class StaffMemberAdmin(OfOffices):
    """What each account may do. Accounts are opened under /staff/settings/people/, and shut, never deleted."""

    list_display = ("display_name", "shown_username", "role", "department", "is_active")
    list_filter = ("role", "is_active")
    list_select_related = ("department",)
    search_fields = ("display_name", "username", "department__name_th")
    fixed_fields = ("username",)
    offered = frozenset({"changelist", "change", "history"})
    fields = ("username", "display_name", "role", "department", "phone", "handles_confidential", "is_active")
    after_change = {
        "role": "สิทธิ์ใหม่มีผลตั้งแต่หน้าถัดไปที่เจ้าหน้าที่เปิด",
        "department": "เรื่องที่รับผิดชอบอยู่ยังเป็นของเจ้าหน้าที่คนนี้จนกว่าจะมอบหมายใหม่",
        "is_active": "บัญชีที่ปิดใช้งานออกจากระบบทันที เรื่องที่รับผิดชอบอยู่ต้องมอบหมายใหม่",
    }

    @admin.display(description="ชื่อผู้ใช้", ordering="username")
    def shown_username(self, row: StaffMember) -> SafeString:
        """The name to sign in with."""
        return format_html("<code>{}</code>", row.username)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not here: an account begins with a password."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the record names who did what. An account is shut instead."""
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The account; looking at it is noted."""
        member = self.get_object(request, object_id)
        if member is not None:
            account = AccessEntry.What.ACCOUNT
            record_access(member=request.user, what=account, key=member.username, now=timezone.now())
        shown: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return shown
