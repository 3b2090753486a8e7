"""Eight at once: a code opens one of eight sign-ins, and the town is never left without an administrator."""

from datetime import timedelta

import pytest
from django.db import connection

from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory
from nakhoncity.staff.tests.second_step import app_code, give_app
from nakhoncity.tests.crew import PROCESSES

ACTS = "nakhoncity.staff.tests.race_acts"
NO_LOCKS = f"{ACTS}.no_row_locks"
pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers and hides the race"),
]


def spend_by_eight(crew, now, *, recovery, **how):
    wichai = StaffFactory(username="wichai")
    secret, codes = give_app(wichai, now - timedelta(minutes=5))
    code = codes[0] if recovery else app_code(secret, now)
    act = (f"{ACTS}.spend", {"member": "wichai", "code": code, "now": now.isoformat()})
    return sum(crew.act([act] * PROCESSES, **how))


def shut_by_eight(crew, **how):
    office = DepartmentFactory()
    bosses = [StaffFactory(username=f"boss-{n}", role="admin", department=office) for n in range(PROCESSES)]
    crew.act([(f"{ACTS}.shut", {"member": boss.username}) for boss in bosses], **how)
    return StaffMember.objects.filter(role="admin", is_active=True).count()


@pytest.mark.parametrize("recovery", [False, True])
def test_code_opens_one_of_eight_sign_ins(crew, now, recovery):
    assert spend_by_eight(crew, now, recovery=recovery) == 1


def test_without_the_lock_a_code_opens_several(crew, now):
    assert spend_by_eight(crew, now, recovery=False, without=NO_LOCKS) > 1


def test_one_of_eight_administrators_stays(crew):
    assert shut_by_eight(crew) == 1


def test_without_the_lock_no_administrator_stays(crew):
    assert shut_by_eight(crew, without=NO_LOCKS) == 0
