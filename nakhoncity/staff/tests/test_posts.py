"""Who answers for a post on a day, and which posts stand above an office."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember
from nakhoncity.staff.services import find_holder, posts_above, seed_departments
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)


def act(post, member, start, end=None, kind=ActingHolder.Kind.ACTING):
    return ActingHolder.objects.create(position=post, member=member, from_date=start, to_date=end, kind=kind)


def test_find_holder_is_the_holder():
    wichai = StaffFactory()
    post = PositionFactory(holder=wichai)

    found = find_holder(position=post, on=DAY)

    assert (found.member, found.title_th) == (wichai, "ผู้อำนวยการ")


@pytest.mark.parametrize(
    ("start", "end", "acts"),
    [
        (DAY, DAY, True),
        (date(2026, 11, 1), None, True),
        (date(2026, 11, 26), None, False),
        (date(2026, 11, 1), date(2026, 11, 24), False),
    ],
)
def test_find_holder_is_the_acting_one_on_his_days(start, end, acts):
    wichai, suda = StaffFactory(), StaffFactory()
    post = PositionFactory(holder=wichai)
    act(post, suda, start, end)

    assert find_holder(position=post, on=DAY).member == (suda if acts else wichai)


def test_find_holder_names_the_acting_post_as_the_order_does():
    post = PositionFactory()
    act(post, StaffFactory(), DAY, kind=ActingHolder.Kind.ON_BEHALF)

    assert find_holder(position=post, on=DAY).title_th == "ปฏิบัติราชการแทนผู้อำนวยการ"


def test_find_holder_takes_the_latest_of_two_acting_ones():
    post = PositionFactory()
    act(post, StaffFactory(), date(2026, 11, 1))
    suda = act(post, StaffFactory(), date(2026, 11, 20)).member

    assert find_holder(position=post, on=DAY).member == suda


def test_find_holder_passes_over_closed_accounts():
    post = PositionFactory(holder=StaffFactory(is_active=False))
    act(post, StaffFactory(is_active=False), DAY)

    assert find_holder(position=post, on=DAY) is None


def test_posts_above_a_unit_are_the_nearest_of_each_rank():
    seed_departments()

    posts = posts_above(department=Department.objects.get(code="ENG_ROAD"))

    assert {kind: post.department.code for kind, post in posts.items()} == {
        "unit_head": "ENG_ROAD",
        "office_head": "ENGINEERING",
        "secretary": "PERMANENT_SECRETARY",
        "mayor": "MAYOR",
    }


def test_posts_above_an_office_hold_its_deputy_in_charge_only():
    seed_departments()
    for code in ("ENGINEERING", "HEALTH"):
        PositionFactory(kind="deputy_secretary", department=Department.objects.get(code=code))

    posts = posts_above(department=Department.objects.get(code="HEALTH_VET"))

    assert posts["deputy_secretary"].department.code == "HEALTH"


def test_posts_above_an_outside_body_are_none():
    seed_departments()

    assert posts_above(department=Department.objects.get(code="PEA")) == {}


def test_posts_above_cost_two_queries_with_their_holders(django_assert_num_queries):
    seed_departments()
    unit = Department.objects.get(code="ENG_ROAD")
    post = Position.objects.get(department=unit)
    for _ in range(3):
        act(post, StaffFactory(), DAY)

    with django_assert_num_queries(2):
        for found in posts_above(department=unit).values():
            find_holder(position=found, on=DAY)


def test_post_stands_once_in_an_office():
    post = PositionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        PositionFactory(department=post.department)


def test_acting_holder_ends_after_he_begins():
    with pytest.raises(IntegrityError), transaction.atomic():
        act(PositionFactory(), StaffFactory(), DAY, date(2026, 11, 24))


def test_outside_body_has_no_place_in_the_house():
    inside = DepartmentFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        DepartmentFactory(is_external=True, level="external", parent=inside)


def test_member_names_are_lower_case_in_the_database():
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffFactory(username="Wichai")


def test_member_says_in_thai_what_is_wrong_with_a_name():
    member = StaffFactory.build(username="Wichai", department=DepartmentFactory())

    with pytest.raises(ValidationError) as error:
        member.validate_constraints()

    assert "ชื่อผู้ใช้ต้องเป็นตัวพิมพ์เล็ก" in error.value.messages


def test_members_stand_in_thai_order():
    for name in ("เกษม", "ขวัญ", "กมล"):
        StaffFactory(display_name=name)

    assert [member.display_name for member in StaffMember.objects.working()] == ["กมล", "เกษม", "ขวัญ"]
