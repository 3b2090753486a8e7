"""What we say over LINE about a case: the cards, and the rows that owe them. The rules of the message plan are here."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent, Rating
from complaints.workflow import REPAIRED, EventKind, Outcome, Tell, resident_label
from nakhoncity.kit.language import THAI
from nakhoncity.kit.thai import thai_date, thai_datetime, thai_time
from nakhoncity.line.flex import Button, card
from nakhoncity.line.models import MessageClass
from nakhoncity.line.services import (
    Outgoing,
    cancel_messages,
    is_told,
    queue_messages,
    restore_messages,
    take_back,
)
from nakhoncity.residents.models import Resident

Card = dict[str, Any]

# A staff update can be undone for so long, before its message leaves.
UNDO_WITHIN = timedelta(seconds=10)
# Where a page says that it posts into the chat, its free reply carries the receipt; after this the push does.
REPLY_WITHIN = timedelta(seconds=20)
# Assigned, started and appointed within this time are one message ...
PROGRESS_WAITS = timedelta(minutes=30)
# ... and none at all if the matter is done by then.
NO_PROGRESS_BEFORE = timedelta(hours=4)
STATUS_USEFUL_FOR = timedelta(hours=72)
ANSWER_POSTBACK = "complaint-answer"
LISTED = 5
# Another office takes over: what waits to be told still names the old one.
LEAVES_OFFICE = {EventKind.TRANSFERRED, EventKind.RETURNED}

HEADS = {
    Tell.PROGRESS: gettext_lazy("ความคืบหน้าเรื่องของท่าน"),
    Tell.QUESTION: gettext_lazy("เทศบาลขอข้อมูลเพิ่มจากท่าน"),
    Tell.REFERRED: gettext_lazy("ส่งต่อหน่วยงานภายนอกแล้ว"),
    Tell.RESULT: gettext_lazy("แก้ไขแล้ว รอท่านยืนยัน"),
    Tell.ENDED: gettext_lazy("ยุติเรื่องแล้ว"),
    Tell.REOPENED: gettext_lazy("ส่งกลับไปแก้ไขอีกครั้งแล้ว"),
}


def _for_reporter(build: Callable[..., Card]) -> Callable[..., Card]:
    """A card in the language of the case's reporter, whoever has it made; Thai for a case without one."""

    @wraps(build)
    def built(complaint: Complaint, **about: Any) -> Card:
        with override(complaint.reporter.language if complaint.reporter else THAI):
            return build(complaint, **about)

    return built


def case_link(complaint: Complaint) -> str:
    """The address that opens a resident's case inside LINE."""
    return f"{settings.LIFF_BASE}/my/{complaint.reference}/"


def title_of(complaint: Complaint) -> str:
    """What a card calls the matter: no category where it is nobody else's business."""
    if complaint.is_confidential or complaint.category.is_sensitive:
        return complaint.reference
    return f"{complaint.category.name} · {complaint.reference}"


def promise_words(complaint: Complaint) -> str:
    """The promise with its date, as the receipt gives it."""
    due = _("วันที่ %(day)s เวลา %(time)s") % {"day": thai_date(complaint.due_at), "time": thai_time(complaint.due_at)}
    if complaint.promises_answer:
        return _("เทศบาลจะแจ้งผลการพิจารณาภายใน%(due)s") % {"due": due}
    return _("เทศบาลจะดำเนินการให้แล้วเสร็จภายใน%(due)s") % {"due": due}


@_for_reporter
def receipt_card(complaint: Complaint) -> Card:
    """The receipt: number and promise."""
    head = _("รับเรื่องแล้ว")
    lines = [title_of(complaint), promise_words(complaint)]
    return _card(complaint, head, lines, [_follow_button(complaint)])


