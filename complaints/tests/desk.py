"""What the desk does to a case, by the service, at this very moment."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from complaints.models.case import Complaint
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import file_one
from nakhoncity.staff.models import StaffMember


def file_many(rows: int, **fields: Any) -> list[Complaint]:
    """So many cases of the last hour."""
    return [file_one(now=timezone.now() - timedelta(minutes=n), **fields) for n in range(rows)]


def move(complaint: Complaint, member: StaffMember, name: str, **fields: Any) -> None:
    """Make a move, or with an empty name only say something."""
    update_complaint(
        complaint_id=complaint.pk,
        update=Update(move=name, **fields),
        actor=Actor.of_staff(member),
        who=member.role,
        now=timezone.now(),
    )


def triaged(case: Complaint, head: StaffMember) -> Complaint:
    """The case, triaged to where it is."""
    move(case, head, "triage", category=case.category, department=case.department)
    return case


def assigned(case: Complaint, head: StaffMember) -> Complaint:
    """The case, triaged and with the head."""
    move(triaged(case, head), head, "assign", assignee=head)
    return case
