"""What can happen to a case: the words, and one table of moves. No model, no clock read.

A door asks `moves_from` which buttons to show; a service asks `find_move` whether it may,
`check_requirements` what is missing and `next_status` where the case goes, then does as the move says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ANSWER_WITHIN = timedelta(hours=72)  # after resolving, the resident is asked for so long
REOPEN_WITHIN = timedelta(days=14)  # after resolving, the resident may reopen for so long
WAIT_NOTICE_AFTER = timedelta(days=5)  # an unanswered question is asked again
WAIT_CLOSE_AFTER = timedelta(days=7)  # and then ends the case


class Status(TextChoices):
    """Where a case stands, in the words of staff."""

    NEW = "new", _("รอคัดกรอง")
    TRIAGED = "triaged", _("คัดกรองแล้ว รอมอบหมาย")
    ASSIGNED = "assigned", _("มอบหมายแล้ว")
    IN_PROGRESS = "in_progress", _("กำลังดำเนินการ")
    SCHEDULED = "scheduled", _("นัดดำเนินการ")
    WAITING_RESIDENT = "waiting_resident", _("รอข้อมูลจากผู้แจ้ง")
    REFERRED = "referred", _("ส่งต่อหน่วยงานภายนอก")
    RESOLVED = "resolved", _("แก้ไขแล้ว รอผู้แจ้งยืนยัน")
    CLOSED = "closed", _("ปิดเรื่องแล้ว")
    REOPENED = "reopened", _("ขอให้แก้ไขอีกครั้ง")


class Outcome(TextChoices):
    """How a case ended. Repaired and not repaired are never counted together."""

    FIXED = "fixed", _("แก้ไขแล้ว")
    PARTLY_FIXED = "partly_fixed", _("แก้ไขได้บางส่วน")
    ANSWERED = "answered", _("ตอบข้อสอบถามแล้ว")
    DUPLICATE = "duplicate", _("รวมกับเรื่องเดิม")
    NOT_OURS = "not_ours", _("ไม่อยู่ในอำนาจหน้าที่ของเทศบาล")
    NOT_FOUND = "not_found", _("ตรวจสอบแล้วไม่พบปัญหา")
    WITHDRAWN = "withdrawn", _("ผู้แจ้งขอยกเลิก")
    NO_ANSWER = "no_answer", _("ไม่ได้รับข้อมูลเพิ่มจากผู้แจ้ง")
    NO_ACTION = "no_action", _("ไม่สามารถดำเนินการได้")
    PLANNED = "planned", _("รับไว้บรรจุแผน/งบประมาณ")


class Priority(TextChoices):
    """How pressing a case is."""

    NORMAL = "normal", _("ปกติ")
    URGENT = "urgent", _("เร่งด่วน")
    EMERGENCY = "emergency", _("ฉุกเฉิน")


class Channel(TextChoices):
    """How a case came in."""

    LIFF = "liff", _("แอป LINE")
    CHAT = "chat", _("แชต LINE")
    WEB = "web", _("เว็บไซต์")
    PHONE = "phone", _("โทรศัพท์")
    COUNTER = "counter", _("แจ้งที่สำนักงาน")
    LETTER = "letter", _("หนังสือ")
    DAMRONGDHAM = "damrongdham", _("ศูนย์ดำรงธรรม 1567")
    OPM = "opm", _("สายด่วนของรัฐบาล 1111")
    FACEBOOK = "facebook", _("เฟซบุ๊ก")
    RADIO = "radio", _("วิทยุ")
    FIELD_VISIT = "field_visit", _("ลงพื้นที่")
    COMMUNITY_LEADER = "community_leader", _("ประธานชุมชน")
    OPEN311 = "open311", _("ระบบ Open311")
    TRAFFY = "traffy", _("ทราฟฟี่ฟองดูว์")


class ClockKind(TextChoices):
    """What a clock measures."""

    FIRST_ANSWER = "first_answer", _("ตอบรับครั้งแรก")
    FIX = "fix", _("แก้ไข")


class ActorKind(TextChoices):
    """Who did something, as the record of the case keeps it."""

    STAFF = "staff", _("เจ้าหน้าที่")
    RESIDENT = "resident", _("ผู้แจ้ง")
    SYSTEM = "system", _("ระบบ")


class EventKind(TextChoices):
    """What a line of the record tells; the first group are the moves."""

    TRIAGED = "triaged", _("คัดกรองแล้ว")
    RETURNED = "returned", _("ส่งกลับไปคัดกรอง")
    ASSIGNED = "assigned", _("มอบหมาย")
    TRANSFERRED = "transferred", _("โอนกอง")
    STARTED = "started", _("เริ่มดำเนินการ")
    SCHEDULED = "scheduled", _("นัดดำเนินการ")
    ASKED = "asked", _("ขอข้อมูลเพิ่ม")
    ANSWER_RECEIVED = "answer_received", _("ได้รับข้อมูลจากผู้แจ้ง")
    PAUSE_ENDED = "pause_ended", _("ครบเวลาที่พักไว้ เริ่มนับเวลาต่อ")
    REFERRED = "referred", _("ส่งต่อหน่วยงานภายนอก")
    REFERRAL_ENDED = "referral_ended", _("รับเรื่องคืนจากหน่วยงานภายนอก")
    RESOLVED = "resolved", _("แก้ไขแล้ว")
    CONFIRMED = "confirmed", _("ผู้แจ้งยืนยันว่าเรียบร้อย")
    CONFIRMED_PARTLY = "confirmed_partly", _("ผู้แจ้งบอกว่าเรียบร้อยบางส่วน")
    UNANSWERED = "unanswered", _("ผู้แจ้งไม่ได้ตอบ")
    REOPENED = "reopened", _("ขอให้แก้ไขอีกครั้ง")
    CLOSED = "closed", _("ยุติเรื่อง")
    RECEIVED = "received", _("รับเรื่องแล้ว")
    IMPORTED = "imported", _("นำเข้าจากระบบเดิม")
    REPLIED = "replied", _("ตอบผู้แจ้ง")
    NOTED = "noted", _("บันทึกภายใน")
    ADDED = "added", _("ผู้แจ้งเพิ่มข้อมูล")
    WAIT_NOTICE = "wait_notice", _("ถามผู้แจ้งซ้ำ")
    CHANGED = "changed", _("แก้ไขรายละเอียด")
    PUBLISHED = "published", _("เผยแพร่ข้อความและภาพ")
    EXTENSION_ASKED = "extension_asked", _("ขอขยายเวลา")
    EXTENDED = "extended", _("ขยายเวลา")
    EXTENSION_REFUSED = "extension_refused", _("ไม่ให้ขยายเวลา")
    MERGED = "merged", _("รวมเรื่อง")
    SPLIT = "split", _("แยกเรื่อง")
    ESCALATED = "escalated", _("แจ้งผู้บังคับบัญชา")
    ACKNOWLEDGED = "acknowledged", _("ผู้บังคับบัญชารับทราบ")
    RATED = "rated", _("ให้คะแนน")
    UNDONE = "undone", _("เลิกทำ")
    VIEWED = "viewed", _("เปิดดูเรื่องลับ")


class Who(TextChoices):
    """Who asks for a move: a role of staff, the resident of the case, or the system's own sweep."""

    RESIDENT = "resident", _("ผู้แจ้ง")
    OFFICER = "officer", _("เจ้าหน้าที่")
    HEAD = "head", _("หัวหน้าหน่วยงาน")
    CLERK = "clerk", _("เจ้าหน้าที่รับเรื่อง")
    SUPERVISOR = "supervisor", _("ผู้ติดตามงาน")
    EXECUTIVE = "executive", _("ผู้บริหาร")
    ADMIN = "admin", _("ผู้ดูแลระบบ")
    SYSTEM = "system", _("ระบบ")


