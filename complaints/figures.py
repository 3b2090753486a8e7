"""How the promise is kept, in numbers: what counts, defined once for the dashboard, the home page and the reports."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q

from complaints.filters import OPEN
from complaints.models.case import Complaint, overdue_condition
from complaints.models.record import Rating
from complaints.workflow import NOT_REPAIRED, REPAIRED, Outcome
from nakhoncity.kit.thai import bangkok_date

# Fewer cases make no percentage and no middle: one more would change the picture.
FEW = 10
MONTH_DAYS = 30
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


def fell_due(since: date, now: datetime) -> Q:
    """Cases whose fix fell due in the period, or was done in it: ended without repair and history are left out."""
    counted = Q(promised=True) & ~Q(outcome__in=[o for o in NOT_REPAIRED if o != Outcome.NO_ANSWER])
    # A pause begun in time holds the deadline: it has not come yet.
    has_come = Q(due_at__lt=now) & (Q(paused_at=None) | Q(due_at__lt=F("paused_at")))
    return counted & Q(received_on__gte=since) & (has_come | Q(outcome__in=list(REPAIRED)))


def shares(name: str, since: date, now: datetime) -> dict[str, Any]:
    """What an aggregate needs for the share of a period: `<name>_met` of `<name>_n`."""
    counted = fell_due(since, now)
    return {
        f"{name}_n": Count("pk", filter=counted),
        f"{name}_met": Count("pk", filter=counted & Q(outcome__in=list(REPAIRED)) & KEPT),
    }


@dataclass(frozen=True)
class TownFigures:
    """How the whole town did in the last 30 days: numbers only, nothing of any case."""

    on_time: Share
    open: int
    overdue: int
    repaired: int
    middle: timedelta | None
    stars: float | None
    raters: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened yet."""
        return not (self.on_time.n or self.open or self.repaired)


def town_figures(*, now: datetime) -> TownFigures:
    """The figures of the last 30 days, in three queries.

    `middle` is the median from report to repair by the clock on the wall, pauses included; None below ten cases.
    `stars` is the mean of what reporters gave, out of five; None below ten.
    """
    since = bangkok_date(now) - timedelta(days=MONTH_DAYS - 1)
    repaired = Complaint.objects.filter(promised=True, outcome__in=list(REPAIRED), resolved_on__gte=since)
    counts = Complaint.objects.filter(promised=True).aggregate(
        open=Count("pk", filter=OPEN),
        overdue=Count("pk", filter=overdue_condition(now)),
        repaired=Count("pk", filter=Q(outcome__in=list(REPAIRED), resolved_on__gte=since)),
        **shares("month", since, now),
    )
    rated = Rating.objects.filter(stars__isnull=False, complaint__resolved_on__gte=since)
    rating = rated.aggregate(stars=Avg("stars"), raters=Count("pk"))
    return TownFigures(
        on_time=Share(counts["month_met"], counts["month_n"]),
        open=counts["open"],
        overdue=counts["overdue"],
        repaired=counts["repaired"],
        middle=_middle(repaired, counts["repaired"]),
        stars=round(rating["stars"], 1) if rating["raters"] >= FEW else None,
        raters=rating["raters"],
    )


def _middle(repaired: Any, n: int) -> timedelta | None:
    if n < FEW:
        return None
    took = repaired.order_by(F("resolved_at") - F("received_at")).values_list("received_at", "resolved_at")
    row = took[n // 2 : n // 2 + 1].first()
    return row[1] - row[0] if row else None
