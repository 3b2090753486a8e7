"""The smallest valid categories and cases, and people you remember."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import factory

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.services.filing import Report, file_complaint
from complaints.workflow import Channel
from nakhoncity.kit.geo import Point
from nakhoncity.residents.models import Resident
from nakhoncity.staff.tests.factories import DepartmentFactory

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    """A street-light category without questions."""

    class Meta:
        model = Category
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"MATTER_{n}")
    order = factory.Sequence(lambda n: n + 100)
    name_th = "ไฟฟ้าสาธารณะดับหรือชำรุด"
    name_en = "Street light out"
    group_th = "โครงสร้างพื้นฐาน"
    group_en = "Infrastructure"
    department = factory.SubFactory(DepartmentFactory)


def file_one(
    *, now: datetime = NOW, reporter: Resident | None = None, category: Category | None = None, **fields: Any
) -> Complaint:
    """A case filed through the service at `now`."""
    report = Report(
        draft_id=fields.pop("draft_id", None) or uuid4(),
        category=category or CategoryFactory(),
        channel=fields.pop("channel", Channel.LIFF),
        text=fields.pop("text", "ไฟถนนดับหน้าบ้าน"),
        place=fields.pop("place", Point(8.4304, 99.9631)),
        reporter=reporter,
        **fields,
    )
    return file_complaint(report=report, now=now).complaint


def hours(n: float) -> timedelta:
    """n hours."""
    return timedelta(hours=n)
