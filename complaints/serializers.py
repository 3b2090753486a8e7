"""How the open API writes what anybody may know, how it reads what is asked, and what programs file.

Never told: texts, pictures, names and telephones of people, the key of the tracking page, who works the case.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.forms import DetailForm
from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.category import Category
from complaints.services.filing import Report
from complaints.workflow import Channel, Outcome, Status, resident_label
from nakhoncity.city.writing import StrictBoolean, StrictNumber, StrictSerializer, StrictText
from nakhoncity.kit.geo import Point
from nakhoncity.kit.thai import LATEST_YEAR, OLDEST_YEAR

Box = tuple[Point, Point]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DAY_WRONG = _("กรุณาเขียนวันที่เป็น ปี ค.ศ.-เดือน-วัน เช่น 2026-11-25")
NO_CATEGORY = _("ไม่มีหมวดนี้ที่เปิดเผยต่อสาธารณะ ดูรหัสหมวดได้ที่ /api/v1/categories/")
BOX_WRONG = _("กรุณาเขียน bbox เป็น ตะวันตก,ใต้,ตะวันออก,เหนือ เช่น 99.90,8.38,100.02,8.50")


class ValueSerializer(serializers.Serializer[Any]):
    """One answer that may be chosen."""

    key = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField(required=False, allow_blank=True)


class QuestionSerializer(serializers.Serializer[Any]):
    """One question of a category's form, as it is asked."""

    code = serializers.CharField()
    datatype = serializers.CharField()
    is_required = serializers.BooleanField(source="required", default=False)
    label_th = serializers.CharField()
    label_en = serializers.CharField(default="")
    hint_th = serializers.CharField(default="")
    values = ValueSerializer(many=True, default=list)


class CategorySerializer(serializers.ModelSerializer[Category]):
    """One matter that can be reported. `sla_hours` is the promise: so many hours from receipt to repair."""

    questions = QuestionSerializer(source="form_questions", many=True)

    class Meta:
        model = Category
        fields = ("code", "name_th", "name_en", "group_th", "group_en", "sla_hours", "is_public", "questions")


class CategoryNameSerializer(serializers.Serializer[Any]):
    """A category by name."""

    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()


class DepartmentNameSerializer(serializers.Serializer[Any]):
    """The office that has the case, by name."""

    name_th = serializers.CharField()
    name_en = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    """A crossing of a 100 m grid, in degrees (WGS 84)."""

    latitude = serializers.FloatField(source="lat")
    longitude = serializers.FloatField(source="lon")


class CaseSerializer(serializers.ModelSerializer[Complaint]):
    """What anybody may know of a public case. Instants are in UTC."""

    status = serializers.ChoiceField(choices=Status.values)
    status_th = serializers.SerializerMethodField(help_text="The status as the resident reads it.")
    outcome = serializers.SerializerMethodField(help_text="How the case ended; null while it is open.")
    category = CategoryNameSerializer()
    department = DepartmentNameSerializer()
    community = serializers.CharField(source="community.name", default=None, allow_null=True)
    place = PlaceSerializer(source="public_place", allow_null=True)
    received_at = serializers.DateTimeField(default_timezone=UTC)
    due_at = serializers.DateTimeField(default_timezone=UTC)
    resolved_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)

    class Meta:
        model = Complaint
        fields = (
            "reference", "status", "status_th", "outcome", "category", "department", "community", "place",
            "received_at", "due_at", "resolved_at",
        )  # fmt: skip

    def get_status_th(self, case: Complaint) -> str:
        """The resident's words."""
        return resident_label(status=case.status, outcome=case.outcome)

    @extend_schema_field(serializers.ChoiceField(choices=Outcome.values, allow_null=True))
    def get_outcome(self, case: Complaint) -> str | None:
        """The code, or nothing yet."""
        return case.outcome or None


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field[date, str, str, date]):
    """A day of the years that our dates know, as ISO 8601 writes it."""

    def to_internal_value(self, data: str) -> date:
        """The day. Raises ValidationError for anything else."""
        try:
            day = date.fromisoformat(data) if DAY.fullmatch(data) else date.min
        except ValueError:
            day = date.min
        if not OLDEST_YEAR <= day.year <= LATEST_YEAR:
            raise serializers.ValidationError(DAY_WRONG)
        return day


