"""Who may do what: rights by role, and how far a member of staff can see."""

from collections.abc import Mapping
from enum import Enum

from nakhoncity.staff.models import Department, StaffMember

Role = StaffMember.Role


class Right(Enum):
    """What a role allows besides the moves of a case, which the rooms' own tables guard."""

    VIEW_ALL = "view_all"
    SEE_CONFIDENTIAL = "see_confidential"
    SEE_REPORTS = "see_reports"
    CONFIGURE = "configure"
    MAKE_SIGNS = "make_signs"


RIGHTS: Mapping[str, frozenset[Right]] = {
    Role.OFFICER: frozenset(),
    Role.HEAD: frozenset({Right.MAKE_SIGNS}),
    Role.CLERK: frozenset({Right.VIEW_ALL, Right.MAKE_SIGNS}),
    Role.SUPERVISOR: frozenset({Right.VIEW_ALL, Right.SEE_REPORTS}),
    Role.EXECUTIVE: frozenset({Right.VIEW_ALL, Right.SEE_REPORTS}),
    Role.ADMIN: frozenset({Right.VIEW_ALL, Right.SEE_REPORTS, Right.CONFIGURE, Right.MAKE_SIGNS}),
}


def can(member: StaffMember, right: Right) -> bool:
    """Whether a member of staff has a right. Confidential cases are seen by the city's order, not by rank."""
    if not member.is_active:
        return False
    if right is Right.SEE_CONFIDENTIAL:
        return member.handles_confidential
    return right in RIGHTS[member.role]


def office_path(member: StaffMember) -> str | None:
    """The path below which a member sees everything; None: the whole town.

    An officer of a unit sees his whole office, so that units of one office can stand in for each other.
    """
    if can(member, Right.VIEW_ALL):
        return None
    return office_path_of(member.department)


def office_path_of(department: Department) -> str:
    """The path of the office a department belongs to; a unit that stands under no office is its own."""
    return department.office.path
