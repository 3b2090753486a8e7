"""What we accept from residents and staff. Forms are courtesy; services, table and constraints decide."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.extending import Reason
from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.category import Category
from complaints.services.moves import Update
from complaints.workflow import Outcome
from nakhoncity.kit.thai import BANGKOK, ERA, MONTHS, PhoneRefused, arabic_digits, clean_text, parse_phone
from nakhoncity.staff.models import Department, StaffMember

TOO_LONG = _("ข้อความยาวเกิน %(limit_value)s ตัวอักษร กรุณาย่อให้สั้นลง (ขณะนี้ %(show_value)s ตัวอักษร)")


class CleanText(forms.CharField):
    """Typed text without control characters; too long says by how much."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, required=kwargs.pop("required", False), **kwargs)
        self.error_messages["max_length"] = TOO_LONG
        for validator in self.validators:
            if getattr(validator, "code", "") == "max_length":
                validator.message = TOO_LONG  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> str:
        """Clean before measuring."""
        return clean_text(str(value)) if value else ""

    def clean(self, value: Any) -> str:
        """Django refuses NUL with a sentence of its own; here it is gone by then."""
        return str(super().clean(self.to_python(value)))


class WhatForm(forms.Form):
    """Step 2: one category, or "not sure"."""

    category = forms.CharField(required=False)

    def clean_category(self) -> Category | None:
        """The category of a code; None for "unsure"."""
        code = self.cleaned_data["category"]
        if code == "UNSURE":
            return None
        category = Category.objects.offered().filter(code=code).first()
        if category is None:
            raise forms.ValidationError(_("กรุณาเลือกเรื่องที่ต้องการแจ้ง"))
        return category