class CaseQuery(serializers.Serializer[Any]):
    """What narrows a list of cases: a closed set. Days are Bangkok's, both included."""

    category = serializers.CharField(
        required=False, help_text="Code of a category.", error_messages={"blank": NO_CATEGORY, "invalid": NO_CATEGORY}
    )
    status = serializers.ChoiceField(
        choices=Status.values, required=False, error_messages={"invalid_choice": _("ไม่มีสถานะ {input}")}
    )
    received_from = DayField(required=False)
    received_to = DayField(required=False)

    def validate_category(self, code: str) -> Category:
        """The category of that code, if its cases may be public."""
        category = Category.objects.public().filter(code=code).first()
        if category is None:
            raise serializers.ValidationError(NO_CATEGORY)
        return category


@extend_schema_field(OpenApiTypes.STR)
class BoxField(serializers.Field[Box, str, str, Box]):
    """West, south, east, north in degrees, as two corners of a box."""

    def to_internal_value(self, data: str) -> Box:
        """The south-western and the north-eastern corner. Raises ValidationError for anything else."""
        try:
            west, south, east, north = map(float, data.split(","))
            low, high = Point(south, west), Point(north, east)
        except ValueError as error:
            raise serializers.ValidationError(BOX_WRONG) from error
        if south > north or west > east:
            raise serializers.ValidationError(BOX_WRONG)
        return low, high


class MapQuery(CaseQuery):
    """The same for the map, and a box."""

    bbox = BoxField(required=False, help_text="West,south,east,north in degrees: cases whose grid crossing lies in it.")


class PointSerializer(serializers.Serializer[Any]):
    """Where a feature is: longitude, latitude of the crossing of a 100 m grid."""

    type = serializers.ChoiceField(choices=["Point"])
    coordinates = serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)


class CaseOnMapSerializer(serializers.Serializer[Any]):
    """What a map shows of a case."""

    category = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.values)
    status_th = serializers.CharField()
    received_at = serializers.DateTimeField()


class FeatureSerializer(serializers.Serializer[Any]):
    """One case on the map; its id is its reference."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.CharField()
    geometry = PointSerializer()
    properties = CaseOnMapSerializer()


class MapSerializer(serializers.Serializer[Any]):
    """A GeoJSON feature collection (RFC 7946). `is_truncated`: there are more, the newest are given."""

    type = serializers.ChoiceField(choices=["FeatureCollection"])
    is_truncated = serializers.BooleanField()
    features = FeatureSerializer(many=True)


# How a case may have come to whoever files it here; our own doors and imports are not among them.
FILED_BY = (
    Channel.PHONE, Channel.COUNTER, Channel.LETTER, Channel.WEB, Channel.DAMRONGDHAM, Channel.OPM, Channel.FACEBOOK,
    Channel.RADIO, Channel.FIELD_VISIT, Channel.COMMUNITY_LEADER,
)  # fmt: skip
CHANNEL_WRONG = _("ไม่มีช่องทางนี้ ดูช่องทางที่ใช้ได้ที่ /api/docs/")
# What the resident's form calls its fields, and what programs do.
NAMES = {"contact_name": "name"}


class AnswersField(serializers.DictField):
    """Answers to the questions of the category: code of the question, key of the answer or a text."""

    child = StrictText(max_length=200, allow_blank=True)
    default_error_messages = {"not_a_dict": _("ต้องเป็นข้อมูลแบบ JSON object"), "null": _("ต้องเป็นข้อมูลแบบ JSON object")}


class FilingSerializer(StrictSerializer):
    """What another system files: the matter, the place as a point or in words, and perhaps who told it."""

    category = StrictText(max_length=40, help_text="Code of a category that is offered.")
    channel = serializers.ChoiceField(
        choices=[channel.value for channel in FILED_BY],
        help_text="How the matter was told to you.",
        error_messages=dict.fromkeys(("required", "null", "invalid_choice"), CHANNEL_WRONG),
    )
    text = StrictText(max_length=FORM_TEXT_MAX, required=False, allow_blank=True)
    answers = AnswersField(required=False, help_text="By code of the category's questions.")
    latitude = StrictNumber(min_value=-90, max_value=90, required=False)
    longitude = StrictNumber(min_value=-180, max_value=180, required=False)
    address_text = StrictText(max_length=300, required=False, allow_blank=True, help_text="The place in words.")
    name = StrictText(max_length=120, required=False, allow_blank=True, help_text="Who reports it.")
    phone = StrictText(max_length=40, required=False, allow_blank=True, help_text="A Thai number, however written.")
    hides_name = StrictBoolean(required=False, help_text="Whether the name is kept from the office that works it.")

    def validate_category(self, code: str) -> Category:
        """The category of that code, if it is offered now."""
        category = Category.objects.offered().select_related("department").filter(code=code).first()
        if category is None:
            raise serializers.ValidationError(_("ไม่มีหมวดนี้ ดูรหัสหมวดได้ที่ /api/v1/categories/"))
        return category

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A place is whole and there where the category needs one; words, phone and answers are as residents' are."""
        wrong = dict(_wrong_place(attrs))
        answers = attrs.pop("answers", {})
        form = _as_residents_form(attrs, answers)
        wrong |= {_api_name(name): list(texts) for name, texts in form.errors.items()}
        asked = {question["code"] for question in form.questions}
        wrong |= {f"answers.{code}"[:60]: [_("ไม่มีคำถามนี้ในหมวดนี้")] for code in sorted(set(answers) - asked)}
        if wrong:
            raise serializers.ValidationError(wrong)
        return {**attrs, **form.cleaned_data, "answers": form.answers}

    def to_report(self, *, draft_id: UUID) -> Report:
        """What the service takes."""
        data = self.validated_data
        point = Point(data["latitude"], data["longitude"]) if "latitude" in data else None
        return Report(
            draft_id=draft_id,
            category=data["category"],
            channel=Channel(data["channel"]),
            answers=data["answers"],
            text=data["text"],
            place=point,
            address_text=data.get("address_text", ""),
            contact_name=data["contact_name"],
            contact_phone=data["phone"],
            hides_name=data["hides_name"],
        )


