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
    PLAN_NOTICE = "plan_notice", _("แจ้งผู้แจ้งตามกำหนดของแผน")
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

NEW = frozenset({Status.NEW})
AT_WORK = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED})
IN_OFFICE = AT_WORK | {Status.TRIAGED, Status.REOPENED}
WAITING = frozenset({Status.WAITING_RESIDENT})
RESOLVED = frozenset({Status.RESOLVED})


@dataclass(frozen=True, slots=True)
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


# fmt: off
def _close(outcome: Outcome, who: frozenset[Who], *requires: str,
           sources: frozenset[Status] = OPEN_STATUSES) -> Move:
    is_own_wish = who == RESIDENT
    return Move(f"close_{outcome.value}", _("ขอถอนเรื่องนี้") if is_own_wish else _("ยุติเรื่อง"), EventKind.CLOSED,
                sources, Status.CLOSED, who, requires, ClockTouch.STOP, None if is_own_wish else Tell.ENDED,
                _("ยุติเรื่อง"), outcomes=frozenset({outcome}))


MOVES: tuple[Move, ...] = (
    # name, button, line of the record, from, to, who, requires, clock, tells, what the resident reads
    Move("triage", _("คัดกรอง"), EventKind.TRIAGED, NEW, Status.TRIAGED, HEADS, ("category", "department")),
    Move("return_to_triage", _("ส่งกลับไปคัดกรอง"), EventKind.RETURNED, IN_OFFICE, Status.NEW, WORKERS,
         ("reason",)),
    Move("assign", _("มอบหมาย"), EventKind.ASSIGNED, IN_OFFICE, Status.ASSIGNED, HEADS, ("assignee",),
         tells=Tell.PROGRESS, resident_label_th=_("มอบหมายผู้รับผิดชอบแล้ว")),
    Move("take", _("รับเรื่อง"), EventKind.ASSIGNED, frozenset({Status.TRIAGED}), Status.ASSIGNED, WORKERS,
         tells=Tell.PROGRESS, resident_label_th=_("มอบหมายผู้รับผิดชอบแล้ว")),
    # A case of another office loses its worker and its appointment, never its clock.
    Move("transfer", _("โอนกอง"), EventKind.TRANSFERRED, AT_WORK, Status.ASSIGNED, WORKERS,
         ("department", "reason"), resident_label_th=_("โอนเรื่องให้หน่วยงานที่รับผิดชอบ")),
    Move("transfer", _("โอนกอง"), EventKind.TRANSFERRED, IN_OFFICE - AT_WORK | PAUSED_STATUSES, None,
         WORKERS, ("department", "reason"), resident_label_th=_("โอนเรื่องให้หน่วยงานที่รับผิดชอบ")),
    Move("start", _("เริ่มดำเนินการ"), EventKind.STARTED, frozenset({Status.ASSIGNED, Status.SCHEDULED}),
         Status.IN_PROGRESS, WORKERS, tells=Tell.PROGRESS, resident_label_th=_("เริ่มดำเนินการแล้ว")),
    Move("schedule", _("นัดดำเนินการ"), EventKind.SCHEDULED, AT_WORK, Status.SCHEDULED, WORKERS,
         ("appointment_at",), tells=Tell.PROGRESS, resident_label_th=_("นัดเข้าดำเนินการ")),
    Move("ask_resident", _("ขอข้อมูลเพิ่ม"), EventKind.ASKED, IN_OFFICE | NEW, Status.WAITING_RESIDENT, WORKERS,
         ("public_text",), ClockTouch.PAUSE, Tell.QUESTION, _("รอข้อมูลจากท่าน")),
    Move("answer_received", _("บันทึกคำตอบของผู้แจ้ง"), EventKind.ANSWER_RECEIVED, WAITING, Status.IN_PROGRESS,
         WORKERS | RESIDENT | SYSTEM, (), ClockTouch.RESUME, None, _("ได้รับข้อมูลจากท่านแล้ว"), returns=True),
    Move("refer", _("ส่งต่อหน่วยงานภายนอก"), EventKind.REFERRED, IN_OFFICE, Status.REFERRED, WORKERS,
         ("agency", "expected_date", "reason"), ClockTouch.PAUSE, Tell.REFERRED, _("ส่งต่อหน่วยงานภายนอก")),
    Move("refer_back", _("รับเรื่องคืนจากหน่วยงานภายนอก"), EventKind.REFERRAL_ENDED, frozenset({Status.REFERRED}),
         Status.IN_PROGRESS, WORKERS | SYSTEM, (), ClockTouch.RESUME, None,
         _("เทศบาลรับเรื่องกลับมาดำเนินการต่อ"), returns=True),
    # The promised date or the category's cap has come: time runs again, the case still waits.
    Move("end_pause", _("เริ่มนับเวลาต่อ"), EventKind.PAUSE_ENDED, PAUSED_STATUSES, None, SYSTEM,
         (), ClockTouch.RESUME, None, _("เริ่มนับเวลาดำเนินการต่อ")),
    Move("resolve", _("แก้ไขแล้ว"), EventKind.RESOLVED, IN_OFFICE | PAUSED_STATUSES, Status.RESOLVED, WORKERS,
         ("outcome", "public_text"), ClockTouch.STOP, Tell.RESULT, _("แก้ไขแล้ว รอท่านยืนยัน"), REPAIRED),
    Move("confirm", _("เรียบร้อยดี"), EventKind.CONFIRMED, RESOLVED, Status.CLOSED, RESIDENT,
         resident_label_th=_("ท่านยืนยันว่าเรียบร้อย")),
    Move("confirm_partly", _("เรียบร้อยบางส่วน"), EventKind.CONFIRMED_PARTLY, RESOLVED, Status.CLOSED, RESIDENT,
         resident_label_th=_("ท่านแจ้งว่าเรียบร้อยบางส่วน"), outcomes=frozenset({Outcome.PARTLY_FIXED})),
    # Silence is never satisfaction: the outcome stays what staff said, the record says that nobody answered.
    Move("close_unanswered", _("ปิดเรื่องโดยไม่มีคำตอบ"), EventKind.UNANSWERED, RESOLVED, Status.CLOSED, SYSTEM,
         resident_label_th=_("เสร็จสิ้น (ยังไม่ได้รับคำตอบจากท่าน)")),
    Move("reopen", _("ยังไม่เรียบร้อย ขอให้แก้ไขอีกครั้ง"), EventKind.REOPENED, ENDED, Status.REOPENED, RESIDENT,
         (), ClockTouch.RESTART, Tell.REOPENED, _("ส่งกลับไปแก้ไขอีกครั้ง"), only_after=REPAIRED),
    Move("reopen", _("แก้ไขอีกครั้ง"), EventKind.REOPENED, ENDED, Status.REOPENED, HEADS | {Who.EXECUTIVE},
         ("reason",), ClockTouch.RESTART, Tell.REOPENED, _("ส่งกลับไปแก้ไขอีกครั้ง")),
    _close(Outcome.DUPLICATE, WORKERS, "duplicate_of"),
    _close(Outcome.NOT_OURS, HEADS, "public_text"),
    _close(Outcome.NOT_FOUND, WORKERS, "public_text"),
    _close(Outcome.WITHDRAWN, RESIDENT),
    _close(Outcome.WITHDRAWN, WORKERS, "reason"),
    _close(Outcome.NO_ANSWER, SYSTEM, sources=WAITING),
    _close(Outcome.NO_ACTION, HEADS, "public_text"),
    _close(Outcome.PLANNED, HEADS, "public_text", "department", "plan_year", "expected_date"),
)

