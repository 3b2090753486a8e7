"""Categories: what can be reported, who works it, how fast, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from complaints.models.questions import check_questions, check_rules, check_words
from complaints.workflow import Priority
from nakhoncity.kit.language import either
from nakhoncity.staff.models import Department

MOST_HOURS = 48
FORM_QUESTIONS = 2


@dataclass(frozen=True)
class Routing:
    """What a category and its answers decide about a new case."""

    department_code: str
    sla: timedelta
    priority: Priority = Priority.NORMAL
    promises_answer: bool = False
    is_public: bool = True
    is_confidential: bool = False
    cooperating_codes: tuple[str, ...] = field(default=())


class CategoryQuerySet(models.QuerySet["Category"]):
    """Categories by what a page needs."""

    def offered(self) -> "CategoryQuerySet":
        """Those a resident may choose now, in the order of the form."""
        return self.filter(is_active=True).order_by("order")

    def public(self) -> "CategoryQuerySet":
        """Those of which cases may be public, also such as are no longer offered."""
        return self.filter(is_public=True, is_sensitive=False)


class Category(models.Model):
    """One of the city's matters. A changed target never moves running cases; an inactive one keeps its cases."""

    class PhotoRule(models.TextChoices):
        """Whether the form asks for a picture."""

        RECOMMENDED = "recommended", "แนะนำให้แนบภาพ"
        OPTIONAL = "optional", "ไม่จำเป็นต้องแนบภาพ"

    code = models.SlugField("รหัส", max_length=30, unique=True)
    order = models.PositiveSmallIntegerField("ลำดับ", unique=True)
    name_th = models.CharField("ชื่อหมวด", max_length=100)
    name_en = models.CharField("ชื่อภาษาอังกฤษ", max_length=100)
    description_th = models.CharField("คำอธิบาย", max_length=300, blank=True)
    description_en = models.CharField("คำอธิบายภาษาอังกฤษ", max_length=300, blank=True)
    group_th = models.CharField("กลุ่ม", max_length=60)
    group_en = models.CharField("กลุ่มภาษาอังกฤษ", max_length=60)
    icon = models.SlugField("ไอคอน", max_length=20, default="report")
    tile_order = models.PositiveSmallIntegerField("ลำดับในปุ่มที่ใช้บ่อย", default=0, help_text="0 คือไม่อยู่ในปุ่มที่ใช้บ่อย")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="categories", verbose_name="หน่วยงานรับผิดชอบ"
    )
    cooperating = models.ManyToManyField(
        Department, blank=True, related_name="cooperating_categories", verbose_name="หน่วยงานร่วม"
    )
    sla_hours = models.PositiveSmallIntegerField("แก้ไขภายใน (ชั่วโมง)", default=MOST_HOURS)
    ack_hours = models.PositiveSmallIntegerField("ตอบครั้งแรกภายใน (ชั่วโมง)", default=4)
    keywords_th = models.JSONField("คำค้น", default=list, blank=True)
    traffy_types = models.JSONField("ประเภทในทราฟฟี่ฟองดูว์", default=list, blank=True)
    photo_rule = models.CharField("ภาพถ่ายจากผู้แจ้ง", max_length=12, choices=PhotoRule.choices, default=PhotoRule.OPTIONAL)
    after_photo_required = models.BooleanField("ต้องมีภาพหลังแก้ไข", default=False)
    location_required = models.BooleanField("ต้องระบุตำแหน่ง", default=True)
    is_public = models.BooleanField("เปิดเผยต่อสาธารณะ", default=True)
    is_sensitive = models.BooleanField("ข้อมูลอ่อนไหว", default=False)
    promises_answer = models.BooleanField("สัญญาว่าจะตอบ ไม่ใช่แก้ไข", default=False)
    duplicate_radius_m = models.PositiveSmallIntegerField("รัศมีหาเรื่องซ้ำ (เมตร)", default=50)
    duplicate_window_days = models.PositiveSmallIntegerField("ช่วงหาเรื่องซ้ำ (วัน)", default=14)
    pause_cap_days = models.PositiveSmallIntegerField("พักเวลาได้ไม่เกิน (วัน)", default=7)
    emergency_notice_th = models.CharField("ข้อความเตือนเหตุฉุกเฉิน", max_length=300, blank=True)
    emergency_notice_en = models.CharField("ข้อความเตือนเหตุฉุกเฉิน ภาษาอังกฤษ", max_length=300, blank=True)
    questions = models.JSONField("คำถามในแบบแจ้ง", default=list, blank=True)
    routing_rules = models.JSONField("กฎส่งต่อ", default=list, blank=True)
    agencies = models.JSONField(
        "หน่วยงานภายนอกที่ส่งต่อได้", default=list, blank=True, help_text="รหัสหน่วยงานภายนอก บรรทัดละหนึ่งรหัส"
    )
    is_active = models.BooleanField("เปิดรับเรื่องใหม่", default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "หมวดเรื่องร้องเรียน"
        constraints = [
            models.CheckConstraint(
                name="category_sla_within_promise",
                condition=models.Q(sla_hours__gte=1, sla_hours__lte=MOST_HOURS),
                violation_error_message="ระยะเวลาแก้ไขต้องอยู่ระหว่าง 1 ถึง 48 ชั่วโมง",
            ),
            models.CheckConstraint(
                name="category_answers_before_it_repairs",
                condition=models.Q(ack_hours__gte=1, ack_hours__lte=models.F("sla_hours")),
                violation_error_message="เวลาตอบครั้งแรกต้องไม่น้อยกว่า 1 ชั่วโมง และไม่เกินเวลาแก้ไข",
            ),
            models.CheckConstraint(
                name="category_sensitive_is_not_public",
                condition=models.Q(is_public=False) | models.Q(is_sensitive=False),
                violation_error_message="หมวดที่มีข้อมูลอ่อนไหวเปิดเผยต่อสาธารณะไม่ได้ กรุณาปิดอย่างใดอย่างหนึ่ง",
            ),
        ]

    def __str__(self) -> str:
        return self.name_th

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return either(self.name_th, self.name_en)

    @property
    def group(self) -> str:
        """The group it stands in, in the language of the page."""
        return either(self.group_th, self.group_en)

    @property
    def description(self) -> str:
        """What belongs to it, in the language of the page."""
        return either(self.description_th, self.description_en)

    @property
    def emergency_notice(self) -> str:
        """What to do at once instead of writing to us, in the language of the page; "" for nothing."""
        return either(self.emergency_notice_th, self.emergency_notice_en)

    @property
    def form_questions(self) -> list[dict[str, Any]]:
        """The questions a resident's form shows: two at most, in order."""
        asked = [q for q in self.questions if q.get("ask") == "form"]
        return sorted(asked, key=lambda q: q["order"])[:FORM_QUESTIONS]

    def clean(self) -> None:
        """Refuse questions and rules that the form could not show or the router not follow."""
        check_questions(self.questions)
        offices = set(Department.objects.values_list("code", flat=True))
        check_rules(self.routing_rules, self.questions, offices)
        check_words("keywords_th", self.keywords_th)
        check_words("traffy_types", self.traffy_types)
        check_words("agencies", self.agencies)
        if unknown := sorted(set(self.agencies) - offices):
            raise ValidationError({"agencies": f"ไม่มีหน่วยงานรหัส {', '.join(unknown)} กรุณาใช้รหัสจากหน้าหน่วยงาน"})

    def route(self, answers: Mapping[str, str]) -> Routing:
        """Apply the routing rules, in order, to the answers (question code -> key). Later rules win."""
        decided: dict[str, Any] = {}
        for rule in self.routing_rules:
            if all(answers.get(code) == key for code, key in rule["if"].items()):
                decided |= rule["set"]
        is_confidential = bool(decided.get("confidential", False))
        return Routing(
            department_code=decided.get("department", self.department.code),
            sla=timedelta(hours=min(decided.get("sla_hours", self.sla_hours), MOST_HOURS)),
            priority=Priority(decided.get("priority", Priority.NORMAL)),
            promises_answer=decided.get("promise", "answer" if self.promises_answer else "fix") == "answer",
            is_public=bool(decided.get("public", self.is_public)) and not is_confidential,
            is_confidential=is_confidential,
            cooperating_codes=tuple(decided.get("cooperate", ())),
        )
