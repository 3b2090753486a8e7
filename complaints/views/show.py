"""How a case is shown: badge, ruler, steps, timeline. Plain data for templates; no query beyond what is handed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints import sla
from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent, Photo
from complaints.sla import Band, ClockState
from complaints.workflow import (
    NOT_REPAIRED,
    STEP_OF,
    STEPS,
    ActorKind,
    EventKind,
    Outcome,
    Status,
    resident_label,
    staff_label,
)
from nakhoncity.kit.language import told
from nakhoncity.kit.thai import length_words, thai_date, thai_datetime
from nakhoncity.line.models import OutboundMessage

LOOKS = {
    Band.NEUTRAL: ("", "clock"),
    Band.SOON: ("is-soon", "soon"),
    Band.URGENT: ("is-urgent", "urgent"),
    Band.OVERDUE: ("is-overdue", "overdue"),
    Band.PAUSED: ("is-paused", "pause"),
    Band.MET: ("is-met", "done"),
    Band.LATE: ("is-plain", "overdue"),
}
RULER = 300


@dataclass(frozen=True)
class Badge:
    """A clock as a word, an icon and a colour; `due` lets the page recount it each minute."""

    css: str
    icon: str
    words: str
    due: str = ""


def clock_of(complaint: Complaint) -> ClockState:
    """The fix clock as the case carries it."""
    return ClockState(
        started_at=complaint.received_at,
        target=max(complaint.due_at - complaint.received_at, timedelta(minutes=1)),
        due_at=complaint.due_at,
        paused_at=complaint.paused_at,
        stopped_at=complaint.clock_stopped_at,
    )


def sla_badge(complaint: Complaint, now: datetime) -> Badge:
    """The badge of a case's fix clock."""
    if not complaint.promised:
        return Badge("is-plain", "doc", _("ข้อมูลเดิม"))
    clock = clock_of(complaint)
    band = sla.band(clock, now=now)
    css, icon = LOOKS[band]
    left = length_words(sla.remaining(clock, now=now))
    words = {
        Band.OVERDUE: _("เกินกำหนด %(time)s"),
        Band.PAUSED: _("พักเวลา เหลือ %(time)s"),
        Band.MET: _("ทันกำหนด"),
        Band.LATE: _("เสร็จช้า %(time)s"),
    }.get(band, _("เหลือ %(time)s"))
    is_running = band in {Band.NEUTRAL, Band.SOON, Band.URGENT, Band.OVERDUE}
    if complaint.status == Status.CLOSED and complaint.outcome in NOT_REPAIRED:
        return Badge("is-plain", "done", _("ยุติเรื่อง"))
    return Badge(css, icon, words % {"time": left}, complaint.due_at.isoformat() if is_running else "")


def first_answer_badge(complaint: Complaint, due_at: datetime | None, now: datetime) -> Badge | None:
    """The badge of the first answer: how long it took, or how long is left."""
    if complaint.first_answered_at:
        took = length_words(complaint.first_answered_at - complaint.received_at)
        if due_at and complaint.first_answered_at > due_at:
            return Badge("is-plain", "overdue", _("ตอบครั้งแรกช้า ใช้ %(time)s") % {"time": took})
        return Badge("is-met", "check", _("ตอบครั้งแรกใน %(time)s") % {"time": took})
    if due_at is None or not complaint.is_open:
        return None
    if now > due_at:
        return Badge("is-overdue", "overdue", _("ตอบครั้งแรกช้า %(time)s") % {"time": length_words(now - due_at)})
    return Badge("", "chat", _("ตอบครั้งแรก เหลือ %(time)s") % {"time": length_words(due_at - now)})


def status_badge(complaint: Complaint, *, for_staff: bool) -> Badge:
    """The state of a case in the words of its reader."""
    label = staff_label if for_staff else resident_label
    words = label(status=complaint.status, outcome=complaint.outcome)
    if complaint.status in {Status.WAITING_RESIDENT, Status.REFERRED}:
        return Badge("is-paused", "pause", words)
    if not complaint.is_open:
        return Badge("is-met" if complaint.outcome not in NOT_REPAIRED else "is-plain", "done", words)
    return Badge("is-work", "gear", words)


