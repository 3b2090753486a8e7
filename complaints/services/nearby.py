"""What is known already where somebody reports: cases to join instead of repeating, and what was said before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from complaints.models.case import Complaint, ComplaintQuerySet
from complaints.models.category import Category
from complaints.workflow import REOPEN_WITHIN, REPAIRED, Status
from nakhoncity.kit.geo import Point, box_around, distance_m
from nakhoncity.residents.models import Resident

MOST = 3
# A place where more were reported lately is one matter by now.
LOOKED_AT = 50
SAID_BEFORE_WITHIN = timedelta(days=90)
# What somebody else's case tells of its place: no nearer than this.
GRAIN_M = 10


@dataclass(frozen=True)
class Near:
    """A case near a place: how far in metres (tens of them), how many follow it, whether it is the reader's own."""

    complaint: Complaint
    metres: int
    followers: int
    is_mine: bool

    @property
    def can_be_reopened(self) -> bool:
        """Whether it can still be sent back: the reader's own, and a repair."""
        return self.is_mine and self.complaint.outcome in REPAIRED


def find_joinable(*, category: Category, place: Point | None, resident: Resident | None, now: datetime) -> list[Near]:
    """Open cases of a category within its radius and days that anybody may know of, and the reader's own; the nearest
    first, three at most."""
    if place is None:
        return []
    since = now - timedelta(days=category.duplicate_window_days)
    cases = _around(category, place).open().filter(received_at__gte=since)
    return _nearest(cases, category, place, resident)


def find_said_before(
    *, category: Category, place: Point | None, resident: Resident | None, now: datetime
) -> list[Near]:
    """The same of cases that ended within 90 days; of the reader's own only such as can't simply be sent back later."""
    if place is None:
        return []
    cases = _around(category, place).filter(status=Status.CLOSED, closed_at__gte=now - SAID_BEFORE_WITHIN)
    return _nearest(cases, category, place, resident)


def is_reopenable(near: Near, *, now: datetime) -> bool:
    """Whether the reader can send it back himself: within 14 days of the repair."""
    resolved_at = near.complaint.resolved_at
    return near.can_be_reopened and resolved_at is not None and now <= resolved_at + REOPEN_WITHIN


def _around(category: Category, place: Point) -> ComplaintQuerySet:
    south, north, west, east = box_around(place, category.duplicate_radius_m)
    return Complaint.objects.filter(
        category=category, latitude__range=(south, north), longitude__range=(west, east), needs_category=False
    )


def _nearest(cases: ComplaintQuerySet, category: Category, place: Point, resident: Resident | None) -> list[Near]:
    mine = Q(reporter=resident) if resident else Q(pk__in=[])
    shown = cases.filter(mine | Q(pk__in=cases.public().values("pk")))
    counted = (
        shown.select_related("category", "department").annotate(n=Count("followers")).order_by("-received_at")[:50]
    )
    near = [_near(case, place, resident) for case in counted]
    inside = [one for one in near if one.metres <= category.duplicate_radius_m]
    return sorted(inside, key=lambda one: one.metres)[:MOST]


def _near(case: Complaint, place: Point, resident: Resident | None) -> Near:
    exact = distance_m(place, Point(case.latitude, case.longitude))  # type: ignore[arg-type]  # within a box
    return Near(
        complaint=case,
        metres=round(exact / GRAIN_M) * GRAIN_M,
        followers=case.n,  # type: ignore[attr-defined]  # annotated
        is_mine=resident is not None and case.reporter_id == resident.pk,
    )


def references(near: Iterable[Near]) -> set[str]:
    """The references of these cases."""
    return {one.complaint.reference for one in near}
