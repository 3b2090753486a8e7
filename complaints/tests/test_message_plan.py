"""The message plan over 500 simulated lives: what LINE counts per case, one progress at most, followers at the end.

On PostgreSQL it is 150 of them: the plan is arithmetic, and 500 are half a minute.
All report inside LINE and are friends of the town: who reports elsewhere costs nothing and flatters the figure.
"""

import heapq
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from complaints import messages
from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.record import Rating
from complaints.services.answers import add_information, answer_result, follow
from complaints.services.due import sweep_due_dates
from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.services.events import Actor
from complaints.services.extensions import ask_extension, grant_extension
from complaints.services.filing import Report, file_complaint
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import CategoryFactory
from complaints.tests.house import House, build_house
from complaints.workflow import Channel, Outcome
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.line.services import claim_reply
from nakhoncity.residents.models import Resident
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.models import StaffMember

pytestmark = pytest.mark.django_db
CASES = 150 if connection.vendor == "postgresql" else 500
PER_DAY, SEED = 150, 2569
BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LASTS, SOON = timedelta(days=18), timedelta(seconds=4)
MOST_A_CASE = 2.5
Act = Callable[[datetime], None]
V = Rating.Verdict


DELIVER = """
UPDATE line_outboundmessage SET state = 'accepted', accepted_at = %s, first_attempt_at = %s
WHERE state = 'queued' AND next_attempt_at <= %s AND expires_at > %s
"""


def deliver(now: datetime) -> None:
    """LINE takes what is due: the sender has its own tests, here it would be most of the time."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVER, [now] * 4)


@dataclass
class World:
    """What is to happen when, and who acts."""

    house: House
    category: Category
    residents: list[Resident]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 (a simulation)
    plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def at(self, moment: datetime, act: Act) -> None:
        """Plan something."""
        heapq.heappush(self.plans, (moment, next(self.numbers), act))

    def run(self) -> None:
        """Live it through; the worker sends before each step what is due by then."""
        while self.plans:
            now, _, act = heapq.heappop(self.plans)
            deliver(now)
            act(now)
        deliver(BEGIN + LASTS + DAY)

    def move(self, case: Complaint, member: StaffMember, name: str, **fields: Any) -> Act:
        """A step of staff, as something to be planned."""
        update = Update(move=name, **fields)
        actor = Actor.of_staff(member)
        return lambda now: none(
            update_complaint(complaint_id=case.pk, update=update, actor=actor, who=member.role, now=now)
        )


def none(_result: object) -> None:
    """Planned acts return nothing."""


def file_one_of_many(world: World, number: int) -> Act:
    """A report in the chat; its line arrives within 20 s for 95 of 100, so that the reply carries the receipt."""

    def act(now: datetime) -> None:
        reporter = world.chance.choice(world.residents)
        report = Report(
            draft_id=f"00000000-0000-4000-8000-{number:012d}",  # type: ignore[arg-type]
            category=world.category,
            channel=Channel.LIFF,
            reporter=reporter,
        )
        case = file_complaint(report=report, now=now, in_chat=True).complaint
        if world.chance.random() < 0.95:
            key = messages.receipt_key(case)
            world.at(now + SOON, lambda then: none(claim_reply(dedupe_key=key, reply_token="t", now=then)))
        for _ in range(world.chance.choice([0] * 9 + [2])):
            follow(complaint=case, resident=world.chance.choice(world.residents), now=now)
        plan_life(world, case, now)

    return act


def plan_life(world: World, case: Complaint, filed: datetime) -> None:
    """One of the lives that cases have, by their shares in a town hall's year."""
    house, chance = world.house, world.chance
    triaged = filed + timedelta(minutes=chance.randint(5, 90))
    world.at(triaged, world.move(case, house.clerk, "triage", category=world.category, department=house.unit))
    lives: list[tuple[int, Callable[[World, Complaint, datetime], None]]] = [
        (28, quick), (40, ordinary), (8, late), (8, asked), (4, silent), (4, referred), (3, extended), (5, not_ours),
    ]  # fmt: skip
    [life] = chance.choices([life for _, life in lives], [share for share, _ in lives])
    life(world, case, triaged)


