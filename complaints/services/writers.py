"""Filing for other systems: call centres, hotlines, the town's other programs, each by a key of the open API."""

from datetime import datetime

from django.db import transaction

from complaints.models.case import Complaint, ComplaintQuerySet
from complaints.services.filing import Filed, Report, file_complaint
from nakhoncity.city.keys import Attempt, find_write, record_write
from nakhoncity.city.models import ApiWrite

# The scope that a key needs.
WRITE = "cases.write"


def find_filed(*, attempt: Attempt) -> Filed | None:
    """The case that an earlier attempt filed, if there is one. Raises OtherBody."""
    earlier = find_write(attempt=attempt)
    return Filed(Complaint.objects.get(reference=earlier.reference), is_new=False) if earlier else None


@transaction.atomic
def file_for_writer(*, report: Report, attempt: Attempt, now: datetime) -> Filed:
    """File a case once, however often and at once it is sent; the report's draft_id is the attempt's object_id.

    The unique draft decides who files. Raises OtherBody when a rival has meanwhile sent something else under the same
    idempotency key.
    """
    filed = file_complaint(report=report, now=now)
    if filed.is_new:
        record_write(attempt=attempt, reference=filed.complaint.reference, now=now)
    else:
        find_write(attempt=attempt)
    return filed


def filed_by(*, writer: str) -> ComplaintQuerySet:
    """The cases that a system filed."""
    return Complaint.objects.filter(reference__in=ApiWrite.objects.filter(writer=writer).values("reference"))
