"""The figures of a department's dashboard: five aggregates, whatever the number of cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q

from complaints.filters import OPEN
from complaints.models.case import Complaint, ComplaintQuerySet, near_due_condition, overdue_condition
from complaints.workflow import NOT_REPAIRED, REPAIRED, Outcome, Status
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.staff.models import Department, StaffMember

DAYS = 10
FEW = 10
KEPT = Q(clock_stopped_at__lte=F("due_at"))


@dataclass(frozen=True)
class Share:
    """A percentage with its n; too few cases make no percentage."""

    met: int
    n: int

    @property
    def percent(self) -> int | None:
        """Rounded, or None below ten cases."""
        return round(100 * self.met / self.n) if self.n >= FEW else None


def cases_of(*, department: Department, member: StaffMember) -> ComplaintQuerySet:
    """The cases of a department and its units that a member may see."""
    return Complaint.objects.visible_to(member).filter(department__path__startswith=department.path)


def summary(*, cases: ComplaintQuerySet, now: datetime) -> dict[str, Any]:
    """Open, near due, overdue by level, waiting, today in and out, and on-time shares of 7 and 30 days. One query."""
    today = bangkok_date(now)
    week, month = today - timedelta(days=6), today - timedelta(days=29)
    overdue = overdue_condition(now)
    figures = cases.aggregate(
        open=Count("pk", filter=OPEN),
        near=Count("pk", filter=near_due_condition(now)),
        near_unassigned=Count("pk", filter=near_due_condition(now) & Q(assignee=None)),
        overdue=Count("pk", filter=overdue),
        overdue_2=Count("pk", filter=overdue & Q(escalation_level__lte=2)),
        overdue_3=Count("pk", filter=overdue & Q(escalation_level=3)),
        overdue_4=Count("pk", filter=overdue & Q(escalation_level=4)),
        oldest_due=Min("due_at", filter=overdue),
        waiting=Count("pk", filter=Q(status__in=[Status.WAITING_RESIDENT, Status.REFERRED])),
        came_today=Count("pk", filter=Q(received_on=today)),
        done_today=Count("pk", filter=Q(resolved_on=today)),
        **_shares("week", week, now),
        **_shares("month", month, now),
    )
    return {
        **figures,
        "week": Share(figures["week_met"], figures["week_n"]),
        "month": Share(figures["month_met"], figures["month_n"]),
        "oldest_late": now - figures["oldest_due"] if figures["oldest_due"] else None,
    }


def _fell_due(since: date, now: datetime) -> Q:
    """Cases whose fix fell due in the period, or was done in it: ended without repair and history are left out."""
    counted = Q(promised=True) & ~Q(outcome__in=[o for o in NOT_REPAIRED if o != Outcome.NO_ANSWER])
    return counted & Q(received_on__gte=since) & (Q(due_at__lt=now) | Q(outcome__in=list(REPAIRED)))


def _shares(name: str, since: date, now: datetime) -> dict[str, Any]:
    counted = _fell_due(since, now)
    return {
        f"{name}_n": Count("pk", filter=counted),
        f"{name}_met": Count("pk", filter=counted & Q(outcome__in=list(REPAIRED)) & KEPT),
    }


def by_officer(*, cases: ComplaintQuerySet, now: datetime) -> list[dict[str, Any]]:
    """Open cases by who has them, those without anybody last. One query."""
    month = bangkok_date(now) - timedelta(days=29)
    rows = (
        cases.filter(OPEN | Q(received_on__gte=month))
        .values("assignee_id", "assignee__display_name", "assignee__name_key")
        .annotate(
            open=Count("pk", filter=OPEN),
            near=Count("pk", filter=near_due_condition(now)),
            overdue=Count("pk", filter=overdue_condition(now)),
            **_shares("month", month, now),
        )
        .filter(Q(open__gt=0) | Q(month_n__gt=0))
    )
    plain: list[dict[str, Any]] = [dict(row) for row in rows]
    ordered = sorted(plain, key=lambda row: (row["assignee_id"] is None, row["assignee__name_key"] or ""))
    return [{**row, "month": Share(row["month_met"], row["month_n"])} for row in ordered]


def by_category(*, cases: ComplaintQuerySet, now: datetime) -> list[dict[str, Any]]:
    """Open cases by category, the most first. One query."""
    rows = cases.filter(OPEN).values("category__name_th")
    counted = rows.annotate(open=Count("pk"), overdue=Count("pk", filter=overdue_condition(now)))
    return [dict(row) for row in counted.order_by("-open", "category__name_th")]


def in_and_out(*, cases: ComplaintQuerySet, now: datetime) -> list[dict[str, Any]]:
    """Received and resolved on each of the last ten days. Two queries."""
    today = bangkok_date(now)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    came = _per_day(cases.filter(received_on__gte=days[0]), "received_on")
    done = _per_day(cases.filter(resolved_on__gte=days[0]), "resolved_on")
    return [{"day": day, "came": came.get(day, 0), "done": done.get(day, 0)} for day in days]


def _per_day(cases: ComplaintQuerySet, column: str) -> dict[date, int]:
    rows: Iterable[tuple[date, int]] = cases.order_by().values_list(column).annotate(n=Count("pk"))
    return dict(rows)
