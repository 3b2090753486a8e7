"""The inbox: its views, what narrows them, its order, and the counts beside them in one query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models.case import Complaint, near_due_condition, overdue_condition
from complaints.models.category import Category
from complaints.workflow import ENDED, Outcome, Status
from nakhoncity.kit.keyset import Sort
from nakhoncity.kit.thai import thai_date
from nakhoncity.staff.access import office_path_of
from nakhoncity.staff.models import Department, StaffMember

PAGE = 50
CODE_MAX = 30
PARTLY_SHOWN = timedelta(days=30)
Condition = Callable[[StaffMember, datetime], Q]
# In a fixed order, as in the condition of the index that serves it.
OPEN = ~Q(status__in=sorted(ENDED))


SORTS: Mapping[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort("due", _("ครบกำหนดก่อน"), "due_at"),
        Sort("newest", _("รับล่าสุดก่อน"), "received_at", is_descending=True),
        Sort("oldest", _("รับก่อนมาก่อน"), "received_at"),
    )
}


@dataclass(frozen=True)
class InboxView:
    """One built-in view of the inbox. One that is not counted grows without end and shows no number."""

    name: str
    label: str | Promise
    icon: str
    condition: Condition
    is_alert: bool = False
    is_counted: bool = True

    @property
    def sort(self) -> Sort:
        """The order of a view where its address names none: by deadline, or the newest where all ended ones are in."""
        return SORTS["due" if self.is_counted else "newest"]


def _mine(member: StaffMember, now: datetime) -> Q:
    return OPEN & Q(assignee=member)


def _office(member: StaffMember, now: datetime) -> Q:
    return OPEN & Q(department__path__startswith=office_path_of(member.department))


def _partly(member: StaffMember, now: datetime) -> Q:
    """What residents called done in part: for the heads, for a month."""
    return Q(status=Status.CLOSED, outcome=Outcome.PARTLY_FIXED, closed_at__gte=now - PARTLY_SHOWN)


def _in(status: Status) -> Condition:
    return lambda member, now: Q(status=status)


VIEWS: Mapping[str, InboxView] = {
    view.name: view
    for view in (
        InboxView("new", _("รอคัดกรอง"), "filter", _in(Status.NEW)),
        InboxView("mine", _("งานของฉัน"), "user", _mine),
        InboxView("office", _("หน่วยงานของฉัน"), "users", _office),
        InboxView("near", _("ใกล้ครบกำหนด"), "soon", lambda member, now: near_due_condition(now)),
        InboxView("overdue", _("เกินกำหนด"), "overdue", lambda member, now: overdue_condition(now), is_alert=True),
        InboxView("waiting", _("รอข้อมูลจากผู้แจ้ง"), "pause", _in(Status.WAITING_RESIDENT)),
        InboxView("referred", _("ส่งต่อหน่วยงานภายนอก"), "share", _in(Status.REFERRED)),
        InboxView("reopened", _("ขอให้แก้ไขอีกครั้ง"), "retry", _in(Status.REOPENED)),
        InboxView("partly", _("เรียบร้อยบางส่วน"), "face3", _partly, is_counted=False),
        InboxView("all", _("ทั้งหมด"), "list", lambda member, now: OPEN),
        InboxView("any", _("รวมที่เสร็จแล้ว"), "done", lambda member, now: Q(), is_counted=False),
    )
}


@dataclass(frozen=True)
class Narrowing:
    """What narrows a view, as its address says it: every number of a dashboard leads to exactly its cases.

    Anything in the address that is none of these, or that cannot be read, narrows nothing.
    """

    department: str = ""
    category: str = ""
    officer: str = ""
    level: int | None = None
    received: date | None = None
    resolved: date | None = None

    NOBODY = "none"
    LEVELS = (2, 3, 4)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Narrowing":
        """From the query of an address."""
        officer = given.get("officer", "")
        level = given.get("level", "")
        return cls(
            department=_code(given.get("department", "")),
            category=_code(given.get("category", "")),
            officer=officer if officer == cls.NOBODY or (officer.isascii() and officer.isdigit()) else "",
            level=int(level) if level in {str(each) for each in cls.LEVELS} else None,
            received=_read_date(given.get("received", "")),
            resolved=_read_date(given.get("resolved", "")),
        )

    @property
    def given(self) -> dict[str, str]:
        """What narrows, by its name in the address."""
        named = vars(self).items()
        return {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in named if value}

    def condition(self) -> Q:
        """The same as a question to the table. Level 2 is every late case that is not told higher yet."""
        asked = Q()
        if self.department:
            asked &= Q(department__path__startswith=f"{self.department}/") | Q(
                department__path__contains=f"/{self.department}/"
            )
        if self.category:
            asked &= Q(category__code=self.category)
        if self.officer:
            asked &= Q(assignee=None) if self.officer == self.NOBODY else Q(assignee_id=int(self.officer[:18]))
        if self.level:
            asked &= (
                Q(escalation_level__lte=self.level)
                if self.level == min(self.LEVELS)
                else Q(escalation_level=self.level)
            )
        if self.received:
            asked &= Q(received_on=self.received)
        if self.resolved:
            asked &= Q(resolved_on=self.resolved)
        return asked

    def chips(self) -> list[dict[str, str]]:
        """Each narrowing in words, with the address that is left without it. At most three statements."""
        given = self.given
        return [
            {"words": self._words(name), "left": urlencode({other: given[other] for other in given if other != name})}
            for name in given
        ]

    def _words(self, name: str) -> str:
        if name == "department":
            return _name_of(Department.objects.filter(code=self.department), "name_th") or self.department
        if name == "category":
            return _name_of(Category.objects.filter(code=self.category), "name_th") or self.category
        if name == "officer":
            return self._officer_words()
        if name == "level":
            return gettext("แจ้งถึงระดับ %(level)s") % {"level": self.level}
        if name == "received" and self.received:
            return gettext("รับเมื่อ %(day)s") % {"day": thai_date(self.received)}
        return gettext("เสร็จเมื่อ %(day)s") % {"day": thai_date(self.resolved)} if self.resolved else ""

    def _officer_words(self) -> str:
        if self.officer == self.NOBODY:
            return gettext("ยังไม่มีผู้รับ")
        member = StaffMember.objects.filter(pk=int(self.officer[:18]))
        return _name_of(member, "display_name") or self.officer


def _name_of(rows: QuerySet[Any], column: str) -> str | None:
    name: str | None = rows.values_list(column, flat=True).first()
    return name


def _code(text: str) -> str:
    """A code as our tables write it; anything else narrows nothing."""
    return text if len(text) <= CODE_MAX and text.replace("_", "").isalnum() and text.isascii() else ""


def _read_date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


NOTHING = Narrowing()


def inbox(
    *, view: InboxView, member: StaffMember, now: datetime, narrowing: Narrowing = NOTHING
) -> QuerySet[Complaint]:
    """The cases of a view that a member may see, those that fall due first on top; with ended ones, the newest."""
    cases = Complaint.objects.visible_to(member).filter(view.condition(member, now), narrowing.condition())
    return cases.order_by(*view.sort.order).for_list()


def count_views(*, member: StaffMember, now: datetime, alerts_only: bool = False) -> dict[str, int]:
    """How many cases each counted view holds, from one aggregate over what is open; or only those that alarm."""
    wanted = {
        name: Count("pk", filter=view.condition(member, now))
        for name, view in VIEWS.items()
        if view.is_counted and (view.is_alert or not alerts_only)
    }
    counts: dict[str, int] = Complaint.objects.visible_to(member).filter(OPEN).aggregate(**wanted)
    return counts
