"""Many cases of two years, written past the services: the same for the same number, quick to make."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.clock import Clock
from complaints.models.draft import ReferenceCounter
from complaints.models.record import ComplaintEvent
from complaints.workflow import ActorKind, Channel, ClockKind, EventKind, Outcome, Status
from nakhoncity.city.models import Area
from nakhoncity.kit.thai import bangkok_date, buddhist_year
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember

YEARS = timedelta(days=730)
OPEN_SHARE = 0.02
RESIDENTS = 5000
BATCH = 2000
WORDS = ("ไฟดับ", "ถนนเป็นหลุม", "ขยะล้นถัง", "ท่อตัน", "กิ่งไม้ล้ม", "น้ำไม่ไหล", "สุนัขจรจัด", "หน้าตลาด", "ใกล้โรงเรียน", "ซอยหลังวัด")
OPEN = (Status.NEW, Status.TRIAGED, Status.ASSIGNED, Status.IN_PROGRESS, Status.SCHEDULED)


@dataclass
class Town:
    """Whom and what the cases are about, loaded once."""

    chance: random.Random
    now: datetime
    categories: list[Category] = field(default_factory=list)
    workers: dict[str, list[StaffMember]] = field(default_factory=dict)
    residents: list[int] = field(default_factory=list)
    areas: list[int] = field(default_factory=list)


def make_cases(*, number: int, now: datetime) -> None:
    """Fill a seeded, otherwise empty database with `number` cases, their clocks and their record."""
    town = _load_town(now)
    cases = _cases(town, number)
    while batch := list(islice(cases, BATCH)):
        Complaint.objects.bulk_create(batch)
        Clock.objects.bulk_create([clock for case in batch for clock in _clocks(case)])
        ComplaintEvent.objects.bulk_create([event for case in batch for event in _record(case)])
    for year in {buddhist_year(now - YEARS * part / 4) for part in range(5)}:
        ReferenceCounter.objects.update_or_create(year=year, defaults={"last": number})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_town(now: datetime) -> Town:
    town = Town(chance=random.Random(100_000), now=now)  # noqa: S311 (figures, not secrets)
    Resident.objects.bulk_create(
        [
            Resident(line_user_id=f"U{n:032x}", display_name=f"ผู้แจ้ง {n}", is_friend=True, created_at=now - YEARS)
            for n in range(RESIDENTS)
        ]
    )
    town.residents = list(Resident.objects.order_by("pk").values_list("pk", flat=True))
    town.areas = list(Area.objects.order_by("pk").values_list("pk", flat=True)) or []
    town.categories = list(Category.objects.select_related("department__parent").order_by("pk"))
    members = list(StaffMember.objects.select_related("department__parent").order_by("pk"))
    for category in town.categories:
        path = category.department.office.path
        own = [member for member in members if member.department.path.startswith(path)]
        town.workers[category.code] = own or members[:1]
    return town


def _cases(town: Town, number: int) -> Iterator[Complaint]:
    """Cases evenly over two years; the latest are open, and some old ones that were forgotten."""
    for index in range(number):
        received_at = town.now - YEARS + YEARS * (index + 1) / (number + 1)
        is_open = index > number * (1 - OPEN_SHARE / 2) or town.chance.random() < OPEN_SHARE / 2
        yield _case(town, index + 1, received_at, is_open=is_open)


def _case(town: Town, number: int, received_at: datetime, *, is_open: bool) -> Complaint:
    chance = town.chance
    category = chance.choice(town.categories)
    due_at = received_at + timedelta(hours=category.sla_hours)
    ended_at = min(received_at + timedelta(hours=chance.uniform(1, 55)), town.now)
    case = Complaint(
        reference=f"NST-{buddhist_year(received_at) % 100:02d}-{number:06d}",
        category=category,
        department=category.department,
        assignee=chance.choice(town.workers[category.code]) if chance.random() < 0.9 else None,
        status=chance.choice(OPEN) if is_open else Status.CLOSED,
        outcome="" if is_open else chance.choice((Outcome.FIXED, Outcome.FIXED, Outcome.FIXED, Outcome.NOT_FOUND)),
        text=" ".join(chance.sample(WORDS, 4)),
        latitude=8.4304 + chance.uniform(-0.02, 0.02),
        longitude=99.9631 + chance.uniform(-0.02, 0.02),
        community_id=chance.choice(town.areas) if town.areas else None,
        channel=Channel.LIFF,
        reporter_id=chance.choice(town.residents),
        received_at=received_at,
        received_on=bangkok_date(received_at),
        due_at=due_at,
        first_answered_at=received_at + timedelta(hours=1),
    )
    if not is_open:
        case.clock_stopped_at = case.resolved_at = case.closed_at = ended_at
        case.resolved_on = bangkok_date(ended_at)
    return case


def _clocks(case: Complaint) -> Iterator[Clock]:
    for kind in (ClockKind.FIX, ClockKind.FIRST_ANSWER):
        is_fix = kind == ClockKind.FIX
        stopped_at = case.clock_stopped_at if is_fix else case.first_answered_at
        yield Clock(
            complaint=case,
            kind=kind,
            started_at=case.received_at,
            target=case.due_at - case.received_at,
            due_at=case.due_at,
            stopped_at=stopped_at,
            # Far ahead: what is due is what a trial makes due.
            next_escalation_at=None if stopped_at else case.received_at + YEARS * 2,
        )


def _record(case: Complaint) -> Iterator[ComplaintEvent]:
    yield ComplaintEvent(
        complaint=case, kind=EventKind.RECEIVED, actor=ActorKind.RESIDENT, at=case.received_at, is_public=True
    )
    if case.assignee_id:
        yield ComplaintEvent(
            complaint=case,
            kind=EventKind.ASSIGNED,
            actor=ActorKind.STAFF,
            staff_id=case.assignee_id,
            at=case.received_at + timedelta(hours=1),
            is_public=True,
        )
    if case.resolved_at:
        yield ComplaintEvent(
            complaint=case,
            kind=EventKind.RESOLVED,
            actor=ActorKind.STAFF,
            staff_id=case.assignee_id,
            at=case.resolved_at,
            public_text="ดำเนินการแล้ว",
            is_public=True,
        )
