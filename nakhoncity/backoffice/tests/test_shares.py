"""What counts in the share of cases that were done in time."""

from datetime import timedelta

import pytest

from complaints.models.case import Complaint
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import file_one
from nakhoncity.backoffice import figures
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_a_case_that_was_paused_in_time_has_not_fallen_due(now):
    waiting, member = file_one(now=now - timedelta(hours=60)), StaffFactory(role="clerk")
    file_one(now=now - timedelta(hours=60))
    update_complaint(
        complaint_id=waiting.pk,
        update=Update(move="ask_resident", public_text="เสาต้นไหนคะ"),
        actor=Actor.of_staff(member),
        who=member.role,
        now=now - timedelta(hours=20),
    )

    shown = figures.summary(cases=Complaint.objects.all(), now=now)

    assert (shown["overdue"], shown["month"].n) == (1, 1)
