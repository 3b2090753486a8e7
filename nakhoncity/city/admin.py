"""Tables of /admin/: the town's profile, its areas and holidays."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from nakhoncity.administration.options import ConfigAdmin
from nakhoncity.administration.site import site
from nakhoncity.city.models import Area, CityProfile, Holiday
from nakhoncity.city.services import confirm_days
from nakhoncity.kit.thai import thai_weekday_date

HOURS = "กำหนดเวลาของเรื่องที่รับไว้แล้วไม่เปลี่ยน เวลาที่คำนวณหลังจากนี้ใช้ค่าใหม่"


@admin.register(CityProfile, site=site)
class CityProfileAdmin(ConfigAdmin):
    """The one town of this installation."""

    fixed_fields = ("code",)
    offered = frozenset({"changelist", "change", "history"})
    after_change = {
        "opens": HOURS,
        "closes": HOURS,
        "reference_prefix": "เรื่องที่รับไว้แล้วคงเลขที่เดิม เรื่องใหม่ใช้คำนำหน้าใหม่",
        "privacy_version": "ประกาศฉบับใหม่มีผลกับผู้ที่แจ้งเรื่องหลังจากนี้",
    }
    fieldsets = (
        ("เทศบาล", {"fields": ("code", "name_th", "name_en", "short_name", "short_name_en", "sign", "population")}),
        (
            "ติดต่อ",
            {"fields": ("phone", "phone_note", "phone_note_en", "line_basic_id", "privacy_contact", "privacy_version")},
        ),
        ("เรื่องร้องเรียน", {"fields": ("reference_prefix", "opens", "closes", "cases_kept_years")}),
        (
            "ข้อความ LINE",
            {
                "fields": (
                    "quiet_from",
                    "quiet_until",
                    "digest_at",
                    "monthly_messages",
                    "baht_per_message",
                    "reserve_percent",
                )
            },
        ),
        (
            "แผนที่",
            {"fields": ("centre_lat", "centre_lon", "is_sample_boundary", "boundary", "canals", "landmarks")},
        ),
    )

    @admin.display(description="รหัส", ordering="code")
    def shown_code(self, row: CityProfile) -> SafeString:
        """The code of the town's file."""
        return format_html("<code>{}</code>", row.code)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One installation, one town."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No page works without it."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A list of one is its one row."""
        return redirect("admin:city_cityprofile_change", 1)


@admin.register(Area, site=site)
class AreaAdmin(ConfigAdmin):
    """Communities and warning zones."""

    list_display = ("name", "kind")
    list_filter = ("kind",)
    search_fields = ("name",)
    ordering = ("kind", "name", "id")


@admin.register(Holiday, site=site)
class HolidayAdmin(ConfigAdmin):
    """Days on which the office is shut."""

    list_display = ("shown_day", "name", "is_confirmed")
    list_filter = ("is_confirmed",)
    search_fields = ("name",)
    ordering = ("-day",)
    actions = ("confirm",)
    after_change = {"day": HOURS, "is_confirmed": HOURS}

    @admin.display(description="วันที่", ordering="day")
    def shown_day(self, holiday: Holiday) -> str:
        """The day in the Buddhist era."""
        return thai_weekday_date(holiday.day)

    @admin.action(description="ยืนยันวันหยุดที่เลือก")
    def confirm(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        """Make proposals valid."""
        number = confirm_days(days=queryset.filter(is_confirmed=False))
        messages.success(request, f"ยืนยันวันหยุดแล้ว {number} วัน {HOURS}")
