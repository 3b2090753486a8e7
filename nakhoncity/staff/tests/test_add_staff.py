"""The command that makes an account: a good one signs in, a bad one says why and makes nothing."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db
GOOD = "คลองหน้าเมือง-2569"


@pytest.fixture
def typed(monkeypatch):
    """What is typed at the two questions."""

    def answer(*words):
        answers = iter(words)
        path = "nakhoncity.staff.management.commands.add_staff.getpass"
        monkeypatch.setattr(path, lambda _question: next(answers))

    return answer


def add(username="somchai", **options):
    office = DepartmentFactory(code="PERMSEC")
    call_command("add_staff", username, **{"name": "สมชาย", "office": office.code, **options})


def test_add_staff_makes_an_account_that_signs_in(client, typed):
    typed(GOOD, GOOD)

    add()

    member = StaffMember.objects.get(username="somchai")
    assert (member.role, member.department.code, member.check_password(GOOD)) == ("admin", "PERMSEC", True)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ((GOOD, "another"), {}),
        (("short", "short"), {}),
        ((GOOD, GOOD), {"username": "Somchai"}),
        ((GOOD, GOOD), {"username": "taken"}),
        ((GOOD, GOOD), {"office": "NOTHING"}),
    ],
)
def test_add_staff_refused_makes_nothing(typed, words, options):
    StaffFactory(username="taken")
    typed(*words)

    with pytest.raises(CommandError):
        add(**options)

    assert StaffMember.objects.count() == 1
