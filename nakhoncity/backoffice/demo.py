"""The demo's cases: about 300 of 60 days, lived through the services with a fixed seed, and one about to be late."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.services.drafts import start_draft
from complaints.services.escalation import sweep_escalations
from complaints.services.filing import Report, file_complaint
from complaints.services.past import silence_past
from complaints.services.photos import attach_to_draft
from complaints.workflow import Channel, Status
from nakhoncity.backoffice.demo_life import Life, StillAhead
from nakhoncity.backoffice.demo_pictures import scene
from nakhoncity.backoffice.demo_scripts import DAYS, PAST, PRESENT, Script
from nakhoncity.backoffice.demo_town import Town, load_town, seed_residents
from nakhoncity.city.models import Area, CityProfile
from nakhoncity.kit.thai import bangkok
from nakhoncity.residents.models import Resident

PAST_CASES = 234
DUE_IN = timedelta(minutes=3)
# A case that another start left behind still makes its point with so much time left.
STILL_SOON = timedelta(seconds=30)
ABOUT_TO_BE_LATE = "ไฟถนนดับหน้าตลาด"
# Cases of the present have targets of a day at least, so that they stand where their script says.
LONG_TARGET = timedelta(hours=24)
CHANNELS: Mapping[Channel, int] = {
    Channel.LIFF: 60, Channel.WEB: 6, Channel.PHONE: 15, Channel.COUNTER: 6, Channel.COMMUNITY_LEADER: 4,
    Channel.FACEBOOK: 4, Channel.DAMRONGDHAM: 3, Channel.LETTER: 2,
}  # fmt: skip
Present = Sequence[tuple[int, Script]]
WITH_PHOTO, BY_DEMO_PEOPLE = 0.35, 0.1
NIGHT_ENDS = 6


@dataclass(frozen=True)
class Plan:
    """One case to be: what is told, when, by whom, and what happens then. `reporter` None: chance decides."""

    script: Script
    category: Category
    told: Mapping[str, Any]
    share: float
    received_at: datetime
    reporter: Resident | None = None


@transaction.atomic
def seed_past(*, now: datetime, past: int = PAST_CASES, present: Present = PRESENT) -> None:
    """Fill an empty house with a past, of which nobody is told; a house with cases stays as it is.

    All or nothing: a start that is killed leaves no half of it.
    """
    if Complaint.objects.exists():
        return
    town = load_town(now=now - timedelta(days=DAYS))
    chance = random.Random(2569)  # noqa: S311 (a demo)
    plans = [*_past(town, chance, now, past), *_present(town, chance, now, present)]
    for plan in sorted(plans, key=lambda plan: plan.received_at):
        _live(plan, town, chance, now)
    silence_past(now=now)


@transaction.atomic
def seed_soon(*, now: datetime) -> Complaint:
    """Add the case that falls due in three minutes, or return that of an earlier start which has yet to fall due."""
    waiting = Complaint.objects.filter(text=ABOUT_TO_BE_LATE, status=Status.NEW, clock_stopped_at=None)
    waiting = waiting.filter(due_at__gt=now + STILL_SOON, due_at__lte=now + DUE_IN)
    return waiting.order_by("due_at").first() or _about_to_be_late(now)


def _live(plan: Plan, town: Town, chance: random.Random, now: datetime) -> None:
    case, script = _file(plan, town, chance), plan.script
    life = Life(case=case, town=town, chance=chance, share=plan.share, is_brisk=script.is_brisk, now=now)
    with suppress(StillAhead):
        script.act(life)
    life.come_to_the_present()


def _past(town: Town, chance: random.Random, now: datetime, number: int) -> Iterator[Plan]:
    weights = [weight for weight, _ in PAST]
    for _, script in chance.choices(PAST, weights, k=number):
        category, told = _choose_matter(town, chance, script)
        received_at, share = _choose_time(script, category, told, chance, now)
        yield Plan(script, category, told, share, received_at)


def _present(town: Town, chance: random.Random, now: datetime, present: Present) -> Iterator[Plan]:
    """The cases of today; the first of each kind belongs to one of the demo's people, who take turns."""
    for number, (count, script) in enumerate(present):
        for turn in range(count):
            category, told = _choose_matter(town, chance, script, is_long=True)
            received_at, share = _choose_time(script, category, told, chance, now)
            person = town.residents[number % len(town.residents)] if turn == 0 else None
            yield Plan(script, category, told, share, received_at, reporter=person)


