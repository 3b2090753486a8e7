"""Telling those who run the channel how the month's messages go: at 70, 85 and 95 percent, each once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from nakhoncity.kit.thai import bangkok
from nakhoncity.line.channel import read_plan
from nakhoncity.line.flex import Button, card
from nakhoncity.line.models import ChannelState, MessageClass
from nakhoncity.line.plan import Plan
from nakhoncity.line.services import Outgoing, queue_messages
from nakhoncity.staff.models import StaffMember

USEFUL_FOR = timedelta(hours=72)
ROLES = (StaffMember.Role.SUPERVISOR, StaffMember.Role.ADMIN)


def tell_quota(*, now: datetime) -> int:
    """Owe supervisors and administrators the news of the highest stage reached; returns the stage, 0 for none.

    The name of the message is month and stage, so that it is told once however often it is asked. It may use the
    reserve: messages to staff have stopped by then.
    """
    plan = read_plan(ChannelState.current())
    stage = plan.told_at()
    if stage:
        people = StaffMember.objects.working().filter(role__in=ROLES, line_user_id__isnull=False)
        queue_messages(rows=[_outgoing(plan, stage, member, now) for member in people], now=now)
    return stage


def _outgoing(plan: Plan, stage: int, member: StaffMember, now: datetime) -> Outgoing:
    name = f"quota:{bangkok(now):%Y%m}:{stage}"
    head = _("ข้อความ LINE เดือนนี้ใช้ไปแล้วร้อยละ %(stage)s") % {"stage": stage}
    stopped = ", ".join(str(each.label) for each in plan.closed_classes())
    lines = [
        _("ใช้ %(used)s จาก %(limit)s ข้อความ") % {"used": f"{plan.used:,}", "limit": f"{plan.limit:,}"},
        _("หยุดส่งแล้ว: %(classes)s") % {"classes": stopped} if stopped else _("ยังส่งได้ทุกประเภท"),
    ]
    button = Button(label=_("เปิดระบบ"), uri=f"{settings.PUBLIC_URL}/staff/")
    return Outgoing(
        line_user_id=member.line_user_id or "",
        messages=[card(head=head, lines=lines, buttons=[button], alt_text=head)],
        message_class=MessageClass.RESULT,
        dedupe_key=f"{name}:{member.pk}",
        event=name,
        send_after=now,
        expires_at=now + USEFUL_FOR,
    )
