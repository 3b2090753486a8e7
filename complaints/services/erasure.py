"""Forgetting a person: drafts with their pictures, follows and contact data go at once, the case stays without him."""

from datetime import datetime

from django.db import transaction

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.record import Follower, Photo
from complaints.services.photos import discard
from nakhoncity.residents.models import Resident


@transaction.atomic
def erase(resident: Resident, now: datetime) -> None:  # noqa: ARG001 (every room's eraser is told when)
    """Remove what links a resident to this room; pictures of what he never sent leave the disk after the commit."""
    drafts = list(ReportDraft.objects.of(resident).select_for_update().values_list("pk", flat=True))
    Photo.objects.filter(draft__in=drafts, complaint__isnull=False).update(draft=None)
    unsent = list(Photo.objects.filter(draft__in=drafts))
    ReportDraft.objects.filter(pk__in=drafts).delete()
    transaction.on_commit(lambda: discard(unsent))
    Follower.objects.filter(resident=resident).delete()
    Complaint.objects.of(resident).update(contact_name="", contact_phone="")