@_for_reporter
def update_card(complaint: Complaint, *, tells: Tell | None, public_text: str) -> Card:
    """What a staff update says to the resident: the preview and the message are this same card.

    `complaint` is the case as the update leaves it.
    """
    head = str(HEADS[tells]) if tells else _("เทศบาลตอบท่าน")
    lines = [title_of(complaint)]
    if tells is Tell.PROGRESS:
        lines.append(_progress_line(complaint))
    if tells is Tell.REFERRED and complaint.agency:
        lines.append(complaint.agency.name)
    if tells is Tell.ENDED or (tells is Tell.RESULT and complaint.outcome != Outcome.FIXED):
        lines.append(_outcome_line(complaint))
    if tells is Tell.ENDED and complaint.outcome == Outcome.PLANNED:
        lines.append(_plan_line(complaint))
    if public_text:
        lines.append(public_text)
    if tells is Tell.QUESTION:
        lines.append(_("กดปุ่มด้านล่างเพื่อตอบ ระหว่างรอคำตอบ เวลาดำเนินการจะหยุดไว้"))
        return _card(complaint, head, lines, [Button(label=_("ตอบเทศบาล"), uri=case_link(complaint))])
    if tells is Tell.RESULT:
        return _result_card(complaint, head, lines)
    return _card(complaint, head, lines, [_follow_button(complaint)])


def _result_card(complaint: Complaint, head: str, lines: list[str]) -> Card:
    until = complaint.answer_until
    question = _("เรียบร้อยดีหรือไม่ ตอบได้ถึง %(until)s") % {"until": thai_datetime(until)} if until else ""
    buttons = [
        Button(
            label=str(Rating.Verdict(verdict).label),
            data=f"{ANSWER_POSTBACK}:{complaint.reference}:{verdict}",
            display_text=str(Rating.Verdict(verdict).label),
        )
        for verdict in Rating.Verdict.values
    ]
    return _card(complaint, head, [*lines, question], buttons)


@_for_reporter
def plan_card(complaint: Complaint) -> Card:
    """Where a planned case stands, on the day that was promised."""
    lines = [title_of(complaint), _outcome_line(complaint), _plan_line(complaint)]
    return _card(complaint, _("ความคืบหน้าเรื่องที่รับเข้าแผน"), lines, [_follow_button(complaint)])


def status_card(complaint: Complaint) -> Card:
    """How one case stands now: the answer to who asks for it."""
    status = resident_label(status=complaint.status, outcome=complaint.outcome)
    line = _progress_line(complaint) if complaint.is_open else ""
    return _card(complaint, status, [title_of(complaint), line], [_follow_button(complaint)])


def list_card(complaints: Sequence[Complaint]) -> Card:
    """The newest cases of a resident in one bubble, each with its state; the page has them all."""
    lines = [_("เรื่องล่าสุดของท่าน")]
    lines += [
        f"{title_of(each)}\n{resident_label(status=each.status, outcome=each.outcome)}" for each in complaints[:LISTED]
    ]
    button = Button(label=_("ดูเรื่องทั้งหมด"), uri=f"{settings.LIFF_BASE}/my/")
    head = _("ติดตามเรื่อง")
    return card(head=head, lines=lines, buttons=[button], alt_text=head)


def _outcome_line(complaint: Complaint) -> str:
    """How it ended; nothing while a preview's form has not chosen yet."""
    return _("ผล: %(outcome)s") % {"outcome": Outcome(complaint.outcome).label} if complaint.outcome else ""


def _plan_line(complaint: Complaint) -> str:
    """Year, office, and when the city speaks again, as far as they are known."""
    year = _("แผนปีงบประมาณ %(year)s") % {"year": complaint.plan_year} if complaint.plan_year else ""
    again = _("แจ้งท่านอีกครั้ง %(day)s") % {"day": thai_date(complaint.expected_date)} if complaint.expected_date else ""
    return " · ".join(part for part in (year, _office_of(complaint), again) if part)


def _office_of(complaint: Complaint) -> str:
    """Who has the case; where the category is nobody's business, neither is the office."""
    if complaint.is_confidential or complaint.category.is_sensitive:
        return _("เทศบาล")
    return complaint.department.name


def _progress_line(complaint: Complaint) -> str:
    office = _office_of(complaint)
    if complaint.appointment_at and complaint.status == "scheduled":
        return _("%(office)s นัดเข้าดำเนินการ %(at)s") % {
            "office": office,
            "at": thai_datetime(complaint.appointment_at),
        }
    if not complaint.promised:
        # History has no deadline to name.
        return _("%(office)s กำลังดูแลเรื่องนี้") % {"office": office}
    return _("%(office)s กำลังดูแลเรื่องนี้ กำหนดเสร็จ %(due)s") % {
        "office": office,
        "due": thai_datetime(complaint.due_at),
    }