RESIDENT_LABELS: Mapping[Status, str | Promise] = {
    Status.NEW: _("รับเรื่องแล้ว"), Status.TRIAGED: _("รับเรื่องแล้ว"),
    Status.ASSIGNED: _("กำลังดำเนินการ"), Status.IN_PROGRESS: _("กำลังดำเนินการ"),
    Status.SCHEDULED: _("นัดดำเนินการ"),
    Status.WAITING_RESIDENT: _("รอข้อมูลจากท่าน"), Status.REFERRED: _("ส่งต่อหน่วยงานภายนอก"),
    Status.RESOLVED: _("แก้ไขแล้ว รอท่านยืนยัน"), Status.CLOSED: _("เสร็จสิ้น"),
    Status.REOPENED: _("ส่งกลับไปแก้ไขอีกครั้ง"),
}
STEPS: tuple[str | Promise, ...] = (_("รับเรื่องแล้ว"), _("กำลังดำเนินการ"), _("เสร็จสิ้น"), _("ท่านยืนยัน"))
STEP_OF: Mapping[Status, int] = dict.fromkeys(OPEN_STATUSES, 2) | {
    Status.NEW: 1, Status.TRIAGED: 1, Status.RESOLVED: 3, Status.CLOSED: 4,
}
MISSING: Mapping[str, str | Promise] = {
    "category": _("กรุณาเลือกหมวดของเรื่อง"), "department": _("กรุณาเลือกหน่วยงานที่รับผิดชอบ"),
    "assignee": _("กรุณาเลือกผู้รับผิดชอบ"), "outcome": _("กรุณาเลือกผลการดำเนินการ"),
    "public_text": _("กรุณาพิมพ์ข้อความถึงผู้แจ้ง"), "after_photo": _("กรุณาแนบภาพหลังแก้ไข"),
    "agency": _("กรุณาเลือกหน่วยงานภายนอกที่รับเรื่องต่อ"), "reason": _("กรุณาระบุเหตุผล"),
    "expected_date": _("กรุณาระบุวันที่คาดว่าจะได้คำตอบ"), "plan_year": _("กรุณาระบุปีงบประมาณของแผน"),
    "appointment_at": _("กรุณาระบุวันและเวลาที่นัดเข้าดำเนินการ"),
    "duplicate_of": _("กรุณาระบุเลขที่เรื่องเดิมที่จะรวม"),
}
# fmt: on


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
    raise MoveRefused(_why_not(named, Status(status), actor, outcome or ""))


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
        raise MoveRefused(gettext("เรื่องนี้ยุติโดยไม่มีการแก้ไข จึงส่งกลับไปแก้ไขไม่ได้ หากยังพบปัญหา กรุณาแจ้งเป็นเรื่องใหม่"))
    if now > resolved_at + REOPEN_WITHIN:
        raise MoveRefused(gettext("เรื่องนี้แก้ไขแล้วเกิน 14 วัน จึงส่งกลับไปแก้ไขไม่ได้ หากยังพบปัญหา กรุณาแจ้งเป็นเรื่องใหม่"))


