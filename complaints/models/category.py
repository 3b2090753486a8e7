"""Categories: what can be reported, who works it, how fast, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language

from complaints.workflow import Priority
from nakhoncity.staff.models import Department

MOST_HOURS = 48
FORM_QUESTIONS = 2
DATATYPES = {"singlevaluelist", "multivaluelist", "string", "text", "number", "datetime"}


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

    code = models.SlugField(max_length=30, unique=True)
    order = models.PositiveSmallIntegerField(unique=True)
    name_th = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    description_th = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    group_th = models.CharField(max_length=60)
    group_en = models.CharField(max_length=60)
    icon = models.SlugField(max_length=20, default="report")
    tile_order = models.PositiveSmallIntegerField(default=0, help_text="0: not among the frequent tiles")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="categories")
    cooperating = models.ManyToManyField(Department, blank=True, related_name="cooperating_categories")
    sla_hours = models.PositiveSmallIntegerField(default=MOST_HOURS)
    ack_hours = models.PositiveSmallIntegerField(default=4)
    keywords_th = models.JSONField(default=list, blank=True)
    traffy_types = models.JSONField(default=list, blank=True)
    photo_rule = models.CharField(max_length=12, choices=PhotoRule.choices, default=PhotoRule.OPTIONAL)
    after_photo_required = models.BooleanField(default=False)
    location_required = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True)
    is_sensitive = models.BooleanField(default=False)
    promises_answer = models.BooleanField(default=False)
    duplicate_radius_m = models.PositiveSmallIntegerField(default=50)
    duplicate_window_days = models.PositiveSmallIntegerField(default=14)
    pause_cap_days = models.PositiveSmallIntegerField(default=7)
    emergency_notice_th = models.CharField(max_length=300, blank=True)
    questions = models.JSONField(default=list, blank=True)
    routing_rules = models.JSONField(default=list, blank=True)
    agencies = models.JSONField(default=list, blank=True, help_text="codes of outside bodies it may be referred to")
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="category_sla_within_promise",
                condition=models.Q(sla_hours__gte=1, sla_hours__lte=MOST_HOURS),
                violation_error_message="ระยะเวลาแก้ไขต้องอยู่ระหว่าง 1 ถึง 48 ชั่วโมง",
            ),
        ]

    def __str__(self) -> str:
        return self.name_th

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name_th

    @property
    def form_questions(self) -> list[dict[str, Any]]:
        """The questions a resident's form shows: two at most, in order."""
        asked = [q for q in self.questions if q.get("ask") == "form"]
        return sorted(asked, key=lambda q: q["order"])[:FORM_QUESTIONS]

    def clean(self) -> None:
        """Refuse questions and rules that the form could not show or the router not follow."""
        codes = {q.get("code") for q in self.questions}
        if any(q.get("datatype") not in DATATYPES or not q.get("label_th") for q in self.questions):
            raise ValidationError({"questions": "คำถามต้องมีชนิดและข้อความภาษาไทย"})
        if any(set(rule.get("if", {})) - codes for rule in self.routing_rules):
            raise ValidationError({"routing_rules": "กฎอ้างถึงคำถามที่ไม่มีในหมวดนี้"})

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