@_for_reporter
def extension_card(complaint: Complaint, *, old_due_at: datetime, reason: Any) -> Card:
    """A new date, the old one, and why."""
    lines = [
        title_of(complaint),
        _("กำหนดเสร็จใหม่ %(new)s (เดิม %(old)s)")
        % {"new": thai_datetime(complaint.due_at), "old": thai_datetime(old_due_at)},
        _("เหตุผล: %(reason)s") % {"reason": reason},
    ]
    return _card(complaint, _("ขยายเวลาดำเนินการ"), lines, [_follow_button(complaint)])


def _follow_button(complaint: Complaint) -> Button:
    return Button(label=_("ติดตามเรื่องนี้"), uri=case_link(complaint))


def _card(complaint: Complaint, head: str, lines: Sequence[str], buttons: list[Button]) -> Card:
    # The alternative text shows on the lock screen: number and state, nothing personal.
    alt_text = f"{head} {complaint.reference}"
    return card(head=head, lines=[line for line in lines if line], buttons=buttons, alt_text=alt_text)


# Owing messages: each inside the transaction of the change it tells of


def receipt_key(complaint: Complaint) -> str:
    """The dedupe key of a case's receipt, by which the chat's reply claims it."""
    return f"complaint:{complaint.pk}:receipt"


def queue_receipt(*, complaint: Complaint, event: ComplaintEvent, in_chat: bool, now: datetime) -> None:
    """Owe the receipt: at once by push, or after 20 s if the page is about to post into the chat."""
    if complaint.reporter is None:
        return
    queue_messages(
        rows=[
            Outgoing(
                to=complaint.reporter,
                messages=[receipt_card(complaint)],
                message_class=MessageClass.PROGRESS,
                dedupe_key=receipt_key(complaint),
                event=f"complaint:{complaint.pk}:event:{event.pk}",
                send_after=now + REPLY_WITHIN if in_chat else now,
                expires_at=now + STATUS_USEFUL_FOR,
            )
        ],
        now=now,
    )


def queue_update(
    *,
    complaint: Complaint,
    event: ComplaintEvent,
    tells: Tell | None,
    public_text: str,
    is_first_answer: bool,
    now: datetime,
) -> None:
    """Owe what a staff update tells the resident, and the ending to those who follow.

    A progress without words waits, takes the place of an earlier one that has not left, and is told once only, and not
    after words of staff; those leave after the ten seconds in which they can be undone, and make a waiting progress
    needless, as does another office. Before the office's first answer there is no earlier message to look for.
    """
    progress = f"complaint:{complaint.pk}:progress"
    told = f"complaint:{complaint.pk}:event:"
    rows: list[Outgoing] = []
    if tells is Tell.PROGRESS and not public_text:
        if not (is_first_answer or cancel_messages(event=progress, now=now)) and is_told(
            prefix=told, message_class=MessageClass.PROGRESS
        ):
            return
        waits_until = max(now + PROGRESS_WAITS, complaint.received_at + NO_PROGRESS_BEFORE)
        rows = _rows(complaint, event, tells, "", send_after=waits_until, name=progress)
    elif tells or public_text:
        if not is_first_answer:
            cancel_messages(event=progress, now=now)
        name = f"complaint:{complaint.pk}:event:{event.pk}"
        rows = _rows(complaint, event, tells, public_text, send_after=now + UNDO_WITHIN, name=name)
        if tells in {Tell.RESULT, Tell.ENDED}:
            rows += _follower_rows(complaint, event, now)
    elif event.kind in LEAVES_OFFICE and complaint.first_answered_at:
        cancel_messages(event=progress, now=now)
    if rows:
        queue_messages(rows=rows, now=now)


def take_back_update(*, complaint: Complaint, event: ComplaintEvent, now: datetime) -> bool:
    """Cancel what an update owed, and owe again the progress that it had made needless; False: something has left.

    In the caller's transaction, which he rolls back on False.
    """
    if not take_back(prefix=f"complaint:{complaint.pk}:event:{event.pk}:", now=now):
        return False
    restore_messages(event=f"complaint:{complaint.pk}:progress", cancelled_at=event.at)
    return True


