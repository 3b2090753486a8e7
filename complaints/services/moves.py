"""Moving a case: one service for every row of the workflow table and for words without a move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import messages
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.record import ComplaintEvent, Photo
from complaints.services.clocks import retarget_clock, stop_first_answer, touch_clock
from complaints.services.events import Actor, Note, append_event
from complaints.workflow import (
    ANSWER_WITHIN,
    OPEN_STATUSES,
    PAUSED_STATUSES,
    WAIT_CLOSE_AFTER,
    WAIT_NOTICE_AFTER,
    ActorKind,
    EventKind,
    Move,
    Outcome,
    Status,
    Tell,
    check_requirements,
    find_move,
    next_status,
)
from nakhoncity.kit.language import in_thai
from nakhoncity.kit.thai import BANGKOK, bangkok_date, thai_datetime
from nakhoncity.staff.models import Department, StaffMember

# Columns that an event remembers before and after, so that an update can be undone and the record be checked.
REMEMBERED = (
    "status", "outcome", "department_id", "assignee_id", "category_id", "agency_id", "agency_reference",
    "expected_date", "appointment_at", "plan_year", "duplicate_of_id", "due_at", "paused_at", "clock_stopped_at",
    "resolved_at", "closed_at", "answer_until", "wait_notice_at", "wait_close_at", "reopened_count",
)  # fmt: skip

# What a category decides besides: an event keeps what it was where a triage changes it, for undoing.
FLAGS = ("needs_category", "promises_answer", "is_public")


class StaleUpdate(Exception):
    """Somebody else saved the case in the meantime; `last_event` tells who and when."""

    def __init__(self, complaint: Complaint, last_event: ComplaintEvent | None) -> None:
        super().__init__(_("เรื่องนี้มีผู้อื่นบันทึกไปแล้ว กรุณาตรวจสอบก่อนบันทึก ข้อความของท่านยังอยู่ด้านล่าง"))
        self.complaint = complaint
        self.last_event = last_event


class IncompleteUpdate(Exception):
    """What a move requires is missing: a Thai sentence per field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Update:
    """What one form says: a move or none, words to the resident, a note for staff, and what the move asks for.

    `photos` are rows with their files on disk, not saved yet. `version` is the one the form was shown with; None
    for residents and the system, who never make an officer's form stale.
    """

    move: str = ""
    version: int | None = None
    public_text: str = ""
    internal_text: str = ""
    reason: str = ""
    category: Category | None = None
    department: Department | None = None
    assignee: StaffMember | None = None
    outcome: str = ""
    agency: Department | None = None
    agency_reference: str = ""
    expected_date: date | None = None
    appointment_at: datetime | None = None
    plan_year: int | None = None
    duplicate_of: Complaint | None = None
    photos: tuple[Photo, ...] = ()

    def given(self) -> dict[str, object]:
        """The fields as the workflow table names them."""
        has_after = any(photo.kind == Photo.Kind.AFTER for photo in self.photos)
        return {**vars(self), "after_photo": has_after}


@transaction.atomic
def update_complaint(*, complaint_id: int, update: Update, actor: Actor, who: str, now: datetime) -> ComplaintEvent:
    """Apply one update to a case and record it: columns, clock, event, photos and messages in one transaction.

    Raises MoveRefused (the table does not allow it), IncompleteUpdate (something is missing), StaleUpdate (the
    form is older than the case). Returns the event.
    """
    complaint = lock_complaint(complaint_id=complaint_id)
    if update.version is not None and update.version != complaint.version:
        raise StaleUpdate(complaint, complaint.events.select_related("staff").order_by("-id").first())
    move = None
    if update.move:
        move = find_move(name=update.move, status=complaint.status, actor=who, outcome=complaint.outcome)
        _check(move, complaint, update)
    elif not (update.public_text or update.internal_text or update.photos):
        raise IncompleteUpdate({"public_text": _("กรุณาพิมพ์ข้อความ หรือเลือกขั้นตอนที่จะทำ")})
    return _apply(complaint, move, update, actor, now)


def lock_complaint(*, complaint_id: int) -> Complaint:
    """The case, with what its messages need, locked until the transaction ends."""
    return (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("category", "department", "reporter", "agency")
        .get(pk=complaint_id)
    )


