"""The smallest valid offices and members of staff."""

import factory

from nakhoncity.staff.models import Department, Position, StaffMember


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    """An office of the town."""

    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"OFFICE_{n}")
    name_th = factory.LazyAttribute(lambda o: f"สำนัก {o.code}")
    name_en = factory.LazyAttribute(lambda o: f"Office {o.code}")
    level = "office"
    parent = None


class StaffFactory(factory.django.DjangoModelFactory[StaffMember]):
    """An officer who can sign in with the password “secret-2569”."""

    class Meta:
        model = StaffMember
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"officer-{n}")
    display_name = "วิชัย"
    role = "officer"
    department = factory.SubFactory(DepartmentFactory)
    password = factory.django.Password("secret-2569")


class PositionFactory(factory.django.DjangoModelFactory[Position]):
    """A vacant post."""

    class Meta:
        model = Position

    kind = "office_head"
    department = factory.SubFactory(DepartmentFactory)
    title_th = "ผู้อำนวยการ"
