"""Taking a staff update back: one transaction, within ten seconds, before its message has left. Nothing is deleted."""

from datetime import datetime

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from complaints.messages import UNDO_WITHIN
from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import lock_complaint
from complaints.workflow import EventKind
from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.services import cancel_messages
from nakhoncity.staff.models import StaffMember

# Moves that touch a clock are answered by another move, not by turning time back.
CLOCKED = {"due_at", "paused_at", "clock_stopped_at"}


class UndoRefused(Exception):
    """It is too late, or not yours; the Thai sentence says which."""


@transaction.atomic
def undo_update(*, complaint: Complaint, member: StaffMember, now: datetime) -> ComplaintEvent:
    """Put the columns back to what the last event remembers and cancel its messages. Raises UndoRefused."""
    locked = lock_complaint(complaint_id=complaint.pk)
    event = locked.events.order_by("-id").first()
    if event is None or event.staff_id != member.pk or event.kind == EventKind.UNDONE:
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะมีผู้อื่นบันทึกต่อจากท่านแล้ว"))
    if now - event.at > UNDO_WITHIN:
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะเกิน 10 วินาทีแล้ว ข้อความส่งไปแล้ว"))
    if CLOCKED & set(event.before):
        raise UndoRefused(_("ขั้นตอนนี้เปลี่ยนเวลาที่นับ จึงเลิกทำไม่ได้ กรุณาเลือกขั้นตอนถัดไปแทน"))
    _take_back(locked, event, now)
    for name, value in event.before.items():
        setattr(locked, name, _parsed(name, value))
    locked.version += 1
    locked.save()
    return append_event(
        complaint=locked,
        kind=EventKind.UNDONE,
        actor=Actor.of_staff(member),
        note=Note(before=event.after, after=event.before, payload={"undone": event.pk}),
        now=now,
    )


def _take_back(complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """Cancel every message of the event, or none: one that has left can't be taken back."""
    name = f"complaint:{complaint.pk}:event:{event.pk}"
    rows = OutboundMessage.objects.filter(dedupe_key__startswith=f"{name}:")
    owed = rows.exclude(state=OutboundMessage.State.SKIPPED_BLOCKED)
    names = set(owed.values_list("event", flat=True))
    count = owed.count()
    if count and sum(cancel_messages(event=each, now=now) for each in names) < count:
        raise UndoRefused(_("เลิกทำไม่ได้ เพราะข้อความส่งไปแล้ว"))
    # What the resident should no longer read leaves his page; the record keeps it for staff.
    ComplaintEvent.objects.filter(pk=event.pk).update(is_public=False)


def _parsed(name: str, value: object) -> object:
    if isinstance(value, str) and name.endswith("_at"):
        return parse_datetime(value)
    if isinstance(value, str) and name.endswith("_date"):
        return parse_date(value)
    return value