class ClockTouch(Enum):
    """What a move does to the fix clock."""

    NONE = "none"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RESTART = "restart"


class Tell(StrEnum):
    """The kind of message a move owes the resident."""

    PROGRESS = "progress"
    QUESTION = "question"
    REFERRED = "referred"
    RESULT = "result"
    ENDED = "ended"
    REOPENED = "reopened"


PAUSED_STATUSES = frozenset({Status.WAITING_RESIDENT, Status.REFERRED})
ENDED = frozenset({Status.RESOLVED, Status.CLOSED})
OPEN_STATUSES = frozenset(Status) - ENDED
REPAIRED = frozenset({Outcome.FIXED, Outcome.PARTLY_FIXED, Outcome.ANSWERED})
NOT_REPAIRED = frozenset(Outcome) - REPAIRED

DESK = frozenset({Who.CLERK, Who.SUPERVISOR, Who.ADMIN})
HEADS = DESK | {Who.HEAD}
WORKERS = HEADS | {Who.OFFICER}
RESIDENT = frozenset({Who.RESIDENT})
SYSTEM = frozenset({Who.SYSTEM})

AT_WORK = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED})
IN_OFFICE = AT_WORK | {Status.TRIAGED, Status.REOPENED}
ASKABLE = IN_OFFICE | {Status.NEW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table.

    `target` None keeps the status; `returns` goes back to where the case stood before its pause, `target`
    being for where that is not known. A move with `outcomes` gives the case one of them; one with
    `only_after` is for cases that have one of those. Residents see only moves with a `resident_label_th`.
    """

    name: str
    label_th: str | Promise
    event: EventKind
    sources: frozenset[Status]
    target: Status | None
    who: frozenset[Who]
    requires: tuple[str, ...] = ()
    clock: ClockTouch = ClockTouch.NONE
    tells: Tell | None = None
    resident_label_th: str | Promise = ""
    outcomes: frozenset[Outcome] = frozenset()
    only_after: frozenset[Outcome] = frozenset()
    returns: bool = False

    @property
    def is_public(self) -> bool:
        """Whether the resident's timeline shows it."""
        return bool(self.resident_label_th)

    @property
    def outcome(self) -> Outcome | None:
        """The outcome this move gives when there is no choice."""
        return next(iter(self.outcomes)) if len(self.outcomes) == 1 else None


def _close(
    outcome: Outcome, who: frozenset[Who], *requires: str, sources: frozenset[Status] = OPEN_STATUSES
) -> Move:
    return Move(
        name=f"close_{outcome.value}",
        label_th=_("ขอถอนเรื่องนี้") if who == RESIDENT else _("ยุติเรื่อง"),
        event=EventKind.CLOSED,
        sources=sources,
        target=Status.CLOSED,
        who=who,
        requires=requires,
        clock=ClockTouch.STOP,
        tells=None if who == RESIDENT else Tell.ENDED,
        resident_label_th=_("ยุติเรื่อง"),
        outcomes=frozenset({outcome}),
    )


# fmt: off
MOVES: tuple[Move, ...] = (
    Move(name="triage", label_th=_("คัดกรอง"), event=EventKind.TRIAGED,
         sources=frozenset({Status.NEW}), target=Status.TRIAGED, who=HEADS,
         requires=("category", "department")),
    Move(name="return_to_triage", label_th=_("ส่งกลับไปคัดกรอง"), event=EventKind.RETURNED,
         sources=IN_OFFICE, target=Status.NEW, who=WORKERS, requires=("reason",)),
    Move(name="assign", label_th=_("มอบหมาย"), event=EventKind.ASSIGNED,
         sources=IN_OFFICE, target=Status.ASSIGNED, who=HEADS, requires=("assignee",),
         tells=Tell.PROGRESS, resident_label_th=_("มอบหมายผู้รับผิดชอบแล้ว")),
    Move(name="take", label_th=_("รับเรื่อง"), event=EventKind.ASSIGNED,
         sources=frozenset({Status.TRIAGED}), target=Status.ASSIGNED, who=WORKERS,
         tells=Tell.PROGRESS, resident_label_th=_("มอบหมายผู้รับผิดชอบแล้ว")),
    # A case of another office loses its worker and its appointment, never its clock.
    Move(name="transfer", label_th=_("โอนกอง"), event=EventKind.TRANSFERRED,
         sources=AT_WORK, target=Status.ASSIGNED, who=WORKERS, requires=("department", "reason"),
         resident_label_th=_("โอนเรื่องให้หน่วยงานที่รับผิดชอบ")),
    Move(name="transfer", label_th=_("โอนกอง"), event=EventKind.TRANSFERRED,
         sources=PAUSED_STATUSES | {Status.TRIAGED, Status.REOPENED}, target=None, who=WORKERS,
         requires=("department", "reason"), resident_label_th=_("โอนเรื่องให้หน่วยงานที่รับผิดชอบ")),
    Move(name="start", label_th=_("เริ่มดำเนินการ"), event=EventKind.STARTED,
         sources=frozenset({Status.ASSIGNED, Status.SCHEDULED}), target=Status.IN_PROGRESS, who=WORKERS,
         tells=Tell.PROGRESS, resident_label_th=_("เริ่มดำเนินการแล้ว")),
    Move(name="schedule", label_th=_("นัดดำเนินการ"), event=EventKind.SCHEDULED,
         sources=AT_WORK, target=Status.SCHEDULED, who=WORKERS, requires=("appointment_at",),
         tells=Tell.PROGRESS, resident_label_th=_("นัดเข้าดำเนินการ")),
    Move(name="ask_resident", label_th=_("ขอข้อมูลเพิ่ม"), event=EventKind.ASKED,
         sources=ASKABLE, target=Status.WAITING_RESIDENT, who=WORKERS, requires=("public_text",),
         clock=ClockTouch.PAUSE, tells=Tell.QUESTION, resident_label_th=_("รอข้อมูลจากท่าน")),
    Move(name="answer_received", label_th=_("บันทึกคำตอบของผู้แจ้ง"), event=EventKind.ANSWER_RECEIVED,
         sources=frozenset({Status.WAITING_RESIDENT}), target=Status.IN_PROGRESS,
         who=WORKERS | RESIDENT | SYSTEM, clock=ClockTouch.RESUME, returns=True,
         resident_label_th=_("ได้รับข้อมูลจากท่านแล้ว")),
    Move(name="refer", label_th=_("ส่งต่อหน่วยงานภายนอก"), event=EventKind.REFERRED,
         sources=IN_OFFICE, target=Status.REFERRED, who=WORKERS,
         requires=("agency", "expected_date", "reason"), clock=ClockTouch.PAUSE, tells=Tell.REFERRED, resident_label_th=_("ส่งต่อหน่วยงานภายนอก")),
    Move(name="refer_back", label_th=_("รับเรื่องคืนจากหน่วยงานภายนอก"), event=EventKind.REFERRAL_ENDED,
         sources=frozenset({Status.REFERRED}), target=Status.IN_PROGRESS, who=WORKERS | SYSTEM,
         clock=ClockTouch.RESUME, returns=True, resident_label_th=_("เทศบาลรับเรื่องกลับมาดำเนินการต่อ")),
    # The promised date or the category's cap has come: time runs again, the case still waits.
    Move(name="end_pause", label_th=_("เริ่มนับเวลาต่อ"), event=EventKind.PAUSE_ENDED,
         sources=PAUSED_STATUSES, target=None, who=SYSTEM, clock=ClockTouch.RESUME,
         resident_label_th=_("เริ่มนับเวลาดำเนินการต่อ")),
    Move(name="resolve", label_th=_("แก้ไขแล้ว"), event=EventKind.RESOLVED,
         sources=IN_OFFICE | PAUSED_STATUSES, target=Status.RESOLVED, who=WORKERS,
         requires=("outcome", "public_text"), clock=ClockTouch.STOP, tells=Tell.RESULT,
         resident_label_th=_("แก้ไขแล้ว รอท่านยืนยัน"), outcomes=REPAIRED),
    Move(name="confirm", label_th=_("เรียบร้อยดี"), event=EventKind.CONFIRMED,
         sources=frozenset({Status.RESOLVED}), target=Status.CLOSED, who=RESIDENT,
         resident_label_th=_("ท่านยืนยันว่าเรียบร้อย")),
    Move(name="confirm_partly", label_th=_("เรียบร้อยบางส่วน"), event=EventKind.CONFIRMED_PARTLY,
         sources=frozenset({Status.RESOLVED}), target=Status.CLOSED, who=RESIDENT,
         resident_label_th=_("ท่านแจ้งว่าเรียบร้อยบางส่วน"), outcomes=frozenset({Outcome.PARTLY_FIXED})),
    # Silence is never satisfaction: the outcome stays what staff said, the record says that nobody answered.
    Move(name="close_unanswered", label_th=_("ปิดเรื่องโดยไม่มีคำตอบ"), event=EventKind.UNANSWERED,
         sources=frozenset({Status.RESOLVED}), target=Status.CLOSED, who=SYSTEM,
         resident_label_th=_("เสร็จสิ้น (ยังไม่ได้รับคำตอบจากท่าน)")),
    Move(name="reopen", label_th=_("ยังไม่เรียบร้อย ขอให้แก้ไขอีกครั้ง"), event=EventKind.REOPENED,
         sources=ENDED, target=Status.REOPENED, who=RESIDENT, clock=ClockTouch.RESTART, tells=Tell.REOPENED,
         resident_label_th=_("ส่งกลับไปแก้ไขอีกครั้ง"), only_after=REPAIRED),
    Move(name="reopen", label_th=_("แก้ไขอีกครั้ง"), event=EventKind.REOPENED,
         sources=ENDED, target=Status.REOPENED, who=HEADS | {Who.EXECUTIVE}, requires=("reason",),
         clock=ClockTouch.RESTART, tells=Tell.REOPENED, resident_label_th=_("ส่งกลับไปแก้ไขอีกครั้ง")),
    _close(Outcome.DUPLICATE, WORKERS, "duplicate_of"),
    _close(Outcome.NOT_OURS, HEADS, "public_text"),
    _close(Outcome.NOT_FOUND, WORKERS, "public_text"),
    _close(Outcome.WITHDRAWN, RESIDENT),
    _close(Outcome.WITHDRAWN, WORKERS, "reason"),
    _close(Outcome.NO_ANSWER, SYSTEM, sources=frozenset({Status.WAITING_RESIDENT})),
    _close(Outcome.NO_ACTION, HEADS, "public_text"),
    _close(Outcome.PLANNED, HEADS, "public_text", "department", "plan_year", "expected_date"),
)
# fmt: on

RESIDENT_LABELS: Mapping[Status, str | Promise] = {
    Status.NEW: _("รับเรื่องแล้ว"),
    Status.TRIAGED: _("รับเรื่องแล้ว"),
    Status.ASSIGNED: _("กำลังดำเนินการ"),
    Status.IN_PROGRESS: _("กำลังดำเนินการ"),
    Status.SCHEDULED: _("นัดดำเนินการ"),
    Status.WAITING_RESIDENT: _("รอข้อมูลจากท่าน"),
    Status.REFERRED: _("ส่งต่อหน่วยงานภายนอก"),
    Status.RESOLVED: _("แก้ไขแล้ว รอท่านยืนยัน"),
    Status.CLOSED: _("เสร็จสิ้น"),
    Status.REOPENED: _("ส่งกลับไปแก้ไขอีกครั้ง"),
}
NOT_REPAIRED_LABEL = _("ยุติเรื่อง")
STEPS: tuple[str | Promise, ...] = (_("รับเรื่องแล้ว"), _("กำลังดำเนินการ"), _("เสร็จสิ้น"), _("ท่านยืนยัน"))
STEP_OF: Mapping[Status, int] = dict.fromkeys(OPEN_STATUSES, 2) | {
    Status.NEW: 1,
    Status.TRIAGED: 1,
    Status.RESOLVED: 3,
    Status.CLOSED: 4,
}

MISSING: Mapping[str, str | Promise] = {
    "category": _("กรุณาเลือกหมวดของเรื่อง"),
    "department": _("กรุณาเลือกหน่วยงานที่รับผิดชอบ"),
    "assignee": _("กรุณาเลือกผู้รับผิดชอบ"),
    "outcome": _("กรุณาเลือกผลการดำเนินการ"),
    "public_text": _("กรุณาพิมพ์ข้อความถึงผู้แจ้ง"),
    "after_photo": _("กรุณาแนบภาพหลังแก้ไข"),
    "agency": _("กรุณาเลือกหน่วยงานภายนอกที่รับเรื่องต่อ"),
    "expected_date": _("กรุณาระบุวันที่คาดว่าจะได้คำตอบ"),
    "appointment_at": _("กรุณาระบุวันและเวลาที่นัดเข้าดำเนินการ"),
    "reason": _("กรุณาระบุเหตุผล"),
    "duplicate_of": _("กรุณาระบุเลขที่เรื่องเดิมที่จะรวม"),
    "plan_year": _("กรุณาระบุปีงบประมาณของแผน"),
}


class MoveRefused(Exception):
    """A move the table does not allow; the text says in Thai what happened and what to do next."""


def find_move(*, name: str, status: str, actor: str, outcome: str | None = None) -> Move:
    """Return the one move of this name that `actor` may make from `status`, or raise MoveRefused.

    `outcome` is what the case ended with so far; not given, `only_after` is not looked at.
    """
    named = [move for move in MOVES if move.name == name]
    for move in named:
        if _is_open_to(move, status, actor, outcome):
            return move
    raise MoveRefused(_why_not(named, Status(status), actor))


def moves_from(*, status: str, actor: str, outcome: str | None = None) -> list[Move]:
    """The moves that `actor` may make from `status`, in the order of the table: the buttons to show."""
    return [move for move in MOVES if _is_open_to(move, status, actor, outcome)]


def next_status(move: Move, *, status: Status, before_pause: Status | None = None) -> Status:
    """Where the case goes from `status`; `before_pause` is where it stood when its pause began."""
    if move.returns and before_pause in OPEN_STATUSES - PAUSED_STATUSES:
        return before_pause
    return move.target or status


def check_requirements(move: Move, given: Mapping[str, object], extra: Iterable[str] = ()) -> dict[str, str]:
    """Return a Thai sentence per missing field, none if all is there.

    `extra` are fields that this case asks for besides, such as "after_photo" where the category wants one.
    """
    missing = {name: str(MISSING[name]) for name in (*move.requires, *extra) if _is_blank(given.get(name))}
    if "outcome" in move.requires and "outcome" not in missing and given["outcome"] not in move.outcomes:
        missing["outcome"] = str(MISSING["outcome"])
    return missing


def check_reopening(*, resolved_at: datetime | None, now: datetime) -> None:
    """Raise MoveRefused unless a resident may still send the case back, 14 days from resolving."""
    if resolved_at is None:
        raise MoveRefused(gettext("เรื่องนี้ยุติโดยไม่มีการแก้ไข จึงขอให้แก้ไขอีกครั้งไม่ได้ หากยังพบปัญหา กรุณาแจ้งเป็นเรื่องใหม่"))
    if now > resolved_at + REOPEN_WITHIN:
        raise MoveRefused(gettext("เรื่องนี้แก้ไขแล้วเกิน 14 วัน จึงขอให้แก้ไขอีกครั้งไม่ได้ หากยังพบปัญหา กรุณาแจ้งเป็นเรื่องใหม่"))


def resident_label(*, status: str, outcome: str = "") -> str:
    """What the resident sees: ended without repair is ยุติเรื่อง, never เสร็จสิ้น."""
    if status == Status.CLOSED and outcome in NOT_REPAIRED:
        return str(NOT_REPAIRED_LABEL)
    return str(RESIDENT_LABELS[Status(status)])


def staff_label(*, status: str, outcome: str = "") -> str:
    """What staff see: the status, and for an ended case how it ended."""
    if status == Status.CLOSED and outcome:
        return resident_label(status=status, outcome=outcome)
    return str(Status(status).label)


def _is_open_to(move: Move, status: str, actor: str, outcome: str | None) -> bool:
    fits = outcome is None or not move.only_after or outcome in move.only_after
    return fits and status in move.sources and actor in move.who


def _is_blank(value: object) -> bool:
    return (
        value is None or value is False or (isinstance(value, str) and not value.strip()) or value in ((), [])
    )


def _why_not(named: list[Move], status: Status, actor: str) -> str:
    if not named:
        return gettext("ไม่มีขั้นตอนนี้ในระบบ กรุณาเปิดหน้านี้ใหม่แล้วเลือกจากปุ่มที่แสดง")
    mine = [move for move in named if actor in move.who]
    if actor == Who.RESIDENT:
        return _why_not_resident(mine, status)
    if not mine:
        people = " ".join(str(who.label) for who in Who if any(who in move.who for move in named))
        return gettext("ขั้นตอน “%(label)s” ทำได้เฉพาะ %(people)s กรุณาส่งเรื่องให้ผู้มีสิทธิ์ดำเนินการ") % {
            "label": named[0].label_th,
            "people": people,
        }
    choices = dict.fromkeys(str(move.label_th) for move in moves_from(status=status, actor=actor))
    return gettext("เรื่องนี้อยู่ในสถานะ “%(status)s” จึงทำขั้นตอน “%(label)s” ไม่ได้ ขั้นตอนที่ทำได้ตอนนี้: %(choices)s") % {
        "status": status.label,
        "label": mine[0].label_th,
        "choices": " ".join(choices) or gettext("ไม่มี กรุณาติดต่อหัวหน้าหน่วยงาน"),
    }


def _why_not_resident(mine: list[Move], status: Status) -> str:
    if not mine:
        return gettext("ขั้นตอนนี้เป็นของเจ้าหน้าที่ ท่านติดตามความคืบหน้าได้ที่หน้าเรื่องของท่าน")
    return gettext(
        "เรื่องของท่านอยู่ในสถานะ “%(status)s” จึงทำขั้นตอน “%(label)s” ไม่ได้ กรุณาเปิดหน้าเรื่องของท่านเพื่อดูสถานะล่าสุด"
    ) % {"status": RESIDENT_LABELS[status], "label": mine[0].label_th}