def resident_label(*, status: str, outcome: str = "") -> str:
    """What the resident sees: ended without repair is ยุติเรื่อง, never เสร็จสิ้น."""
    if status == Status.CLOSED and outcome in NOT_REPAIRED:
        return gettext("ยุติเรื่อง")
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
    return not value.strip() if isinstance(value, str) else not value


def _why_not(named: list[Move], status: Status, actor: str, outcome: str) -> str:
    mine = [move for move in named if actor in move.who]
    if not named:
        sentence = gettext("ไม่มีขั้นตอนนี้ในระบบ กรุณาเปิดหน้านี้ใหม่แล้วเลือกจากปุ่มที่แสดง")
    elif not mine and actor == Who.RESIDENT:
        sentence = gettext("ขั้นตอนนี้เป็นของเจ้าหน้าที่ ท่านติดตามความคืบหน้าได้ที่หน้าเรื่องของท่าน")
    elif not mine:
        sentence = gettext("“%(step)s” ทำได้เฉพาะ %(people)s กรุณาส่งเรื่องให้ผู้มีสิทธิ์ดำเนินการ")
    elif actor == Who.RESIDENT:
        sentence = gettext("เรื่องของท่านเป็น “%(seen)s” จึงเลือก “%(step)s” ไม่ได้ กรุณาเปิดหน้าเรื่องเพื่อดูสถานะล่าสุด")
    else:
        sentence = gettext("เรื่องนี้เป็น “%(status)s” จึงทำ “%(step)s” ไม่ได้ ทำต่อได้: %(choices)s")
    choices = dict.fromkeys(str(move.label_th) for move in moves_from(status=status, actor=actor, outcome=outcome))
    return sentence % {
        "step": (mine or named)[0].label_th if named else "",
        "people": ", ".join(str(who.label) for who in Who if any(who in move.who for move in named)),
        "seen": resident_label(status=status, outcome=outcome),
        "status": status.label,
        "choices": ", ".join(choices) or gettext("แจ้งหัวหน้าหน่วยงานหากต้องแก้ไขอีกครั้ง"),
    }
