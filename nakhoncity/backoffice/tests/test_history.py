"""Imported history in the figures of a dashboard."""

import pytest

from complaints.models.case import Complaint
from complaints.services.history import import_tickets
from complaints.services.traffy import COLUMNS, read_ticket
from complaints.tests.factories import CategoryFactory
from nakhoncity.backoffice import figures

pytestmark = pytest.mark.django_db


def ticket(number, state, now):
    cells = {"ticket_id": number, "state": state, "timestamp": "2026-11-25 01:00:00+00"}
    return read_ticket({**dict.fromkeys(COLUMNS, ""), **cells, "last_activity": "2026-11-25 02:00:00+00"}, now=now)


def test_history_has_no_share_in_the_figures_of_the_promise(now):
    CategoryFactory(code="OTHER")
    tickets = [ticket("T-1", "เสร็จสิ้น", now), ticket("T-2", "รอรับเรื่อง", now)]

    import_tickets(tickets=tickets, is_live=False, now=now)

    shown = figures.summary(cases=Complaint.objects.all(), now=now)
    assert (shown["month"].n, shown["overdue"], shown["near"], shown["open"]) == (0, 0, 0, 1)
