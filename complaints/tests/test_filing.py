"""Filing: one form, one case."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from complaints.models.case import Complaint
from complaints.models.record import Photo
from complaints.services.drafts import start_draft
from complaints.services.filing import Report, file_complaint
from complaints.services.photos import attach_to_draft
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.workflow import Channel, EventKind, Priority
from nakhoncity.kit.images import Picture
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_file_complaint_gives_reference_of_the_buddhist_year():
    first, second = file_one(), file_one()

    assert [first.reference, second.reference] == ["NST-69-000001", "NST-69-000002"]


def test_file_complaint_is_due_48_hours_after_receipt():
    assert file_one().due_at == NOW + hours(48)


def test_file_complaint_starts_both_clocks():
    complaint = file_one()

    assert sorted(complaint.clocks.values_list("kind", "number")) == [("first_answer", 1), ("fix", 1)]


def test_file_complaint_twice_gives_the_case_that_stands():
    draft_id, category = uuid4(), CategoryFactory()
    report = Report(draft_id=draft_id, category=category, channel=Channel.WEB)

    first = file_complaint(report=report, now=NOW)
    second = file_complaint(report=report, now=NOW + hours(1))

    assert (first.is_new, second.is_new, second.complaint.pk) == (True, False, first.complaint.pk)
    assert Complaint.objects.count() == 1


def test_file_complaint_owes_the_receipt_at_once_outside_the_chat():
    complaint = file_one(reporter=ResidentFactory())

    row = OutboundMessage.objects.get()
    assert (row.dedupe_key, row.send_after, row.state) == (f"complaint:{complaint.pk}:receipt", NOW, "queued")


def test_file_complaint_marks_the_receipt_of_who_is_no_friend():
    file_one(reporter=ResidentFactory(is_friend=False))

    assert OutboundMessage.objects.get().state == "skipped_blocked"


def test_file_complaint_takes_the_pictures_of_its_draft():
    draft = start_draft(resident=None, now=NOW)
    attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=NOW)

    complaint = file_one(draft_id=draft.pk)

    assert Photo.objects.get().complaint == complaint


def test_file_complaint_follows_the_routing_rules():
    DepartmentFactory(code="DISASTER")
    category = CategoryFactory(
        questions=[{"code": "KIND", "order": 1, "datatype": "string", "label_th": "ลักษณะ"}],
        routing_rules=[
            {
                "if": {"KIND": "SNAKE"},
                "set": {"priority": "emergency", "sla_hours": 2, "department": "DISASTER", "public": False},
            }
        ],
    )

    complaint = file_one(category=category, answers={"KIND": "SNAKE"})

    assert (complaint.priority, complaint.due_at, complaint.department.code, complaint.is_public) == (
        Priority.EMERGENCY,
        NOW + hours(2),
        "DISASTER",
        False,
    )


def test_file_complaint_records_the_receipt_publicly():
    event = file_one().events.get()

    assert (event.kind, event.is_public, event.at) == (EventKind.RECEIVED, True, NOW)


def test_file_complaint_lets_the_cooperating_office_see_it():
    health = DepartmentFactory(code="HEALTH")
    category = CategoryFactory(routing_rules=[{"if": {"KIND": "BLOCK"}, "set": {"cooperate": ["HEALTH"]}}])

    complaint = file_one(category=category, answers={"KIND": "BLOCK"})

    assert list(complaint.cooperating.all()) == [health]


def test_file_complaint_names_no_office_beside_itself():
    DepartmentFactory(code="DISASTER")
    rules = [{"if": {}, "set": {"department": "DISASTER", "cooperate": ["DISASTER"]}}]

    complaint = file_one(category=CategoryFactory(routing_rules=rules))

    assert list(complaint.cooperating.all()) == []


def test_database_refuses_half_a_position(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(latitude=8.4, longitude=None)
