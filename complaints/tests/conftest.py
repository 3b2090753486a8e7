"""Fixtures of the room's tests: an office with its people, a resident and his case."""

import pytest
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.record import Follower
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.city.models import CityProfile
from nakhoncity.residents.models import Resident
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.models import Department, StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory


@pytest.fixture
def office(db: None) -> Department:
    """An office of the town."""
    return DepartmentFactory(code="STREETS")


@pytest.fixture
def head(office: Department) -> StaffMember:
    """The head of the office."""
    return StaffFactory(role="head", department=office)


@pytest.fixture
def category(office: Department) -> Category:
    """What the office works."""
    return CategoryFactory(department=office)


@pytest.fixture
def somchai(db: None) -> Resident:
    """A resident whom LINE reaches."""
    return ResidentFactory()


@pytest.fixture
def case(category: Category, somchai: Resident) -> Complaint:
    """A case that Somchai has just reported to the office, with a follower."""
    complaint = file_one(now=timezone.now(), category=category, reporter=somchai)
    Follower.objects.create(complaint=complaint, resident=ResidentFactory(), since=timezone.now())
    return complaint


@pytest.fixture
def profile_at_hand(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process keeps the town's profile for some seconds: reading it is no page's cost."""
    monkeypatch.setattr("nakhoncity.city.models.PROFILE_KEPT_S", 3600.0)
    CityProfile.current()
