"""What we say over LINE to staff: late cases by the ladder, cases sent back. Numbers and offices, nobody's name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models.case import Complaint
from complaints.models.clock import EscalationNotice
from complaints.models.record import ComplaintEvent
from nakhoncity.kit.thai import length_words
from nakhoncity.line.flex import Button, card
from nakhoncity.line.models import MessageClass
from nakhoncity.line.services import Outgoing, queue_messages
from nakhoncity.staff.models import StaffMember

USEFUL_FOR = timedelta(hours=24)
MOST_LINES = 5
OVERDUE_LEVEL = 2


def queue_ladder(*, member: StaffMember, rows: Sequence[EscalationNotice], now: datetime) -> None:
    """Owe one person one message about the cases that ran late, the highest level first."""
    ordered = sorted(rows, key=lambda row: -row.escalation.level)
    head = _ladder_head(ordered)
    lines = [_ladder_line(row, now) for row in ordered[:MOST_LINES]]
    if len(ordered) > MOST_LINES:
        lines.append(_("และอีก %(more)s เรื่อง") % {"more": len(ordered) - MOST_LINES})
    first = ordered[0].escalation.clock.complaint
    single = len(ordered) == 1
    path = (
        reverse("complaints:case", args=[first.reference]) if single else reverse("complaints:inbox", args=["overdue"])
    )
    _queue(member, head, lines, path, f"ladder:{member.pk}:{ordered[0].pk}", now)


def queue_reopening(*, member: StaffMember, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """Owe the head of an office the news that a resident is not content."""
    path = reverse("complaints:case", args=[complaint.reference])
    lines = [_case_words(complaint), _("ผู้แจ้งตอบว่ายังไม่เรียบร้อย กรุณามอบหมายผู้รับผิดชอบ")]
    _queue(member, _("ขอให้แก้ไขอีกครั้ง"), lines, path, f"complaint:{complaint.pk}:event:{event.pk}:head", now)


def _ladder_head(rows: Sequence[EscalationNotice]) -> str:
    late = sum(row.escalation.level >= OVERDUE_LEVEL for row in rows)
    if late:
        return _("เรื่องเกินกำหนด %(n)s เรื่อง") % {"n": late}
    return _("เรื่องใกล้ครบกำหนด %(n)s เรื่อง") % {"n": len(rows)}


def _ladder_line(row: EscalationNotice, now: datetime) -> str:
    complaint = row.escalation.clock.complaint
    left = complaint.due_at - now
    words = _("เหลือ %(time)s") if left >= timedelta(0) else _("เกินกำหนด %(time)s")
    return f"{_case_words(complaint)} · {words % {'time': length_words(left)}}"


def _case_words(complaint: Complaint) -> str:
    if complaint.is_confidential or complaint.category.is_sensitive:
        return complaint.reference
    return f"{complaint.reference} {complaint.category.name_th}"


def _queue(member: StaffMember, head: str, lines: list[str], path: str, key: str, now: datetime) -> None:
    if not member.line_user_id:
        return
    buttons = [Button(label=_("เปิดดูเรื่อง"), uri=f"{settings.PUBLIC_URL}{path}")]
    queue_messages(
        rows=[
            Outgoing(
                line_user_id=member.line_user_id,
                messages=[card(head=head, lines=lines, buttons=buttons, alt_text=head)],
                message_class=MessageClass.STAFF,
                dedupe_key=key,
                event=key,
                send_after=now,
                expires_at=now + USEFUL_FOR,
            )
        ],
        now=now,
    )