def _choose_matter(
    town: Town, chance: random.Random, script: Script, *, is_long: bool = False
) -> tuple[Category, Mapping[str, Any]]:
    codes = [code for code, texts in town.texts.items() if not script.wants_plan or texts.get("plans")]
    while True:
        code = chance.choices(codes, [town.texts[code]["weight"] for code in codes])[0]
        category = town.categories[code]
        told = chance.choice(town.texts[code]["plans" if script.wants_plan else "reports"])
        routing = category.route(told["answers"])
        if not is_long or (routing.sla >= LONG_TARGET and not routing.is_confidential):
            return (town.categories["OTHER"], {**told, "answers": {}}) if script.is_unsure else (category, told)


def _choose_time(
    script: Script, category: Category, told: Mapping[str, Any], chance: random.Random, now: datetime
) -> tuple[datetime, float]:
    least, most, usual = script.shares
    share = chance.triangular(least, most, usual)
    received_at = now - script.age(chance, category.route(told["answers"]).sla, share)
    # Few people report in the small hours.
    is_too_early = not script.is_brisk and bangkok(received_at).hour < NIGHT_ENDS
    return received_at - timedelta(hours=8) if is_too_early else received_at, share


def _file(plan: Plan, town: Town, chance: random.Random) -> Complaint:
    channel = chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]
    reporter = plan.reporter
    if reporter:
        channel = Channel.LIFF
    elif channel is Channel.LIFF:
        reporter = chance.choice(town.residents if chance.random() < BY_DEMO_PEOPLE else town.neighbours)
    texts = town.texts[plan.category.code]
    spot = town.choose_spot(chance, at_canal=texts.get("at") == "canal")
    report = Report(
        draft_id=_draft(plan, texts["scene"], reporter, chance),
        category=plan.category,
        channel=channel,
        answers=plan.told["answers"],
        text=plan.told["text"].format(place=spot.words),
        place=spot.point,
        address_text=spot.words,
        community=spot.community,
        reporter=reporter,
        needs_category=plan.script.is_unsure,
    )
    return file_complaint(report=report, now=plan.received_at).complaint


def _draft(plan: Plan, picture: str, reporter: Resident | None, chance: random.Random) -> UUID:
    """The key of a report; a third of those by LINE come with a picture, which hangs on a draft."""
    if not (reporter and picture and chance.random() < WITH_PHOTO):
        return UUID(int=chance.getrandbits(128))
    draft = start_draft(resident=reporter, now=plan.received_at)
    attach_to_draft(draft=draft, picture=scene(picture, is_fixed=False), now=plan.received_at)
    return draft.pk


def _about_to_be_late(now: datetime) -> Complaint:
    """A street light that nobody has repaired for 47 hours and 57 minutes; its first two levels are past and told."""
    category = Category.objects.select_related("department").get(code="STREETLIGHT")
    [resident, *_] = seed_residents(now=now)
    report = Report(
        draft_id=UUID(int=int(now.timestamp())),
        category=category,
        channel=Channel.LIFF,
        text=ABOUT_TO_BE_LATE,
        place=CityProfile.current().centre,
        address_text="หน้าตลาด",
        community=Area.objects.filter(kind=Area.Kind.COMMUNITY).order_by("pk").first(),
        reporter=resident,
    )
    received_at = now + DUE_IN - timedelta(hours=category.sla_hours)
    case = file_complaint(report=report, now=received_at).complaint
    sweep_escalations(now=now)
    silence_past(complaint=case, now=now)
    return case
