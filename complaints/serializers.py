"""How the open API writes what anybody may know, and how it reads what is asked. No writer here.

Never here: texts, pictures, names and telephones of people, the key of the tracking page, who works the case.
"""

import re
from datetime import UTC, date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.workflow import Outcome, Status, resident_label
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
