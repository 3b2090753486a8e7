"""A town hall with every rank, for tests of who is told."""

from dataclasses import dataclass

from nakhoncity.staff.models import Department, Position, StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory


@dataclass
class House:
    """The unit that mends street lights, its people, and those above them; each with LINE."""

    unit: Department
    office: Department
    officer: StaffMember
    unit_head: StaffMember
    director: StaffMember
    deputy_secretary: StaffMember
    secretary: StaffMember
    deputy_mayor: StaffMember
    mayor: StaffMember
    clerk: StaffMember

    def post(self, kind: str) -> Position:
        """The post of a rank."""
        return Position.objects.get(kind=kind)

    def vacate(self, *kinds: str) -> None:
        """Leave posts without a holder."""
        Position.objects.filter(kind__in=kinds).update(holder=None)


TITLES = {
    "unit_head": "หัวหน้างานไฟฟ้าสาธารณะ",
    "office_head": "ผู้อำนวยการสำนักการช่าง",
    "deputy_secretary": "รองปลัดเทศบาล",
    "secretary": "ปลัดเทศบาล",
    "deputy_mayor": "รองนายกเทศมนตรี",
    "mayor": "นายกเทศมนตรี",
}


def build_house() -> House:
    """Make them all."""
    top = DepartmentFactory(code="MAYOR", level="executive")
    desk = DepartmentFactory(code="PERMANENT_SECRETARY", level="executive", parent=top)
    office = DepartmentFactory(code="ENGINEERING", parent=desk)
    unit = DepartmentFactory(code="ENG_LIGHT", level="unit", parent=office)
    return House(
        unit=unit,
        office=office,
        officer=_person("officer", unit, 1),
        unit_head=_holder("unit_head", unit, "head", 2),
        director=_holder("office_head", office, "head", 3),
        deputy_secretary=_holder("deputy_secretary", office, "executive", 4),
        secretary=_holder("secretary", desk, "executive", 5, handles_confidential=True),
        deputy_mayor=_holder("deputy_mayor", office, "executive", 6),
        mayor=_holder("mayor", top, "executive", 7),
        clerk=_person("clerk", DepartmentFactory(code="CLERK", parent=desk), 8),
    )


def _person(role: str, department: Department, number: int, **fields: object) -> StaffMember:
    return StaffFactory(role=role, department=department, line_user_id=f"U{number:032d}", **fields)


def _holder(kind: str, department: Department, role: str, number: int, **fields: object) -> StaffMember:
    member = _person(role, department, number, **fields)
    PositionFactory(kind=kind, department=department, title_th=TITLES[kind], holder=member)
    return member
