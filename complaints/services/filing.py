"""Taking a complaint in: one form, one case, whatever is pressed twice or lost on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints import messages
from complaints.models.case import Complaint
from complaints.models.category import Category, Routing
from complaints.models.clock import Clock
from complaints.models.record import Photo
from complaints.models.sign import PlaceSign
from complaints.services.clocks import copy_to_case, first_clocks
from complaints.services.drafts import lock_draft
from complaints.services.emergencies import tell_emergency
from complaints.services.events import Actor, Note, append_event
from complaints.services.references import next_reference
from complaints.workflow import Channel, EventKind
from nakhoncity.city.models import Area
from nakhoncity.city.services import load_office_hours
from nakhoncity.kit.geo import Point
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import Department


@dataclass(frozen=True)
class Report:
    """What somebody tells the city, checked by the door. `draft_id` is the idempotency key."""

    draft_id: UUID
    category: Category
    channel: Channel
    answers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    place: Point | None = None
    accuracy_m: int | None = None
    address_text: str = ""
    community: Area | None = None
    reporter: Resident | None = None
    contact_name: str = ""
    contact_phone: str = ""
    hides_name: bool = True
    needs_category: bool = False
    again_of: str = ""
    sign: PlaceSign | None = None


@dataclass(frozen=True)
class Filed:
    """The case that a report became; `is_new` is false when the same report had come before."""

    complaint: Complaint
    is_new: bool


def file_complaint(*, report: Report, now: datetime, in_chat: bool = False) -> Filed:
    """Make a case of a report: row, two clocks, event and receipt in one transaction.

    The same draft filed again, at once or later, gives the case that stands: the unique draft decides, no question
    asked before. `in_chat` says that the page will post a line into the chat, whose free reply carries the receipt.
    `now` becomes the moment of receipt.
    """
    try:
        return Filed(_insert(report, now, in_chat=in_chat), is_new=True)
    except IntegrityError:
        # An earlier insert of the same draft won; anything else is a fault of ours.
        winner = Complaint.objects.filter(draft_id=report.draft_id).first()
        if winner is None:
            raise
        return Filed(winner, is_new=False)


@transaction.atomic
def _insert(report: Report, now: datetime, *, in_chat: bool) -> Complaint:
    lock_draft(draft_id=report.draft_id)
    routing = report.category.route(report.answers)
    departments = _departments_of(routing, report.category)
    complaint = _new_complaint(report, routing, departments[routing.department_code], now)
    clocks = first_clocks(
        complaint=complaint,
        fix=routing.sla,
        first_answer=timedelta(hours=report.category.ack_hours),
        hours=load_office_hours(now),
    )
    copy_to_case(complaint=complaint, clock=clocks[0])
    complaint.save(force_insert=True)
    Clock.objects.bulk_create(clocks)
    _add_cooperating(complaint, [departments[code] for code in routing.cooperating_codes if code in departments])
    Photo.objects.filter(draft_id=report.draft_id, complaint=None).update(complaint=complaint)
    event = append_event(
        complaint=complaint,
        kind=EventKind.RECEIVED,
        actor=Actor.of_resident(report.reporter),
        note=Note(is_public=True, after=_beginning(complaint), internal_text=_said_before(report)),
        now=now,
    )
    messages.queue_receipt(complaint=complaint, event=event, in_chat=in_chat, now=now)
    tell_emergency(complaint=complaint, now=now)
    return complaint


def _said_before(report: Report) -> str:
    """What staff read of a report whose reporter says that he, or somebody, had told it before."""
    words = _("ผู้แจ้งบอกว่าเคยแจ้งแล้ว ยังไม่เรียบร้อย: %(reference)s")
    return words % {"reference": report.again_of} if report.again_of else ""


def _beginning(complaint: Complaint) -> dict[str, Any]:
    """What the record must say of a case at its beginning, so that the rest of it can be replayed."""
    return {
        "status": complaint.status,
        "category_id": complaint.category_id,
        "department_id": complaint.department_id,
        "due_at": complaint.due_at.isoformat(),
    }


def _new_complaint(report: Report, routing: Routing, department: Department, now: datetime) -> Complaint:
    return Complaint(
        reference=next_reference(received_at=now),
        draft_id=report.draft_id,
        category=report.category,
        needs_category=report.needs_category,
        sign=report.sign,
        department=department,
        priority=routing.priority,
        promises_answer=routing.promises_answer,
        text=report.text,
        answers=dict(report.answers),
        latitude=report.place.lat if report.place else None,
        longitude=report.place.lon if report.place else None,
        accuracy_m=report.accuracy_m,
        address_text=report.address_text,
        community=report.community,
        channel=report.channel,
        reporter=report.reporter,
        contact_name=report.contact_name,
        contact_phone=report.contact_phone,
        hides_name=report.hides_name,
        is_public=routing.is_public,
        is_confidential=routing.is_confidential,
        received_at=now,
        received_on=bangkok_date(now),
    )


def _add_cooperating(complaint: Complaint, departments: list[Department]) -> None:
    """Let other offices see a new case; the one that works it does so already."""
    others = [each.pk for each in departments if each.pk != complaint.department_id]
    rows = [Complaint.cooperating.through(complaint_id=complaint.pk, department_id=pk) for pk in others]
    Complaint.cooperating.through.objects.bulk_create(rows)


def _departments_of(routing: Routing, category: Category) -> dict[str, Department]:
    """The offices a routing names, by code; the category's own needs no query."""
    known = {category.department.code: category.department}
    wanted = {routing.department_code, *routing.cooperating_codes} - set(known)
    if wanted:
        known |= {department.code: department for department in Department.objects.filter(code__in=wanted)}
    return known
