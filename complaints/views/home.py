"""What the complaints room shows of a resident's matters on the home page inside LINE."""

from datetime import datetime

from django.db.models import Case, Value, When
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.views.resident import ASKED, case_row
from complaints.workflow import Status
from nakhoncity.kit.registry import HomeCard
from nakhoncity.residents.models import Resident

MOST = 3


def latest_cases(resident: Resident, now: datetime) -> list[HomeCard]:
    """Up to three cases that are not closed: those that wait for the resident first, then the newest."""
    cases = (
        Complaint.objects.of(resident)
        .for_list()
        .exclude(status=Status.CLOSED)
        .order_by(Case(When(status__in=sorted(ASKED), then=Value(0)), default=Value(1)), "-received_at", "-id")
    )
    return [_card(case, now) for case in cases[:MOST]]


def _card(case: Complaint, now: datetime) -> HomeCard:
    row = case_row(case, now)
    return HomeCard(
        title=case.category_name,
        badge=row["badge"],
        sub=" · ".join(part for part in (row["state"], case.department.name) if part),
        number=case.reference,
        href=reverse("complaints:my-case", args=[case.reference]),
    )