def ruler(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """The promise as a ruler 300 units wide: how far along, and both ends."""
    clock = clock_of(complaint)
    whole = clock.due_at - clock.started_at
    used = min(now, complaint.paused_at or now, complaint.clock_stopped_at or now) - clock.started_at
    share = min(max(used / whole, 0.0), 1.0) if whole > timedelta(0) else 1.0
    at = round(share * RULER, 1)
    return {"at": at, "rest": RULER - at, "start": complaint.received_at, "due": complaint.due_at}


def steps(complaint: Complaint) -> list[dict[str, str]]:
    """The four steps of a case, each done, now or next. A case ended without repair has one last step of its own."""
    reached = STEP_OF[Status(complaint.status)]
    names = [str(step) for step in STEPS]
    if complaint.outcome in NOT_REPAIRED and complaint.status == Status.CLOSED:
        return [{"name": names[0], "state": "done"}, {"name": _("ยุติเรื่อง"), "state": "done"}]
    # Steps 1 and 3 are over as soon as they are reached: what is under way then is the next one.
    done = len(names) if complaint.status == Status.CLOSED else reached if reached in {1, 3} else reached - 1
    return [
        {"name": name, "state": "done" if number <= done else "now" if number == done + 1 else "next"}
        for number, name in enumerate(names, start=1)
    ]


def resident_timeline(complaint: Complaint, events: Iterable[ComplaintEvent]) -> list[dict[str, Any]]:
    """What the resident reads, newest first: offices and positions, no names of staff."""
    rows = [
        {
            "head": _resident_head(event, complaint),
            "at": event.at,
            "who": "" if event.actor != "staff" else complaint.department.name,
            "text": event.public_text,
            "photos": list(event.photos.all()),
            "css": "",
        }
        for event in events
        if event.is_public
    ]
    rows.reverse()
    if rows:
        rows[0]["css"] = "is-latest"
    return rows


def _resident_head(event: ComplaintEvent, complaint: Complaint) -> str:
    if event.kind == EventKind.ESCALATED:
        told = ", ".join(event.payload.get("told", []))
        return _("เกินกำหนด รายงาน%(told)sแล้ว") % {"told": told}
    if event.kind == EventKind.SCHEDULED and complaint.appointment_at and event.after.get("appointment_at"):
        at = datetime.fromisoformat(event.after["appointment_at"])
        return _("นัดเข้าดำเนินการ %(at)s") % {"at": thai_datetime(at)}
    if event.kind == EventKind.EXTENDED and event.payload.get("reason"):
        day = thai_date(datetime.fromisoformat(event.after["due_at"]))
        reason = Reason(event.payload["reason"]).label
        return _("ขยายเวลาถึง %(day)s เพราะ%(reason)s") % {"day": day, "reason": reason}
    if event.payload.get("label"):
        # Kept in Thai, as it was then: what has an English text is a sentence of ours.
        return _(str(event.payload["label"]))
    if event.kind == EventKind.REPLIED:
        return _("เทศบาลตอบท่าน")
    if event.kind == EventKind.ADDED:
        return _("ท่านเพิ่มข้อมูล")
    return str(EventKind(event.kind).label)


def staff_timeline(
    complaint: Complaint, events: Iterable[ComplaintEvent], pictures: Mapping[int | None, list[Photo]]
) -> list[dict[str, Any]]:
    """What staff read, oldest first: the report itself, public lines, notes for staff only, what the system did.

    `events` carry message_state and message_at; `pictures` are the case's by event, those of the report under None.
    """
    rows: list[dict[str, Any]] = []
    for event in events:
        is_report = event.kind in {EventKind.RECEIVED, EventKind.IMPORTED}
        is_note = bool(event.internal_text) and not event.public_text
        is_quiet = event.actor == ActorKind.SYSTEM or not (event.public_text or is_report)
        rows.append(
            {
                "head": _report_head(complaint) if is_report else _staff_head(event),
                "at": event.at,
                "who": event.staff.display_name if event.staff else "" if is_report else event.get_actor_display(),
                "text": complaint.text if is_report else event.public_text,
                "answers": answer_words(complaint) if is_report else [],
                "note": event.internal_text,
                "photos": pictures.get(None if is_report else event.pk, []),
                "css": "is-internal" if is_note else "is-system" if is_quiet else "",
                "is_internal": is_note,
                "message": _message(event),
            }
        )
    if rows:
        rows[-1]["css"] += " is-latest"
    return rows


def _report_head(complaint: Complaint) -> str:
    name = complaint.reporter.display_name if complaint.reporter else complaint.contact_name
    return _("%(name)s ผู้แจ้ง ทาง%(channel)s") % {
        "name": name or _("ไม่ระบุชื่อ"),
        "channel": complaint.get_channel_display(),
    }


def answer_words(complaint: Complaint) -> list[tuple[str, str]]:
    """The answers to the category's questions, in words."""
    words = []
    for question in complaint.category.questions:
        given = complaint.answers.get(question["code"])
        if given:
            names = {value["key"]: told(value, "name") for value in question.get("values", [])}
            words.append((told(question, "label"), names.get(given, given)))
    return words


def _message(event: ComplaintEvent) -> dict[str, Any] | None:
    """What became of an event's LINE message: a word, and whether somebody has to telephone."""
    state: str | None = event.message_state  # type: ignore[attr-defined]  # annotated
    if state is None:
        return None
    lost = {OutboundMessage.State.FAILED, OutboundMessage.State.SKIPPED_BLOCKED}
    return {
        "is_sent": state == OutboundMessage.State.ACCEPTED,
        "is_lost": state in lost,
        "words": OutboundMessage.State(state).label,
        "at": event.message_at,  # type: ignore[attr-defined]  # annotated
    }


def _staff_head(event: ComplaintEvent) -> str:
    label = str(EventKind(event.kind).label)
    if event.kind == EventKind.ESCALATED:
        told = ", ".join(event.payload.get("told", [])) or _("ไม่มีผู้ดำรงตำแหน่ง")
        return _("%(label)s ระดับ %(level)s: %(told)s") % {
            "label": label,
            "level": event.payload.get("level"),
            "told": told,
        }
    outcome = event.after.get("outcome")
    whom = Outcome(outcome).label if outcome else event.payload.get("to", "")
    return f"{label}: {whom}" if whom else label
