"""What we accept from residents and staff. Forms are courtesy; services, table and constraints decide."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.extending import Reason
from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.category import Category
from complaints.services.moves import Update
from complaints.workflow import Outcome
from nakhoncity.kit.forms import CleanText
from nakhoncity.kit.language import told
from nakhoncity.kit.thai import (
    BANGKOK,
    DateRefused,
    PhoneRefused,
    arabic_digits,
    clean_text,
    parse_phone,
    parse_thai_date,
    parse_thai_time,
)
from nakhoncity.staff.models import Department, StaffMember

Typed = TypeVar("Typed")
PHONE_END = 4


class Choice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in stubs only
    """One of the rows offered, by its id; none where nothing is chosen."""

    def __init__(self, rows: Any) -> None:
        super().__init__(rows, required=False, error_messages={"invalid_choice": _("ไม่มีตัวเลือกนี้แล้ว กรุณาเลือกใหม่")})

    def to_python(self, value: Any) -> Any:
        """Clean before looking."""
        return super().to_python(clean_text(str(value)) if value else value)


class WhatForm(forms.Form):
    """Step 2: one category, or "not sure"."""

    category = CleanText(max_length=40)

    def clean_category(self) -> Category | None:
        """The category of a code; None for "unsure"."""
        code = self.cleaned_data["category"]
        if code == "UNSURE":
            return None
        category = Category.objects.offered().filter(code=code).first()
        if category is None:
            raise forms.ValidationError(_("กรุณาเลือกเรื่องที่ต้องการแจ้ง"))
        return category


NO_PIN = dict.fromkeys(
    ("invalid", "min_value", "max_value"), _("ตำแหน่งของหมุดไม่ถูกต้อง กรุณาปักหมุดใหม่ หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต")
)
# A position that may be off by more says nothing; neither does what is no number.
ROUGHEST_M = 100_000


class WhereForm(forms.Form):
    """Step 3: a pin, words, or neither if skipped. One of the two is enough."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90, error_messages=NO_PIN)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, error_messages=NO_PIN)
    accuracy = CleanText(max_length=40)
    address_text = CleanText(max_length=300)
    skip = forms.BooleanField(required=False)

    def clean_accuracy(self) -> float | None:
        """Metres as the telephone gives them; nobody has typed this, so nobody is asked to mend it."""
        try:
            metres = float(self.cleaned_data["accuracy"])
        except ValueError:
            return None
        return metres if 0 <= metres <= ROUGHEST_M else None

    def clean(self) -> dict[str, Any]:
        """Ask for a place once; a half position is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("lat") is None or data.get("lon") is None:
            data["lat"] = data["lon"] = data["accuracy"] = None
        if not (data.get("skip") or self.errors) and data["lat"] is None and not data.get("address_text"):
            raise forms.ValidationError(_("กรุณาปักหมุด หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต"))
        return data


class SignForm(forms.Form):
    """A sign: where it hangs, by name and perhaps by pin, and perhaps what is reported there."""

    title = CleanText(max_length=80, required=True, error_messages={"required": _("กรุณาใส่ชื่อจุดติดป้าย เช่น เสาไฟหน้าวัด")})
    category = forms.ModelChoiceField(
        Category.objects.none(),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": _("ไม่มีตัวเลือกนี้แล้ว กรุณาเลือกใหม่")},
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, error_messages=NO_PIN)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, error_messages=NO_PIN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.offered()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Half a position is none."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("lat") is None or data.get("lon") is None:
            data["lat"] = data["lon"] = None
        return data


class DetailForm(forms.Form):
    """Step 4: the category's questions (two at most), words, phone."""

    text = CleanText(max_length=FORM_TEXT_MAX)
    contact_name = CleanText(max_length=120)
    phone = CleanText(max_length=40)
    hides_name = forms.BooleanField(required=False)
    again_of = CleanText(max_length=20)

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
    messages = {"required": _("กรุณาเลือก “%(label)s”") % {"label": told(question, "label")}}
    if question["datatype"] == "singlevaluelist":
        choices = [(value["key"], told(value, "name")) for value in question["values"]]
        messages["invalid_choice"] = messages["required"]
        return forms.ChoiceField(required=required, choices=choices, error_messages=messages)
    field = CleanText(max_length=200, required=required)
    field.error_messages["required"] = messages["required"]
    return field


