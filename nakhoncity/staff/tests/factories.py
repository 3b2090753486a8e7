"""The smallest valid office, member and post."""

import factory
from factory.django import DjangoModelFactory

from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember

PASSWORD = "long-and-quiet-canal"


class DepartmentFactory(DjangoModelFactory[Department]):
    """An office of the town; `parent=office, level="unit"` makes a unit in it."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"OFFICE_{n}")
    name_th = factory.Sequence(lambda n: f"สำนักที่ {n}")
    name_en = factory.LazyAttribute(lambda office: office.code.title())
    level = Department.Level.OFFICE


class StaffFactory(DjangoModelFactory[StaffMember]):
    """An officer with an office of his own and the password PASSWORD."""

    class Meta:
        model = StaffMember

    username = factory.Sequence(lambda n: f"officer-{n}")
    display_name = factory.Sequence(lambda n: f"เจ้าหน้าที่ {n}")
    role = StaffMember.Role.OFFICER
    department = factory.SubFactory(DepartmentFactory)
    password = factory.django.Password(PASSWORD)


class PositionFactory(DjangoModelFactory[Position]):
    """The post of an office's head, vacant unless `holder` is given."""

    class Meta:
        model = Position

    kind = Position.Kind.OFFICE_HEAD
    department = factory.SubFactory(DepartmentFactory)
    title_th = factory.LazyAttribute(lambda post: f"ผู้อำนวยการ{post.department.name_th}")


class ActingHolderFactory(DjangoModelFactory[ActingHolder]):
    """Someone answering for a post; give `from_date`, and `to_date` if it ends."""

    class Meta:
        model = ActingHolder

    position = factory.SubFactory(PositionFactory)
    member = factory.SubFactory(StaffFactory)