def _rows(
    complaint: Complaint,
    event: ComplaintEvent,
    tells: Tell | None,
    text: str,
    *,
    send_after: datetime,
    name: str,
) -> list[Outgoing]:
    if complaint.reporter is None:
        return []
    is_answer_due = tells in {Tell.RESULT, Tell.QUESTION, Tell.ENDED}
    return [
        Outgoing(
            to=complaint.reporter,
            messages=[update_card(complaint, tells=tells, public_text=text)],
            message_class=MessageClass.RESULT if is_answer_due else MessageClass.PROGRESS,
            dedupe_key=f"complaint:{complaint.pk}:event:{event.pk}:reporter",
            event=name,
            send_after=send_after,
            expires_at=send_after + STATUS_USEFUL_FOR,
        )
    ]


def _follower_rows(complaint: Complaint, event: ComplaintEvent, now: datetime) -> list[Outgoing]:
    """The ending, to those who follow: done is one thing, over without a repair another."""
    name = f"complaint:{complaint.pk}:event:{event.pk}"
    return [
        Outgoing(
            to=follower,
            messages=[_ending_card(complaint, follower.language)],
            message_class=MessageClass.FOLLOWER,
            dedupe_key=f"{name}:follower:{follower.pk}",
            event=name,
            send_after=now + UNDO_WITHIN,
            expires_at=now + STATUS_USEFUL_FOR,
        )
        for follower in Resident.objects.reachable().filter(follows__complaint=complaint)
        if follower.pk != complaint.reporter_id
    ]


def _ending_card(complaint: Complaint, language: str) -> Card:
    with override(language):
        is_repaired = complaint.outcome in REPAIRED
        head = _("เรื่องที่ท่านติดตามแก้ไขแล้ว") if is_repaired else _("เรื่องที่ท่านติดตามยุติแล้ว")
        lines = [title_of(complaint), "" if complaint.outcome == Outcome.FIXED else _outcome_line(complaint)]
        return _card(complaint, head, lines, [_follow_button(complaint)])


def queue_withdrawal(*, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """The reporter has ended his case himself: he needs no progress any more, who follows hears of the end."""
    cancel_messages(event=f"complaint:{complaint.pk}:progress", now=now)
    queue_messages(rows=_follower_rows(complaint, event, now), now=now)


def queue_plan_notice(*, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """The day has come on which the city promised to speak again of a case that it took into its plan."""
    if complaint.reporter is None:
        return
    name = f"complaint:{complaint.pk}:event:{event.pk}"
    message = Outgoing(
        to=complaint.reporter,
        messages=[plan_card(complaint)],
        message_class=MessageClass.PROGRESS,
        dedupe_key=f"{name}:reporter",
        event=name,
        send_after=now,
        expires_at=now + STATUS_USEFUL_FOR,
    )
    queue_messages(rows=[message], now=now)


def queue_wait_notice(*, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """Ask the resident once more before a waiting case ends unanswered."""
    if complaint.reporter is None or complaint.wait_close_at is None:
        return
    with override(complaint.reporter.language):
        until = thai_datetime(complaint.wait_close_at)
        words = _("เทศบาลยังรอข้อมูลจากท่าน หากไม่ได้รับภายใน %(until)s เรื่องจะยุติ") % {"until": until}
    rows = _rows(complaint, event, Tell.QUESTION, words, send_after=now, name=f"complaint:{complaint.pk}:wait")
    queue_messages(rows=rows, now=now)


def queue_extension(
    *, complaint: Complaint, event: ComplaintEvent, old_due_at: datetime, reason: Any, now: datetime
) -> None:
    """Owe the resident the new date, once; a waiting progress would still name the old one and is not sent."""
    cancel_messages(event=f"complaint:{complaint.pk}:progress", now=now)
    if complaint.reporter is None:
        return
    name = f"complaint:{complaint.pk}:event:{event.pk}"
    message = Outgoing(
        to=complaint.reporter,
        messages=[extension_card(complaint, old_due_at=old_due_at, reason=reason)],
        message_class=MessageClass.PROGRESS,
        dedupe_key=f"{name}:reporter",
        event=name,
        send_after=now,
        expires_at=now + STATUS_USEFUL_FOR,
    )
    queue_messages(rows=[message], now=now)
