"""The table of categories under /admin/."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from complaints.models.case import Complaint
from complaints.models.category import Category
from nakhoncity.administration.fields import LinesField
from nakhoncity.administration.options import ConfigAdmin
from nakhoncity.administration.site import site
from nakhoncity.staff.models import Department

# Pictures of the sprite that stand for a matter.
ICONS = {
    "road": "ถนน", "bulb": "ไฟส่องสว่าง", "bolt": "ไฟฟ้า", "cable": "สายสื่อสาร", "bin": "ขยะ", "drain": "ท่อระบายน้ำ",
    "flood": "น้ำท่วม", "water": "น้ำ", "tap": "ประปา", "tree": "ต้นไม้", "paw": "สัตว์", "sound": "เสียง", "smoke": "ควัน",
    "building": "อาคาร", "traffic": "จราจร", "camera": "กล้อง", "siren": "เหตุฉุกเฉิน", "shield": "ความปลอดภัย",
    "heart": "สวัสดิการ", "user": "บุคคล", "eye": "ทุจริต", "chat": "ข้อเสนอแนะ", "flag": "ธง", "flags": "ป้าย",
    "sign": "ป้ายจราจร", "wheel": "ยานพาหนะ", "report": "เรื่องทั่วไป",
}  # fmt: skip
KEPT = {
    "sla_hours": "คงกำหนดแก้ไขเดิม กำหนดใหม่ใช้กับเรื่องที่รับหลังจากนี้",
    "ack_hours": "คงกำหนดตอบครั้งแรกเดิม กำหนดใหม่ใช้กับเรื่องที่รับหลังจากนี้",
    "department": "ยังอยู่กับหน่วยงานเดิมจนกว่าจะโอน เรื่องใหม่ไปหน่วยงานใหม่",
    "routing_rules": "คงหน่วยงานและกำหนดเดิม กฎใหม่ใช้กับเรื่องที่รับหลังจากนี้",
    "is_public": "คงการเปิดเผยเดิมเป็นรายเรื่อง แต่หมวดที่ไม่เปิดเผยจะไม่แสดงต่อสาธารณะทันที",
    "is_active": "ทำต่อได้ตามปกติ หมวดที่ปิดรับไม่อยู่ในแบบแจ้งเรื่อง",
}


class IconField(forms.ChoiceField):
    """One of the pictures."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=list(ICONS.items()), **kwargs)


@admin.register(Category, site=site)
class CategoryAdmin(ConfigAdmin):
    """What can be reported, who works it, how fast, and what is asked."""

    list_display = ("name_th", "shown_code", "department", "sla_hours", "ack_hours", "is_public", "is_active")
    list_filter = ("is_active", "is_public", "is_sensitive")
    list_select_related = ("department",)
    search_fields = ("name_th", "code", "department__name_th")
    ordering = ("order",)
    fixed_fields = ("code",)
    form_fields = {
        "keywords_th": LinesField,
        "traffy_types": LinesField,
        "agencies": LinesField,
        "icon": IconField,
    }
    fieldsets = (
        (
            "หมวด",
            {"fields": ("code", "name_th", "description_th", "group_th", "order", "tile_order", "icon", "is_active")},
        ),
        ("ภาษาอังกฤษ", {"fields": ("name_en", "description_en", "group_en", "emergency_notice_en")}),
        ("ผู้รับผิดชอบ", {"fields": ("department", "cooperating", "agencies")}),
        ("กำหนดเวลา", {"fields": ("sla_hours", "ack_hours", "pause_cap_days", "promises_answer")}),
        ("การเปิดเผย", {"fields": ("is_public", "is_sensitive")}),
        ("แบบแจ้งเรื่อง", {"fields": ("location_required", "photo_rule", "after_photo_required", "emergency_notice_th")}),
        ("คำถามและกฎส่งต่อ", {"fields": ("questions", "routing_rules")}),
        ("ค้นหาและเรื่องซ้ำ", {"fields": ("keywords_th", "traffy_types", "duplicate_radius_m", "duplicate_window_days")}),
    )

    @admin.display(description="รหัส", ordering="code")
    def shown_code(self, row: Category) -> SafeString:
        """The code, by which other systems name the category."""
        return format_html("<code>{}</code>", row.code)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offices of the town only."""
        kwargs["queryset"] = Department.objects.filter(is_external=False).order_by("sort", "id")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offices of the town only, as boxes to tick."""
        kwargs["queryset"] = Department.objects.internal()
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's)
        """Save, and say how many cases go on as before."""
        super().save_model(request, obj, form, change)
        changed = [KEPT[name] for name in form.changed_data if name in KEPT] if change else []
        number = Complaint.objects.open().filter(category=obj).count() if changed else 0
        for sentence in changed if number else []:
            messages.info(request, f"เรื่องที่ยังไม่เสร็จ {number:,} เรื่องในหมวดนี้{sentence}")
