"""Rights by role, and how far each role sees."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from nakhoncity.staff.access import Right, can, office_path
from nakhoncity.staff.decorators import right_required
from nakhoncity.staff.models import Department, StaffMember
from nakhoncity.staff.services import seed_departments
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
Role = StaffMember.Role
SEES_ALL = {Role.CLERK, Role.SUPERVISOR, Role.EXECUTIVE, Role.ADMIN}


def settings_page(request):
    return HttpResponse()


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.VIEW_ALL, SEES_ALL),
        (Right.SEE_REPORTS, SEES_ALL - {Role.CLERK}),
        (Right.CONFIGURE, {Role.ADMIN}),
        (Right.SEE_CONFIDENTIAL, set()),
    ],
)
def test_can_follows_the_table(role, right, roles):
    assert can(StaffFactory.build(role=role, department=None), right) == (role in roles)


def test_can_see_confidential_by_order_and_not_by_rank():
    officer = StaffFactory.build(department=None, handles_confidential=True)

    assert can(officer, Right.SEE_CONFIDENTIAL)


@pytest.mark.parametrize("right", Right)
def test_can_nothing_once_the_account_is_closed(right):
    admin = StaffFactory.build(role=Role.ADMIN, department=None, handles_confidential=True, is_active=False)

    assert not can(admin, right)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_office_path_of_a_unit_is_its_whole_office(role):
    office = DepartmentFactory(code="ENGINEERING")
    unit = DepartmentFactory(code="ENG_ROAD", parent=office, level="unit")

    assert office_path(StaffFactory(role=role, department=unit)) == "ENGINEERING/"


@pytest.mark.parametrize("role", sorted(SEES_ALL))
def test_office_path_is_none_for_those_who_see_the_town(role):
    assert office_path(StaffFactory(role=role)) is None


def test_office_path_of_a_unit_right_under_the_secretary_is_itself_not_the_town():
    seed_departments()
    auditor = StaffFactory(department=Department.objects.get(code="AUDIT"))

    assert office_path(auditor) == "MAYOR/PERMANENT_SECRETARY/AUDIT/"


def test_under_holds_the_subtree_and_no_neighbour_of_like_name():
    office = DepartmentFactory(code="ENG")
    unit = DepartmentFactory(code="ENG_ROAD", parent=office, level="unit")
    DepartmentFactory(code="ENG_ROAD2")

    assert set(Department.objects.under(office)) == {office, unit}


@pytest.mark.parametrize("user", [AnonymousUser(), StaffMember(role=Role.OFFICER)])
def test_right_required_refuses_others(user):
    request = RequestFactory().get("/")
    request.user = user

    with pytest.raises(PermissionDenied):
        right_required(Right.CONFIGURE)(settings_page)(request)


def test_right_required_opens_unstored_for_those_who_have_it():
    request = RequestFactory().get("/")
    request.user = StaffMember(role=Role.ADMIN)

    response = right_required(Right.CONFIGURE)(settings_page)(request)

    assert "no-store" in response["Cache-Control"]