def assign_and_start(world: World, case: Complaint, at: datetime, *, within: float = 3) -> datetime:
    """Given to a worker, mostly begun; a quarter get an appointment, one in seven a word of staff."""
    house, chance = world.house, world.chance
    at += HOUR * chance.uniform(0.1, within)
    world.at(at, world.move(case, house.unit_head, "assign", assignee=house.officer))
    if chance.random() < 0.5:
        at += HOUR * chance.uniform(0.05, 1)
        world.at(at, world.move(case, house.officer, "start"))
    if chance.random() < 0.25:
        at += HOUR * 0.2
        world.at(at, world.move(case, house.officer, "schedule", appointment_at=at + DAY))
    if chance.random() < 0.15:
        at += HOUR * 0.5
        world.at(at, world.move(case, house.officer, "", public_text="ช่างจะเข้าดูพรุ่งนี้เช้า"))
    return at


def resolve(world: World, case: Complaint, at: datetime, outcome: Outcome = Outcome.FIXED) -> None:
    """Done: half of the residents answer the question, the others' silence closes it."""
    chance = world.chance
    world.at(at, world.move(case, world.house.officer, "resolve", outcome=outcome, public_text="ดำเนินการแล้ว"))
    if chance.random() < 0.5:
        verdict = chance.choices([V.GOOD, V.PARTLY, V.NOT_FIXED], [82, 9, 9])[0]
        world.at(at + HOUR * chance.uniform(0.1, 60), judge(world, case, verdict))


def judge(world: World, case: Complaint, verdict: Rating.Verdict) -> Act:
    """A tap on one of the three buttons; who is not content gets a second repair."""

    def act(now: datetime) -> None:
        answer_result(complaint=case, verdict=verdict, resident=case.reporter, now=now)
        if verdict == V.NOT_FIXED:
            house = world.house
            world.at(now + HOUR, world.move(case, house.unit_head, "assign", assignee=house.officer))
            again = world.move(case, house.officer, "resolve", outcome=Outcome.FIXED, public_text="แก้ไขใหม่แล้ว")
            world.at(now + HOUR * 20, again)

    return act


def quick(world: World, case: Complaint, at: datetime) -> None:
    """Resolved within four hours."""
    resolve(world, case, assign_and_start(world, case, at, within=0.5) + HOUR * 0.3)


def ordinary(world: World, case: Complaint, at: datetime) -> None:
    """Resolved within the promise."""
    resolve(world, case, assign_and_start(world, case, at) + HOUR * world.chance.uniform(4, 38))


def late(world: World, case: Complaint, at: datetime) -> None:
    """Resolved past the promise; the ladder speaks."""
    world.at(case.due_at + SOON, tick)
    resolve(world, case, assign_and_start(world, case, at) + HOUR * world.chance.uniform(48, 160))


def ask(world: World, case: Complaint, at: datetime) -> datetime:
    at += HOUR * world.chance.uniform(0.5, 5)
    world.at(at, world.move(case, world.house.officer, "ask_resident", public_text="เสาต้นไหนคะ"))
    return at


def asked(world: World, case: Complaint, at: datetime) -> None:
    """The resident is asked and answers."""
    at = ask(world, case, at) + HOUR * world.chance.uniform(1, 40)
    world.at(at, lambda now: none(add_information(complaint=case, text="ต้นหน้าวัด", photos=(), resident=None, now=now)))
    resolve(world, case, assign_and_start(world, case, at) + HOUR * world.chance.uniform(2, 30))


def silent(world: World, case: Complaint, at: datetime) -> None:
    """The resident is asked and never answers: notice on day five, end on day seven."""
    ask(world, case, at)