class ThaiDateField(CleanText):
    """A day of Bangkok as Thais write it; None where nothing is typed."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, max_length=40)
        self.error_messages["required"] = _("กรุณาระบุวันที่ เช่น 5/12/2569")

    def clean(self, value: Any) -> date | None:
        """Refuse what is no day with a sentence that shows how to write it."""
        return _typed(super().clean(value), parse_thai_date)


class ThaiTimeField(CleanText):
    """A time of Bangkok's day; None where nothing is typed."""

    def __init__(self) -> None:
        super().__init__(max_length=20)

    def clean(self, value: Any) -> time | None:
        """Refuse what is no time with a sentence that shows how to write it."""
        return _typed(super().clean(value), parse_thai_time)


def _typed(text: str, parse: Callable[[str], Typed]) -> Typed | None:
    try:
        return parse(text) if text else None
    except DateRefused as refused:
        raise forms.ValidationError(str(refused)) from refused


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

    move = CleanText(max_length=40)
    version = forms.IntegerField(min_value=1)
    public_text = CleanText(max_length=FORM_TEXT_MAX)
    internal_text = CleanText(max_length=FORM_TEXT_MAX)
    reason = CleanText(max_length=300)
    category = Choice(Category.objects.offered().select_related("department"))
    department = Choice(Department.objects.internal())
    assignee = Choice(StaffMember.objects.working())
    outcome = forms.ChoiceField(choices=[("", ""), *Outcome.choices], required=False)
    agency = Choice(Department.objects.external())
    agency_reference = CleanText(max_length=60)
    expected_date = ThaiDateField()
    appointment_date = ThaiDateField()
    appointment_time = ThaiTimeField()
    plan_year = forms.IntegerField(
        required=False,
        min_value=2560,
        max_value=2700,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("กรุณาใส่ปีงบประมาณเป็นปี พ.ศ. สี่หลัก เช่น 2570")
        ),
    )
    duplicate_of = CleanText(max_length=20)

    def __init__(self, data: Any, *, cases: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.cases = cases

    def clean_duplicate_of(self) -> Complaint | None:
        """The case named by its number (NST-69-000123, 69-123, 123), the newest of those this member may see."""
        typed = self.cleaned_data["duplicate_of"]
        if not typed:
            return None
        found: Complaint | None = self.cases.called(typed).first()
        if found is None:
            raise forms.ValidationError(_("ไม่พบเรื่องเลขที่นี้ กรุณาตรวจสอบเลขที่เรื่อง"))
        return found

    def clean(self) -> dict[str, Any]:
        """A day and a time make an appointment; a day alone asks for the time."""
        data: dict[str, Any] = super().clean() or {}
        day, at = data.pop("appointment_date", None), data.pop("appointment_time", None)
        data["appointment_at"] = datetime.combine(day, at, tzinfo=BANGKOK) if day and at else None
        if day and not at and "appointment_time" not in self.errors:
            self.add_error("appointment_time", _("กรุณาใส่เวลานัด เช่น 09.00"))
        return data

    def to_update(self) -> Update:
        """What the service takes; photos are added by the door."""
        data = {**self.cleaned_data}
        data["outcome"] = data.get("outcome") or ""
        return Update(**data)


class TrackForm(forms.Form):
    """What opens a case without LINE: its reference as people say it, and the last four digits of the telephone."""

    reference = CleanText(max_length=40)
    phone_end = CleanText(max_length=20)

    def clean_reference(self) -> str:
        """Something to look for."""
        typed: str = self.cleaned_data["reference"]
        if not typed:
            raise forms.ValidationError(_("กรุณาใส่เลขที่เรื่อง เช่น 69-000123"))
        return typed

    def clean_phone_end(self) -> str:
        """The last four digits, if a whole number was typed too."""
        digits = "".join(letter for letter in arabic_digits(self.cleaned_data["phone_end"]) if letter.isdigit())
        if len(digits) < PHONE_END:
            raise forms.ValidationError(_("กรุณาใส่เลข 4 ตัวท้ายของเบอร์โทรศัพท์ที่ให้ไว้ตอนแจ้งเรื่อง"))
        return digits[-PHONE_END:]
