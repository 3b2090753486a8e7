"""Cases whose past was only now written down: what it would have told people is old by now and is told to nobody."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from complaints.models.case import Complaint
from complaints.models.clock import EscalationNotice
from nakhoncity.line.services import expire_waiting


@transaction.atomic
def silence_past(*, complaint: Complaint | None = None, now: datetime) -> None:
    """Take what is owed because of a case (without one: of all cases) for told: levels stay recorded, nobody hears of
    them, and messages that have not left expire."""
    old = EscalationNotice.objects.filter(told_at=None, escalation__recorded_at__lte=now)
    if complaint:
        old = old.filter(escalation__clock__complaint=complaint)
    old.filter(tell_at__lte=now).update(told_at=F("tell_at"))
    old.update(told_at=now)
    expire_waiting(prefix=f"complaint:{complaint.pk}:" if complaint else "", owed_until=now)