def _check(move: Move, complaint: Complaint, update: Update) -> None:
    wants_photo = (
        move.event is EventKind.RESOLVED
        and complaint.category.after_photo_required
        and update.outcome in {Outcome.FIXED, Outcome.PARTLY_FIXED}
    )
    errors = check_requirements(move, update.given(), ("after_photo",) if wants_photo else ())
    if update.duplicate_of and update.duplicate_of.pk == complaint.pk:
        errors["duplicate_of"] = _("เรื่องนี้รวมกับตัวเองไม่ได้ กรุณาระบุเลขที่เรื่องเดิม")
    if errors:
        raise IncompleteUpdate(errors)


def _apply(complaint: Complaint, move: Move | None, update: Update, actor: Actor, now: datetime) -> ComplaintEvent:
    before, flags = _remember(complaint), {name: getattr(complaint, name) for name in FLAGS}
    tells = move.tells if move else None
    if move:
        _move(complaint, move, update, actor, now)
    is_first_answer = complaint.first_answered_at is None and _is_answer(update, tells, actor)
    if is_first_answer:
        stop_first_answer(complaint=complaint, now=now)
    if actor.kind is ActorKind.STAFF:
        complaint.version += 1
    complaint.save()
    note = _note(move, update, complaint, _differences(before, _remember(complaint)))
    if changed := {name: was for name, was in flags.items() if getattr(complaint, name) != was}:
        note.payload["flags"] = changed
    event = append_event(complaint=complaint, kind=_kind_of(move, update), actor=actor, note=note, now=now)
    if update.photos:
        for photo in update.photos:
            photo.event = event
        Photo.objects.bulk_create(update.photos)
    if actor.kind is not ActorKind.RESIDENT:
        messages.queue_update(
            complaint=complaint,
            event=event,
            tells=tells,
            public_text=update.public_text,
            is_first_answer=is_first_answer,
            now=now,
        )
    return event


def _is_answer(update: Update, tells: Tell | None, actor: Actor) -> bool:
    """Whether staff say something to the resident by this."""
    return actor.kind is ActorKind.STAFF and bool(update.public_text or tells)


def _note(move: Move | None, update: Update, complaint: Complaint, changes: dict[str, dict[str, Any]]) -> Note:
    payload = {"move": move.name, "label": in_thai(move.resident_label_th)} if move else {}
    if move and (whom := _to_whom(move, complaint)):
        payload["to"] = whom
    return Note(
        public_text=update.public_text,
        internal_text="\n".join(text for text in (update.reason, update.internal_text) if text),
        is_public=bool(update.public_text) or (move is not None and move.is_public),
        payload=payload,
        **changes,
    )


def _to_whom(move: Move, complaint: Complaint) -> str:
    """Where a move brings a case, as the record names it to staff: an office, a person, an agency, a time."""
    name = TARGETS.get(move.event)
    found = getattr(complaint, name) if name else None
    return thai_datetime(found) if isinstance(found, datetime) else str(found or "")


TARGETS: Mapping[EventKind, str] = {
    EventKind.TRIAGED: "department",
    EventKind.ASSIGNED: "assignee",
    EventKind.TRANSFERRED: "department",
    EventKind.REFERRED: "agency",
    EventKind.SCHEDULED: "appointment_at",
}


def _kind_of(move: Move | None, update: Update) -> EventKind:
    if move:
        return move.event
    return EventKind.REPLIED if update.public_text else EventKind.NOTED


def _move(complaint: Complaint, move: Move, update: Update, actor: Actor, now: datetime) -> None:
    before_pause = _status_before_pause(complaint) if move.returns else None
    complaint.status = next_status(move, status=Status(complaint.status), before_pause=before_pause)
    if outcome := (update.outcome if "outcome" in move.requires else move.outcome):
        complaint.outcome = outcome
    if effect := EFFECTS.get(move.event):
        effect(complaint, update, actor, now)
    if complaint.status not in PAUSED_STATUSES:
        complaint.wait_notice_at = complaint.wait_close_at = None
    touch_clock(complaint=complaint, touch=move.clock, now=now, until=pause_end(complaint))


def pause_end(complaint: Complaint) -> datetime | None:
    """The promised end of a pause: the end of the expected day in Bangkok, or when a waiting case closes."""
    if complaint.wait_close_at:
        return complaint.wait_close_at
    if complaint.expected_date is None:
        return None
    return datetime.combine(complaint.expected_date + timedelta(days=1), time(0), tzinfo=BANGKOK)


