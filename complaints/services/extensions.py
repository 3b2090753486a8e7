"""Asking for more time, and deciding about it. The resident hears of a granted date once, with the reason."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import messages, notices
from complaints.extending import ExtensionRefused, Reason, check_extension, extended_due, is_beyond_director
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.models.extension import DIRECTORS, SECRETARIES, Extension
from complaints.models.record import ComplaintEvent
from complaints.services.clocks import extend_clock, running_fix_clock
from complaints.services.escalation import tell_time
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import lock_complaint
from complaints.services.receivers import decider_receivers
from complaints.workflow import WORKERS, EventKind
from nakhoncity.city.models import CityProfile
from nakhoncity.kit.thai import bangkok_date, thai_date
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.services import Holder, find_holder, posts_above

State = Extension.State


class ExtensionNotYours(Exception):
    """Somebody else has to ask or decide; the Thai sentence says who."""


@transaction.atomic
def ask_extension(
    *, complaint: Complaint, member: StaffMember, reason: Reason, day: date, note: str = "", now: datetime
) -> Extension:
    """Ask that the deadline move to the end of office hours on `day`, a day of Bangkok.

    The clock runs on meanwhile. Raises ExtensionNotYours for who does not work cases, ExtensionRefused for what the
    rules do not allow or while another request waits.
    """
    if member.role not in WORKERS:
        raise ExtensionNotYours(_("ผู้ขอขยายเวลาต้องเป็นเจ้าหน้าที่ที่ดำเนินการเรื่องนี้"))
    locked = lock_complaint(complaint_id=complaint.pk)
    clock = running_fix_clock(complaint=locked)
    granted = locked.extensions.granted().count()
    new_due_at = extended_due(day=day, closes=CityProfile.current().closes)
    check_extension(clock=clock.state if clock else None, granted=granted, new_due_at=new_due_at, now=now)
    assert clock is not None  # noqa: S101 (check_extension has refused otherwise)
    _make_room(locked, clock, now)
    extension = Extension.objects.create(
        complaint=locked,
        clock=clock,
        number=granted + 1,
        reason=reason,
        note=note,
        asked_by=member,
        asked_at=now,
        old_due_at=clock.due_at,
        new_due_at=new_due_at,
    )
    words = _("ขอขยายถึง %(day)s เพราะ%(reason)s") % {"day": thai_date(new_due_at), "reason": Reason(reason).label}
    _record(extension, EventKind.EXTENSION_ASKED, member, Note(internal_text=_lines(words, note)), now)
    _tell_decider(locked, extension, now)
    return extension


def _tell_decider(complaint: Complaint, extension: Extension, now: datetime) -> None:
    """Who decides hears of it in the next digest: a wish is no emergency."""
    receivers = decider_receivers(
        complaint=complaint, is_beyond_director=extension.is_beyond_director, on=bangkok_date(now)
    )
    for receiver in receivers:
        if receiver.member.pk != extension.asked_by_id:
            notices.queue_wish(member=receiver.member, tell_at=tell_time(level=0, now=now), now=now)


def _make_room(complaint: Complaint, clock: Clock, now: datetime) -> None:
    """One request at a time; one of an earlier clock that nobody decided in time has lapsed."""
    waiting = complaint.extensions.filter(state=State.ASKED)
    waiting.exclude(clock=clock).update(state=State.LAPSED, decided_at=now)
    if waiting.exists():
        raise ExtensionRefused(_("เรื่องนี้มีคำขอขยายเวลารอพิจารณาอยู่แล้ว"))


@transaction.atomic
def grant_extension(*, extension: Extension, member: StaffMember, now: datetime) -> Extension:
    """Move the deadline and tell the resident the new date and why; the ladder follows.

    Raises ExtensionNotYours unless `member` answers for the post that it takes, or asked himself; ExtensionRefused
    when it was decided before, or the clock has stopped, rests, or has passed the date in the meantime.
    """
    locked = lock_complaint(complaint_id=extension.complaint_id)
    row = _waiting(extension)
    clock = running_fix_clock(complaint=locked)
    mine = clock if clock and clock.pk == row.clock_id else None
    check_extension(
        clock=mine.state if mine else None,
        granted=locked.extensions.granted().count(),
        new_due_at=row.new_due_at,
        now=now,
    )
    assert mine is not None  # noqa: S101 (check_extension has refused otherwise)
    row.old_due_at = mine.due_at
    holder = _decider(locked, row, member, now)
    _decide(row, State.GRANTED, holder, now)
    extend_clock(complaint=locked, due_at=row.new_due_at, now=now)
    locked.version += 1
    locked.save(update_fields=["due_at", "paused_at", "clock_stopped_at", "version"])
    words = _("ขยายเวลาถึง %(day)s เพราะ%(reason)s") % {
        "day": thai_date(row.new_due_at),
        "reason": row.get_reason_display(),
    }
    note = Note(
        is_public=True,
        before={"due_at": row.old_due_at.isoformat()},
        after={"due_at": row.new_due_at.isoformat()},
        payload={"label": words, "reason": row.reason, "as": holder.title_th},
    )
    event = _record(row, EventKind.EXTENDED, member, note, now)
    why = Reason(row.reason).label
    messages.queue_extension(complaint=locked, event=event, old_due_at=row.old_due_at, reason=why, now=now)
    return row


@transaction.atomic
def refuse_extension(*, extension: Extension, member: StaffMember, reason: str, now: datetime) -> Extension:
    """Say no, and why; the deadline stays. Raises as grant_extension does, and ExtensionRefused without a reason."""
    if not reason.strip():
        raise ExtensionRefused(_("กรุณาระบุเหตุผลที่ไม่ให้ขยายเวลา"))
    locked = lock_complaint(complaint_id=extension.complaint_id)
    row = _waiting(extension)
    holder = _decider(locked, row, member, now)
    row.refusal = reason.strip()
    _decide(row, State.REFUSED, holder, now)
    note = Note(internal_text=row.refusal, payload={"as": holder.title_th})
    _record(row, EventKind.EXTENSION_REFUSED, member, note, now)
    return row


def _waiting(extension: Extension) -> Extension:
    """The request as it stands, under the lock of its case."""
    row = Extension.objects.get(pk=extension.pk)
    if row.state != State.ASKED:
        raise ExtensionRefused(_("คำขอนี้พิจารณาแล้ว: %(state)s") % {"state": row.get_state_display()})
    return row


def _decider(complaint: Complaint, row: Extension, member: StaffMember, now: datetime) -> Holder:
    """The post by which a member decides. The needed one or a higher one: a vacant post goes one rank up."""
    if row.asked_by_id == member.pk:
        raise ExtensionNotYours(_("ผู้ขอขยายเวลาพิจารณาคำขอของตนเองไม่ได้"))
    beyond = is_beyond_director(due_at=row.old_due_at, new_due_at=row.new_due_at)
    posts = posts_above(department=complaint.department)
    for rank in SECRETARIES if beyond else DIRECTORS:
        holder = find_holder(position=posts[rank], on=bangkok_date(now)) if rank in posts else None
        if holder and holder.member.pk == member.pk:
            return holder
    raise ExtensionNotYours(
        _("ขยายเวลาเกิน 7 วัน ผู้พิจารณาคือปลัดเทศบาล") if beyond else _("ผู้พิจารณาคือผู้อำนวยการสำนัก/กองที่รับผิดชอบเรื่องนี้")
    )


def _decide(row: Extension, state: State, holder: Holder, now: datetime) -> None:
    row.state = state
    row.decided_by, row.decided_as, row.decided_at = holder.member, holder.title_th, now
    row.save()


def _record(row: Extension, kind: EventKind, member: StaffMember, note: Note, now: datetime) -> ComplaintEvent:
    return append_event(complaint=row.complaint, kind=kind, actor=Actor.of_staff(member), note=note, now=now)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
