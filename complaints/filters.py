"""The inbox: its views, its order, and the counts beside them in one query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint, near_due_condition, overdue_condition
from complaints.workflow import ENDED, Status
from nakhoncity.staff.access import office_path_of
from nakhoncity.staff.models import StaffMember

PAGE = 50
Condition = Callable[[StaffMember, datetime], Q]
OPEN = ~Q(status__in=list(ENDED))


@dataclass(frozen=True)
class InboxView:
    """One built-in view of the inbox."""

    name: str
    label: str | Promise
    icon: str
    condition: Condition
    is_alert: bool = False


def _mine(member: StaffMember, now: datetime) -> Q:
    return OPEN & Q(assignee=member)


def _office(member: StaffMember, now: datetime) -> Q:
    return OPEN & Q(department__path__startswith=office_path_of(member.department))


VIEWS: Mapping[str, InboxView] = {
    view.name: view
    for view in (
        InboxView("new", _("รอคัดกรอง"), "filter", lambda member, now: Q(status=Status.NEW)),
        InboxView("mine", _("งานของฉัน"), "user", _mine),
        InboxView("office", _("หน่วยงานของฉัน"), "users", _office),
        InboxView("near", _("ใกล้ครบกำหนด"), "soon", lambda member, now: near_due_condition(now)),
        InboxView("overdue", _("เกินกำหนด"), "overdue", lambda member, now: overdue_condition(now), is_alert=True),
        InboxView("waiting", _("รอข้อมูลจากผู้แจ้ง"), "pause", lambda member, now: Q(status=Status.WAITING_RESIDENT)),
        InboxView("reopened", _("ขอให้แก้ไขอีกครั้ง"), "retry", lambda member, now: Q(status=Status.REOPENED)),
        InboxView("all", _("ทั้งหมด"), "list", lambda member, now: OPEN),
    )
}


def inbox(*, view: InboxView, member: StaffMember, now: datetime, department: str = "") -> QuerySet[Complaint]:
    """The cases of a view that a member may see, those that fall due first on top."""
    cases = Complaint.objects.visible_to(member).filter(view.condition(member, now))
    if department:
        cases = cases.filter(department__path__contains=f"{department}/")
    return cases.order_by("due_at", "id").for_list()


def count_views(*, member: StaffMember, now: datetime) -> dict[str, int]:
    """How many cases each view holds, from one aggregate."""
    wanted = {name: Count("pk", filter=view.condition(member, now)) for name, view in VIEWS.items()}
    counts: dict[str, int] = Complaint.objects.visible_to(member).aggregate(**wanted)
    return counts
