"""What we say over LINE to staff: late cases by the ladder, cases sent back. Numbers and offices, nobody's name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints import sla
from complaints.models.case import Complaint
from complaints.models.clock import EscalationNotice
from complaints.models.record import ComplaintEvent
from complaints.workflow import Priority
from nakhoncity.kit.thai import length_words, thai_datetime
from nakhoncity.line.flex import Button, card
from nakhoncity.line.models import MessageClass
from nakhoncity.line.services import Outgoing, count_recent, queue_messages
from nakhoncity.staff.models import StaffMember

USEFUL_FOR = timedelta(hours=24)
# So many single emergencies in so long; what comes on top is told together at the end of it.
EMERGENCIES_AT_MOST, EMERGENCY_SPAN = 5, timedelta(minutes=10)
EMERGENCY = "emergency"
MOST_LINES = 5


def queue_ladder(*, member: StaffMember, rows: Sequence[EscalationNotice], now: datetime) -> None:
    """Owe one person one message about the cases that ran late, the highest level first."""
    ordered = sorted(rows, key=lambda row: -row.escalation.level)
    head = _ladder_head(ordered, now)
    lines = [_ladder_line(row, now) for row in ordered[:MOST_LINES]]
    if len(ordered) > MOST_LINES:
        lines.append(_("และอีก %(more)s เรื่อง") % {"more": len(ordered) - MOST_LINES})
    first = ordered[0].escalation.clock.complaint
    single = len(ordered) == 1
    path = (
        reverse("complaints:case", args=[first.reference]) if single else reverse("complaints:inbox", args=["overdue"])
    )
    is_emergency = any(row.escalation.clock.complaint.priority == Priority.EMERGENCY for row in ordered)
    name = f"ladder:{member.pk}:{ordered[0].pk}"
    _queue([_outgoing(member, head, lines, path, name, now, is_emergency=is_emergency)], now)


def queue_reopening(*, member: StaffMember, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """Owe the head of an office the news that a resident is not content."""
    path = reverse("complaints:case", args=[complaint.reference])
    lines = [_case_words(complaint), _("ผู้แจ้งตอบว่ายังไม่เรียบร้อย กรุณามอบหมายผู้รับผิดชอบ")]
    name = f"complaint:{complaint.pk}:event:{event.pk}:head"
    _queue([_outgoing(member, _("ขอให้แก้ไขอีกครั้ง"), lines, path, name, now)], now)


def queue_wish(*, member: StaffMember, tell_at: datetime, now: datetime) -> None:
    """Owe who decides the news that somebody asks for more time: one message a digest, however many wishes."""
    lines = [_("มีคำขอขยายเวลาส่งถึงท่าน กรุณาเปิดดูรายการ")]
    name = f"extension:{member.pk}:{tell_at:%Y%m%d%H%M}"
    _queue([_outgoing(member, _("คำขอขยายเวลา"), lines, reverse("complaints:extensions"), name, tell_at)], now)


def queue_emergency(*, members: Sequence[StaffMember], complaint: Complaint, now: datetime) -> None:
    """Owe each of these people the news of an emergency, at once and at any hour.

    On a night with many a person gets five in ten minutes, then one that says “more”, at the end of the ten.
    """
    recent = count_recent(
        event=EMERGENCY, line_user_ids=[member.line_user_id or "" for member in members], since=now - EMERGENCY_SPAN
    )
    rows = [
        _emergency(member, complaint, now)
        if recent.get(member.line_user_id or "", 0) < EMERGENCIES_AT_MOST
        else _more_emergencies(member, now)
        for member in members
    ]
    _queue(rows, now)


def _emergency(member: StaffMember, complaint: Complaint, now: datetime) -> Outgoing:
    lines = [_case_words(complaint), _("กำหนดเสร็จ %(due)s") % {"due": thai_datetime(complaint.due_at)}]
    path = reverse("complaints:case", args=[complaint.reference])
    name = f"{EMERGENCY}:{complaint.pk}:{member.pk}"
    return _outgoing(member, _("เหตุฉุกเฉิน"), lines, path, name, now, is_emergency=True, event=EMERGENCY)


def _more_emergencies(member: StaffMember, now: datetime) -> Outgoing:
    """One for all that come until the ten minutes are over: the same name, so the same row."""
    seconds = int(EMERGENCY_SPAN.total_seconds())
    until = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)
    name = f"{EMERGENCY}:{member.pk}:until:{until:%Y%m%d%H%M}"
    lines = [_("มีเหตุฉุกเฉินเข้ามาหลายเรื่อง กรุณาเปิดดูรายการ")]
    path = reverse("complaints:inbox", args=["office"])
    return _outgoing(member, _("เหตุฉุกเฉินหลายเรื่อง"), lines, path, name, until, is_emergency=True, event=EMERGENCY)


def _ladder_head(rows: Sequence[EscalationNotice], now: datetime) -> str:
    late = sum(sla.is_overdue(row.escalation.clock.state, now=now) for row in rows)
    if late:
        return _("เรื่องเกินกำหนด %(n)s เรื่อง") % {"n": late}
    return _("เรื่องใกล้ครบกำหนด %(n)s เรื่อง") % {"n": len(rows)}


def _ladder_line(row: EscalationNotice, now: datetime) -> str:
    complaint = row.escalation.clock.complaint
    left = sla.remaining(row.escalation.clock.state, now=now)
    words = _("เหลือ %(time)s") if left >= timedelta(0) else _("เกินกำหนด %(time)s")
    return f"{_case_words(complaint)} · {words % {'time': length_words(left)}}"


def _case_words(complaint: Complaint) -> str:
    if complaint.is_confidential or complaint.category.is_sensitive:
        return complaint.reference
    return f"{complaint.reference} {complaint.category.name_th}"


def _outgoing(
    member: StaffMember,
    head: str,
    lines: list[str],
    path: str,
    name: str,
    send_after: datetime,
    *,
    is_emergency: bool = False,
    event: str = "",
) -> Outgoing:
    """A message to staff. An emergency may use the reserve: it is not held when the month's quota runs short."""
    buttons = [Button(label=_("เปิดดูเรื่อง"), uri=f"{settings.PUBLIC_URL}{path}")]
    return Outgoing(
        line_user_id=member.line_user_id or "",
        messages=[card(head=head, lines=lines, buttons=buttons, alt_text=head)],
        message_class=MessageClass.RESULT if is_emergency else MessageClass.STAFF,
        dedupe_key=name,
        event=event or name,
        send_after=send_after,
        expires_at=send_after + USEFUL_FOR,
    )


def _queue(rows: Sequence[Outgoing], now: datetime) -> None:
    queue_messages(rows=[row for row in rows if row.line_user_id], now=now)