class WhereForm(forms.Form):
    """Step 3: a pin, words, or neither if skipped. One of the two is enough."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    accuracy = forms.FloatField(required=False, min_value=0)
    address_text = CleanText(max_length=300)
    skip = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a place once; a half position is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("lat") is None or data.get("lon") is None:
            data["lat"] = data["lon"] = data["accuracy"] = None
        if not data.get("skip") and data["lat"] is None and not data.get("address_text"):
            raise forms.ValidationError(_("กรุณาปักหมุด หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต"))
        return data


class DetailForm(forms.Form):
    """Step 4: the category's questions (two at most), words, phone."""

    text = CleanText(max_length=FORM_TEXT_MAX)
    contact_name = CleanText(max_length=120)
    phone = forms.CharField(required=False, max_length=40)
    hides_name = forms.BooleanField(required=False)

    def __init__(self, *args: Any, category: Category | None, needs_phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_phone = needs_phone
        self.questions = category.form_questions if category else []
        for question in self.questions:
            self.fields[f"q_{question['code']}"] = _question_field(question)

    def clean_phone(self) -> str:
        """Ten digits as stored; needed where LINE does not say who it is."""
        typed = self.cleaned_data["phone"]
        if not typed:
            if self.needs_phone:
                raise forms.ValidationError(_("กรุณาใส่เบอร์โทรศัพท์ เพื่อให้เทศบาลติดต่อกลับได้"))
            return ""
        try:
            return parse_phone(typed)
        except PhoneRefused as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def answers(self) -> dict[str, str]:
        """The answers by question code, without the empty ones."""
        named = {q["code"]: self.cleaned_data.get(f"q_{q['code']}", "") for q in self.questions}
        return {code: value for code, value in named.items() if value}

    def question_fields(self) -> list[dict[str, Any]]:
        """The questions with their fields, for the page."""
        return [{"question": q, "field": self[f"q_{q['code']}"]} for q in self.questions]


def _question_field(question: dict[str, Any]) -> forms.Field:
    required = bool(question.get("required"))
    messages = {"required": _("กรุณาเลือก “%(label)s”") % {"label": question["label_th"]}}
    if question["datatype"] == "singlevaluelist":
        choices = [(value["key"], value["name_th"]) for value in question["values"]]
        messages["invalid_choice"] = messages["required"]
        return forms.ChoiceField(required=required, choices=choices, error_messages=messages)
    field = CleanText(max_length=200, required=required)
    field.error_messages["required"] = messages["required"]
    return field


class ThaiDateTimeField(forms.DateTimeField):
    """A day and time of Bangkok as the browser's own field sends it."""

    def __init__(self) -> None:
        super().__init__(required=False, error_messages={"invalid": _("กรุณาระบุวันและเวลาให้ถูกต้อง")})

    def to_python(self, value: Any) -> Any:
        """Read “2026-11-26T09:00” as Bangkok's time; Buddhist years and Thai digits are understood."""
        if isinstance(value, str) and value:
            value = _gregorian(arabic_digits(value)).replace("T", " ")
        moment = super().to_python(value)
        return moment.replace(tzinfo=BANGKOK) if moment and moment.tzinfo is None else moment


def _gregorian(text: str) -> str:
    """A year of the Buddhist era at the front becomes Gregorian."""
    year = text[:4]
    return f"{int(year) - 543}{text[4:]}" if year.isdigit() and int(year) > 2400 else text


class ThaiDateField(forms.DateField):
    """A day as Thai people type it: 5/12/2569, ๕ ธ.ค. ๖๙ or 2569-12-05. Gregorian years are understood."""

    def __init__(self, **kwargs: Any) -> None:
        words = {
            "invalid": _("กรุณาพิมพ์วันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 5/12/2569"),
            "required": _("กรุณาระบุวันที่ เช่น 5/12/2569"),
        }
        super().__init__(**({"required": False} | kwargs), error_messages=words)

    def to_python(self, value: Any) -> date | None:
        """The day, or None for nothing typed."""
        if not isinstance(value, str) or not value.strip():
            day: date | None = super().to_python(value)
            return day
        typed = arabic_digits(clean_text(value))
        for number, name in enumerate(MONTHS, start=1):
            typed = typed.replace(name, f"/{number}/")
        parts = [part for part in re.split(r"[\s/.\-]+", typed) if part]
        is_year_first = re.match(r"\d{4}", typed) is not None
        try:
            day_of_month, month, year = (int(part) for part in (parts[::-1] if is_year_first else parts))
            return date(_typed_year(year), month, day_of_month)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


def _typed_year(year: int) -> int:
    """69 and 2569 are the Buddhist era's. Raises ValueError for what is no year of a living person."""
    if year >= 2400:
        return year - ERA
    if year >= 1900:
        return year
    if 10 <= year < 100:
        return year + 2500 - ERA
    msg = f"{year} is no year"
    raise ValueError(msg)


class ExtensionForm(forms.Form):
    """A wish for more time: one of five reasons, a new day, a word to the director."""

    reason = forms.ChoiceField(
        choices=Reason.choices,
        error_messages={"required": _("กรุณาเลือกเหตุผล"), "invalid_choice": _("กรุณาเลือกเหตุผล")},
    )
    day = ThaiDateField(required=True)
    note = CleanText(max_length=300)


class RefusalForm(forms.Form):
    """A no to a wish for more time, with its reason."""

    refusal = CleanText(max_length=300, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["refusal"].error_messages["required"] = str(_("กรุณาระบุเหตุผลที่ไม่ให้ขยายเวลา"))


class UpdateForm(forms.Form):
    """The one form of the case page: a move or none, words to the resident, a note for staff."""

    move = forms.CharField(required=False, max_length=40)
    version = forms.IntegerField(min_value=1)
    public_text = CleanText(max_length=FORM_TEXT_MAX)
    internal_text = CleanText(max_length=FORM_TEXT_MAX)
    reason = CleanText(max_length=300)
    category = forms.ModelChoiceField(Category.objects.offered().select_related("department"), required=False)
    department = forms.ModelChoiceField(Department.objects.internal(), required=False)
    assignee = forms.ModelChoiceField(StaffMember.objects.working(), required=False)
    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    agency = forms.ModelChoiceField(Department.objects.external(), required=False)
    agency_reference = CleanText(max_length=60)
    expected_date = forms.DateField(required=False, error_messages={"invalid": _("กรุณาระบุวันที่ให้ถูกต้อง")})
    appointment_at = ThaiDateTimeField()
    plan_year = forms.IntegerField(required=False, min_value=2560, max_value=2700)
    duplicate_of = forms.CharField(required=False, max_length=20)

    def __init__(self, data: Any, *, cases: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.cases = cases

    def clean_duplicate_of(self) -> Complaint | None:
        """The case named by its reference, among those this member may see."""
        typed = arabic_digits(self.cleaned_data["duplicate_of"]).strip().upper()
        if not typed:
            return None
        found: Complaint | None = self.cases.filter(reference__endswith=typed).first()
        if found is None:
            raise forms.ValidationError(_("ไม่พบเรื่องเลขที่นี้ กรุณาตรวจสอบเลขที่เรื่อง"))
        return found

    def to_update(self) -> Update:
        """What the service takes; photos are added by the door."""
        data = {**self.cleaned_data}
        data["outcome"] = data.get("outcome") or ""
        return Update(**data)
