"""The figures of a department's dashboard: four queries, whatever the number of cases."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, Min, OuterRef, Q, Subquery, Value

from complaints.figures import Share, shares
from complaints.filters import OPEN
from complaints.models.case import Complaint, ComplaintQuerySet, near_due_condition, overdue_condition
from complaints.models.clock import EscalationNotice
from complaints.workflow import Status
from nakhoncity.kit.thai import bangkok_date, sort_key
from nakhoncity.staff.models import Department, StaffMember

DAYS = 10
FIRST = 9


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
        waiting=Count("pk", filter=Q(status=Status.WAITING_RESIDENT)),
        referred=Count("pk", filter=Q(status=Status.REFERRED)),
        came_today=Count("pk", filter=Q(received_on=today)),
        done_today=Count("pk", filter=Q(resolved_on=today)),
        **shares("week", week, now),
        **shares("month", month, now),
    )
    return {
        **figures,
        "week": Share(figures["week_met"], figures["week_n"]),
        "month": Share(figures["month_met"], figures["month_n"]),
        "oldest_late": now - figures["oldest_due"] if figures["oldest_due"] else None,
    }


def open_work(*, cases: ComplaintQuerySet, now: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Open cases by who has them (nobody last) and by category (the most first), from one query."""
    month = bangkok_date(now) - timedelta(days=29)
    rows = list(
        cases.filter(OPEN | Q(received_on__gte=month))
        .order_by()
        .values("assignee_id", "assignee__display_name", "assignee__name_key", "category__code", "category__name_th")
        .annotate(
            open=Count("pk", filter=OPEN),
            near=Count("pk", filter=near_due_condition(now)),
            overdue=Count("pk", filter=overdue_condition(now)),
            **shares("month", month, now),
        )
    )
    officers = _add_up(rows, ("assignee_id", "assignee__display_name", "assignee__name_key"))
    categories = _add_up(rows, ("category__code", "category__name_th"))
    return (
        sorted(
            (row for row in officers if row["open"] or row["month_n"]),
            key=lambda row: (row["assignee_id"] is None, row["assignee__name_key"] or ""),
        ),
        sorted(
            (row for row in categories if row["open"]),
            key=lambda row: (-row["open"], sort_key(row["category__name_th"])),
        ),
    )


SUMS = ("open", "near", "overdue", "month_n", "month_met")


def _add_up(rows: Iterable[Mapping[str, Any]], by: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sum the rows of a finer table by some of its columns."""
    sums: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        sums[tuple(row[name] for name in by)].update({name: row[name] for name in SUMS})
    return [
        {**dict(zip(by, key, strict=True)), **{name: count[name] for name in SUMS},
         "month": Share(count["month_met"], count["month_n"])}
        for key, count in sums.items()
    ]  # fmt: skip


def in_and_out(*, cases: ComplaintQuerySet, now: datetime) -> list[dict[str, Any]]:
    """Received and resolved on each of the last ten days, from one query."""
    today = bangkok_date(now)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    came = _per_day(cases, "received_on", days[0])
    done = _per_day(cases, "resolved_on", days[0])
    counts: dict[tuple[str, date], int] = {(what, day): n for what, day, n in came.union(done, all=True)}
    return [{"day": day, "came": counts.get(("received_on", day), 0), "done": counts.get(("resolved_on", day), 0)}
            for day in days]  # fmt: skip


def _per_day(cases: ComplaintQuerySet, column: str, since: date) -> Any:
    rows = cases.filter(**{f"{column}__gte": since}).order_by()
    return rows.annotate(what=Value(column, CharField())).values_list("what", column).annotate(n=Count("pk"))


def urgent(*, cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """The cases to do first, those that fall due first on top, each with the highest post it was reported to."""
    told = EscalationNotice.objects.filter(escalation__clock__complaint=OuterRef("pk"), is_copy=False)
    highest = told.order_by("-escalation__level", "-pk").values("title_th")[:1]
    open_cases = cases.open().filter(promised=True, paused_at=None)
    return open_cases.annotate(told=Subquery(highest)).order_by("due_at", "id").for_list()[:FIRST]