def _status_before_pause(complaint: Complaint) -> Status | None:
    asked = complaint.events.filter(kind__in=[EventKind.ASKED, EventKind.REFERRED]).order_by("-id").first()
    status = asked.before.get("status") if asked else None
    return Status(status) if status in OPEN_STATUSES else None


# What each kind of move does to the columns, beyond status and clock


def _triage(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    if update.category and (update.category.pk != complaint.category_id or complaint.needs_category):
        change_category(complaint=complaint, category=update.category)
    if update.department:
        complaint.department = update.department


def _assign(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.assignee = update.assignee or actor.staff


def _transfer(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    if update.department:
        complaint.department = update.department
    complaint.assignee = complaint.appointment_at = None


def _schedule(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.appointment_at = update.appointment_at


def _ask(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.wait_notice_at = now + WAIT_NOTICE_AFTER
    complaint.wait_close_at = now + WAIT_CLOSE_AFTER
    complaint.expected_date = bangkok_date(complaint.wait_close_at)


def _refer(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.agency = update.agency
    complaint.agency_reference = update.agency_reference
    complaint.expected_date = update.expected_date


def _resolve(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.resolved_at = now
    complaint.resolved_on = bangkok_date(now)
    complaint.answer_until = now + ANSWER_WITHIN
    complaint.appointment_at = None


def _close(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.closed_at = now
    complaint.answer_until = None
    complaint.duplicate_of = update.duplicate_of or complaint.duplicate_of
    complaint.plan_year = update.plan_year or complaint.plan_year
    complaint.expected_date = update.expected_date or complaint.expected_date


def _reopen(complaint: Complaint, update: Update, actor: Actor, now: datetime) -> None:
    complaint.outcome = ""
    complaint.resolved_at = complaint.resolved_on = complaint.closed_at = complaint.answer_until = None
    complaint.reopened_count += 1
    # To the head of the office, not silently back to the same worker.
    complaint.assignee = None


EFFECTS: Mapping[EventKind, Callable[[Complaint, Update, Actor, datetime], None]] = {
    EventKind.TRIAGED: _triage,
    EventKind.ASSIGNED: _assign,
    EventKind.TRANSFERRED: _transfer,
    EventKind.SCHEDULED: _schedule,
    EventKind.ASKED: _ask,
    EventKind.REFERRED: _refer,
    EventKind.RESOLVED: _resolve,
    EventKind.CLOSED: _close,
    EventKind.CONFIRMED: _close,
    EventKind.CONFIRMED_PARTLY: _close,
    EventKind.UNANSWERED: _close,
    EventKind.REOPENED: _reopen,
}


def change_category(*, complaint: Complaint, category: Category) -> None:
    """Give a case another category: its target is counted anew from receipt, its publicity never grows."""
    routing = category.route(complaint.answers)
    complaint.category = category
    complaint.needs_category = False
    complaint.promises_answer = routing.promises_answer
    complaint.is_public = complaint.is_public and routing.is_public
    retarget_clock(complaint=complaint, target=routing.sla)


def _remember(complaint: Complaint) -> dict[str, Any]:
    return {name: _plain(getattr(complaint, name)) for name in REMEMBERED}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    changed = {name for name in before if before[name] != after[name]}
    # The status is remembered even where it stays: a pause returns to it.
    names = [name for name in before if name in changed or name == "status"]
    return {"before": {n: before[n] for n in names}, "after": {n: after[n] for n in names}}


def preview_update(
    *, complaint: Complaint, update: Update, actor: Actor, who: str, now: datetime
) -> dict[str, Any] | None:
    """The card that this update would send, built as it will be sent; None where it sends none. Nothing is saved."""
    move = None
    if update.move:
        move = find_move(name=update.move, status=complaint.status, actor=who, outcome=complaint.outcome)
    tells = move.tells if move else None
    if not (tells or update.public_text):
        return None
    shown = replace(update, photos=())
    if move and (effect := EFFECTS.get(move.event)) and move.event is not EventKind.TRIAGED:
        effect(complaint, shown, actor, now)
        complaint.status = next_status(move, status=Status(complaint.status))
        complaint.outcome = update.outcome or move.outcome or complaint.outcome
    return messages.update_card(complaint, tells=tells, public_text=update.public_text)
