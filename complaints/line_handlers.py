"""What residents say to us in the chat about their cases."""

import re
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from complaints import messages
from complaints.models.case import Complaint, ComplaintQuerySet
from complaints.models.record import Rating
from complaints.services.answers import answer_result
from complaints.workflow import MoveRefused
from nakhoncity.kit.thai import arabic_digits
from nakhoncity.line.flex import Button, text
from nakhoncity.line.handlers import Handler, Incoming, Messages, register_handler
from nakhoncity.line.services import claim_reply

FILED = re.compile(r"แจ้งเรื่องแล้ว\s+(?P<reference>[A-Z]{2,5}-\d{2}-\d{6})\Z")
# As people say it: NST-69-000123, 69-123, 000123.
REFERENCE = re.compile(r"(?:(?:[A-Za-z]{2,5}-?)?(?P<year>\d{2})-(?P<number>\d{1,6})|(?P<six>\d{6}))\Z")
ASKS_FOR_CASES = {"ติดตาม", "ติดตามเรื่อง", "เรื่องของฉัน", "สถานะ"}
VERDICT = re.compile(rf"{messages.ANSWER_POSTBACK}:(?P<reference>[A-Z]{{2,5}}-\d{{2}}-\d{{6}}):(?P<verdict>\w+)\Z")


def register() -> None:
    """Tell the line room what this room answers."""
    register_handler(Handler("text", lambda event: bool(FILED.match(arabic_digits(event.text))), give_receipt))
    register_handler(Handler("text", lambda event: event.text in ASKS_FOR_CASES, list_cases))
    register_handler(Handler("text", lambda event: bool(REFERENCE.match(arabic_digits(event.text))), show_case))
    register_handler(Handler("postback", lambda event: bool(VERDICT.match(event.data)), take_verdict))


def give_receipt(event: Incoming, now: datetime) -> Messages:
    """The line that the form posted: its free reply carries the receipt, unless the push has left already."""
    match = FILED.match(arabic_digits(event.text))
    complaint = Complaint.objects.of(event.resident).filter(reference=match["reference"]).first() if match else None
    if complaint and event.reply_token:
        claim_reply(dedupe_key=messages.receipt_key(complaint), reply_token=event.reply_token, now=now)
    return []


def _mine(event: Incoming) -> ComplaintQuerySet:
    return Complaint.objects.of(event.resident).select_related("category", "department").order_by("-received_at", "-pk")


def list_cases(event: Incoming, now: datetime) -> Messages:
    """“ติดตาม”: the newest cases and how each stands, or how to file one."""
    complaints = list(_mine(event)[: messages.LISTED])
    return [messages.list_card(complaints)] if complaints else [text(_("ท่านยังไม่มีเรื่องที่แจ้งไว้"))]


def show_case(event: Incoming, now: datetime) -> Messages:
    """A number typed: that case, if it is the writer's own; not his and not there are the same answer."""
    match = REFERENCE.match(arabic_digits(event.text))
    if match is None:
        return []
    ending = f"-{match['six']}" if match["six"] else f"-{match['year']}-{int(match['number']):06d}"
    complaint = _mine(event).filter(reference__endswith=ending).first()
    if complaint is None:
        return [text(_("ไม่พบเรื่องเลขที่นี้ในเรื่องที่ท่านแจ้ง พิมพ์ “ติดตาม” เพื่อดูเรื่องของท่าน"))]
    return [messages.status_card(complaint)]


def take_verdict(event: Incoming, now: datetime) -> Messages:
    """A tap on one of the three answers below a result."""
    match = VERDICT.match(event.data)
    if match is None or match["verdict"] not in Rating.Verdict.values:
        return []
    complaint = Complaint.objects.of(event.resident).filter(reference=match["reference"]).first()
    if complaint is None:
        return []
    verdict = Rating.Verdict(match["verdict"])
    try:
        answer_result(complaint=complaint, verdict=verdict, resident=event.resident, now=now)
    except MoveRefused as refused:
        return [text(str(refused))]
    return [_thanks(complaint, verdict)]


def _thanks(complaint: Complaint, verdict: Rating.Verdict) -> dict[str, Any]:
    words = {
        Rating.Verdict.GOOD: _("ขอบคุณที่ยืนยันว่าเรียบร้อยดี"),
        Rating.Verdict.PARTLY: _("ขอบคุณที่ตอบ เทศบาลบันทึกแล้วว่าเรียบร้อยบางส่วน หัวหน้าหน่วยงานจะตรวจสอบ"),
        Rating.Verdict.NOT_FIXED: _("ขออภัยในความไม่เรียบร้อย เทศบาลส่งเรื่องกลับไปแก้ไขอีกครั้งแล้ว และแจ้งหัวหน้าหน่วยงานแล้ว"),
    }
    link = Button(label=_("ให้คะแนน"), uri=f"{messages.case_link(complaint)}rate/")
    return text(f"{words[verdict]} ({complaint.reference})", quick=[link])
