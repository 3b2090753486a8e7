"""What the open API never tells: each test builds what could leak, then looks for it in every answer."""

import pytest
from django.test import Client
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.record import Photo
from complaints.tests.desk import assigned
from complaints.tests.factories import NOW, CategoryFactory, file_one
from nakhoncity.kit.geo import Point
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def everything(case):
    """All that the API tells, and what it answers to the case's own address."""
    client = Client()
    one = client.get(reverse("complaints:api-case", args=[case.reference]))
    lists = [client.get(reverse(f"complaints:api-{name}")).content.decode() for name in ("cases", "map", "categories")]
    return one.status_code, " ".join([one.content.decode(), *lists])


def seen(case):
    """How the case's own address answers, and whether any list names it."""
    status, told = everything(case)
    return status, case.reference in told


@pytest.fixture
def case(category):
    return file_one(category=category)


def test_public_case_is_seen(case):
    assert seen(case) == (200, True)


@pytest.mark.parametrize(
    "columns",
    [
        {"is_public": False},
        {"is_public": False, "is_confidential": True},
        {"promised": False},
        {"promised": False, "is_public": False},
    ],
)
def test_case_that_is_not_public_is_neither_listed_nor_found(case, columns):
    Complaint.objects.update(**columns)

    assert seen(case) == (404, False)


@pytest.mark.parametrize("columns", [{"is_public": False}, {"is_sensitive": True, "is_public": False}])
def test_case_of_a_category_that_became_private_is_not_seen(case, columns):
    Category.objects.update(**columns)

    assert seen(case) == (404, False)


def test_case_filed_in_a_private_category_is_not_seen(office):
    assert seen(file_one(category=CategoryFactory(department=office, is_public=False))) == (404, False)


def test_private_category_cannot_be_asked_for(office):
    CategoryFactory(code="SECRET", department=office, is_public=False)

    assert Client().get(reverse("complaints:api-cases"), {"category": "SECRET"}).status_code == 400


def test_nothing_of_people_or_words_is_told(head, category):
    resident = ResidentFactory(phone="0811111111")
    case = file_one(
        category=category, reporter=resident, text="ข้อความลับ", address_text="บ้านเลขที่ลับ", contact_name="ชื่อลับ",
        contact_phone="0822222222", now=NOW, place=Point(8.430412, 99.963087),
    )  # fmt: skip
    assigned(case, head)
    photo = Photo.objects.create(complaint=case, created_at=NOW, width=4, height=3)
    Complaint.objects.update(
        published_text="เผยแพร่ลับ", answers={"KIND": "คำตอบลับ"}, external_reference="เลขลับ", accused=StaffFactory(),
        agency_reference="หนังสือลับ",
    )  # fmt: skip
    case.refresh_from_db()

    told = everything(case)[1]

    marks = [
        "ลับ", resident.phone, "0822222222", resident.display_name, head.display_name, case.accused.display_name,
        case.tracking_token, str(case.draft_id), str(photo.pk), "8.4304", "99.9630",
    ]  # fmt: skip
    assert (case.reference in told, [mark for mark in marks if mark in told]) == (True, [])