def referred(world: World, case: Complaint, at: datetime) -> None:
    """Another agency's pole; back after two days."""
    house = world.house
    at = assign_and_start(world, case, at) + HOUR
    day = bangkok_date(at) + timedelta(days=4)
    away = {"agency": house.office, "expected_date": day, "reason": "เสาของการไฟฟ้า"}
    world.at(at, world.move(case, house.officer, "refer", **away))
    world.at(at + 2 * DAY, world.move(case, house.officer, "refer_back"))
    resolve(world, case, at + 2 * DAY + HOUR * 5)


def extended(world: World, case: Complaint, at: datetime) -> None:
    """Waits for parts, with the director's leave."""
    at = assign_and_start(world, case, at) + HOUR * world.chance.uniform(2, 20)
    house, day = world.house, bangkok_date(at) + timedelta(days=6)

    def act(now: datetime) -> None:
        wish = ask_extension(complaint=case, member=house.officer, reason=Reason.PARTS, day=day, now=now)
        world.at(now + HOUR, lambda then: none(grant_extension(extension=wish, member=house.director, now=then)))

    world.at(at, act)
    resolve(world, case, at + 4 * DAY)


def not_ours(world: World, case: Complaint, at: datetime) -> None:
    """Ended without a repair."""
    at += HOUR * world.chance.uniform(0.5, 20)
    world.at(at, world.move(case, world.house.director, "close_not_ours", public_text="เป็นของแขวงทางหลวง"))


def tick(now: datetime) -> None:
    """What beat does."""
    sweep_due_dates(now=now)
    sweep_escalations(now=now)
    sweep_notices(now=now)


@pytest.fixture
def world():
    house = build_house()
    people = [ResidentFactory() for _ in range(420)]
    world = World(house=house, category=CategoryFactory(department=house.unit), residents=people)
    for number in range(CASES):
        world.at(BEGIN + DAY * (number / PER_DAY), file_one_of_many(world, number))
    # The moments of the digests, noon and night; what runs late is told at its own moment.
    for day in range(LASTS.days):
        for hour in (0.5, 5, 11, 18):
            world.at(BEGIN.replace(hour=1) + DAY * day + HOUR * hour, tick)
    return world


def test_cases_cost_at_most_two_and_a_half_messages_each_and_one_progress(world):
    world.run()

    pushes = OutboundMessage.objects.filter(kind="push", state="accepted")
    by_class = Counter(MessageClass(each).name for each in pushes.values_list("message_class", flat=True))
    replies = OutboundMessage.objects.filter(kind="reply", state="accepted").count()
    figure = pushes.count() / CASES
    sys.stdout.write(f"\n{figure:.2f} counted messages a case over {CASES}: {dict(by_class)}; free replies {replies}\n")
    assert Complaint.objects.filter(status__in=["new", "triaged", "assigned", "in_progress"]).count() == 0
    assert figure <= MOST_A_CASE
    assert most_progresses(pushes) == 1
    assert quick_ones_with_progress(pushes) == []
    assert set(heads_to_followers(pushes)) <= {"เรื่องที่ท่านติดตามแก้ไขแล้ว", "เรื่องที่ท่านติดตามยุติแล้ว"}
    assert OutboundMessage.objects.filter(state__in=["queued", "held_quota", "failed"]).count() == 0


def most_progresses(pushes: Any) -> int:
    told = Counter(pushes.filter(event__endswith=":progress").values_list("event", flat=True))
    return max(told.values())


def quick_ones_with_progress(pushes: Any) -> list[str]:
    """Cases resolved for the first time within four hours that were told of progress before that."""
    told = set(pushes.filter(event__endswith=":progress").values_list("event", flat=True))
    quick = Complaint.objects.filter(reopened_count=0, resolved_at__isnull=False)
    within = [case for case in quick if case.resolved_at and case.resolved_at - case.received_at <= 4 * HOUR]
    assert len(within) > CASES / 10
    return [case.reference for case in within if f"complaint:{case.pk}:progress" in told]


def heads_to_followers(pushes: Any) -> list[str]:
    rows = pushes.filter(message_class=MessageClass.FOLLOWER).values_list("payload", flat=True)
    return [payload[0]["altText"].rsplit(" ", maxsplit=1)[0] for payload in rows]