def _wrong_place(given: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    if ("latitude" in given) != ("longitude" in given):
        yield "longitude" if "latitude" in given else "latitude", [_("พิกัดต้องมีทั้ง latitude และ longitude")]
    elif given["category"].location_required and "latitude" not in given and not given.get("address_text"):
        yield "address_text", [_("หมวดนี้ต้องมีสถานที่ เป็นพิกัด หรือชื่อชุมชน ถนน หรือจุดสังเกต")]


def _as_residents_form(given: dict[str, Any], answers: dict[str, str]) -> DetailForm:
    names = {"text": "text", "contact_name": "name", "phone": "phone"}
    typed: dict[str, Any] = {field: given.get(name, "") for field, name in names.items()}
    typed |= {f"q_{code}": answer for code, answer in answers.items()}
    typed["hides_name"] = given.get("hides_name", True)
    return DetailForm(typed, category=given["category"], needs_phone=False)


def _api_name(field: str) -> str:
    return f"answers.{field[2:]}" if field.startswith("q_") else NAMES.get(field, field)


class FiledSerializer(serializers.ModelSerializer[Complaint]):
    """A case as told to the system that filed it: nothing that a person said or is."""

    status = serializers.ChoiceField(choices=Status.values)
    status_th = serializers.SerializerMethodField(help_text="The status in the words that residents read.")
    outcome = serializers.SerializerMethodField()
    track_url = serializers.SerializerMethodField(
        help_text="The case's own page: for whoever reported it, not for others."
    )
    received_at = serializers.DateTimeField(default_timezone=UTC)
    due_at = serializers.DateTimeField(default_timezone=UTC)
    resolved_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)

    class Meta:
        model = Complaint
        fields = ("reference", "track_url", "status", "status_th", "outcome", "received_at", "due_at", "resolved_at")

    get_status_th = CaseSerializer.get_status_th
    get_outcome = CaseSerializer.get_outcome

    @extend_schema_field(OpenApiTypes.URI)
    def get_track_url(self, case: Complaint) -> str:
        """The address that needs no sign-in."""
        return f"{settings.PUBLIC_URL}{reverse('complaints:track', args=[case.tracking_token])}"
