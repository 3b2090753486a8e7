"""Forgetting a person: drafts, follows and contact data go at once, the case stays without him."""

from datetime import datetime

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.record import Follower
from nakhoncity.residents.models import Resident


def erase(resident: Resident, now: datetime) -> None:
    """Remove what links a resident to this room."""
    ReportDraft.objects.of(resident).update(fields={}, expires_at=now)
    Follower.objects.filter(resident=resident).delete()
    Complaint.objects.of(resident).update(contact_name="", contact_phone="")
