"""Cases that another platform worked before us: written as history, or (live) taken over with a fresh promise.

History has its own times and no clock: `promised` is false, `clock_stopped_at` says that none ever ran and `due_at`
lies beyond all others, so that no question about deadlines finds it and no list of deadlines begins with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.clock import Clock
from complaints.models.record import ComplaintEvent, Rating
from complaints.services.clocks import copy_to_case, first_clocks
from complaints.services.references import next_references
from complaints.services.traffy import Ticket
from complaints.workflow import ActorKind, Channel, EventKind, Outcome, Status
from nakhoncity.city.services import load_office_hours
from nakhoncity.kit.thai import bangkok_date, buddhist_year

TICKETS = UUID("5f0c6f0a-52a5-5d0f-9c53-2f7f0b6d9d11")
OTHER = "OTHER"
# Later than any deadline; still a date that every zone and both databases can show.
NO_DEADLINE = datetime(9000, 1, 1, tzinfo=UTC)
TRIES = 2
# What the record says of a case at its beginning, and of one that has ended.
BEGINNING = ("status", "department_id", "category_id", "due_at", "clock_stopped_at", "reopened_count")
ENDING = ("status", "outcome", "resolved_at", "closed_at")
ADDRESS_LETTERS = 300


class NoCategory(Exception):
    """The town has no category for what fits nowhere; the text says what to run first."""


def import_tickets(*, tickets: Sequence[Ticket], is_live: bool, now: datetime) -> int:
    """Make cases of the tickets that are not here yet, in one transaction; returns how many were new.

    A ticket that was imported before stays as it is, whatever has become of either; of two with the same number the
    first counts. `is_live` takes the open ones over: received now, at our own triage, with both clocks running from
    now, because who works them elsewhere promised nothing here. Ended ones are history in any case. Nobody is told of
    anything. Raises NoCategory before the seed.
    """
    for attempt in range(TRIES):
        try:
            return _insert(tickets, is_live=is_live, now=now)
        except IntegrityError:
            # Another import has just written the same tickets: look again, they are known now.
            if attempt + 1 == TRIES:
                raise
    return 0


def find_new(*, tickets: Iterable[Ticket]) -> dict[UUID, Ticket]:
    """The tickets that are not here yet, by the key that their case would have."""
    wanted: dict[UUID, Ticket] = {}
    for ticket in tickets:
        wanted.setdefault(ticket_key(ticket), ticket)
    known = set(Complaint.objects.filter(draft_id__in=list(wanted)).values_list("draft_id", flat=True))
    return {key: ticket for key, ticket in wanted.items() if key not in known}


def ticket_key(ticket: Ticket) -> UUID:
    """The draft_id of a ticket's case: unique in the database, the same for ever."""
    return uuid5(TICKETS, f"traffy:{ticket.number}")


@transaction.atomic
def _insert(tickets: Sequence[Ticket], *, is_live: bool, now: datetime) -> int:
    fresh = find_new(tickets=tickets)
    categories = load_types()
    pairs = [
        (_new_case(key, ticket, choose_category(ticket.types, categories), now if is_live else None), ticket)
        for key, ticket in fresh.items()
    ]
    cases = [case for case, _ in pairs]
    clocks = _start_clocks([case for case in cases if case.promised], now)
    _give_references(cases)
    Complaint.objects.bulk_create(cases)
    Clock.objects.bulk_create(clocks)
    ComplaintEvent.objects.bulk_create([event for case, ticket in pairs for event in _events(case, ticket, now)])
    Rating.objects.bulk_create([_rating(case, ticket) for case, ticket in pairs if ticket.stars])
    return len(cases)


def load_types() -> dict[str, Category]:
    """The category that each type of the platform belongs to, and OTHER under its own code. Raises NoCategory.

    Where several list a type, the first in the form's order has it; what OTHER lists is nobody else's.
    """
    found: dict[str, Category] = {}
    offered = Category.objects.offered().select_related("department")
    for category in sorted(offered, key=lambda each: (each.code != OTHER, each.order)):
        for name in category.traffy_types:
            found.setdefault(name, category)
        if category.code == OTHER:
            found[OTHER] = category
    if OTHER not in found:
        msg = "ยังไม่มีหมวด OTHER กรุณาสั่ง manage.py seed ก่อน"
        raise NoCategory(msg)
    return found


def choose_category(types: Iterable[str], categories: Mapping[str, Category]) -> tuple[Category, bool]:
    """The category of a ticket, and whether somebody must still give it one: of several types the first that maps."""
    for name in types:
        if name in categories and name != OTHER:
            return categories[name], False
    return categories[OTHER], True


def _new_case(key: UUID, ticket: Ticket, chosen: tuple[Category, bool], taken_at: datetime | None) -> Complaint:
    """The case of a ticket, not saved; `taken_at` is when we take it over, None for history."""
    category, needs_category = chosen
    routing = category.route({})
    case = Complaint(
        draft_id=key,
        category=category,
        needs_category=needs_category,
        department=category.department,
        priority=routing.priority,
        promises_answer=routing.promises_answer,
        text=ticket.text,
        latitude=ticket.place.lat if ticket.place else None,
        longitude=ticket.place.lon if ticket.place else None,
        address_text=ticket.address[:ADDRESS_LETTERS],
        channel=Channel.TRAFFY,
        external_reference=ticket.number,
        # What was said on another platform is never published here.
        is_public=False,
        is_confidential=routing.is_confidential,
        reopened_count=ticket.reopened,
    )
    if taken_at and ticket.status != Status.CLOSED:
        _take_over(case, taken_at)
    else:
        _keep_as_history(case, ticket)
    case.received_on = bangkok_date(case.received_at)
    return case


def _take_over(case: Complaint, now: datetime) -> None:
    case.promised = True
    case.status = Status.NEW
    case.received_at = now
    case.reopened_count = 0


def _keep_as_history(case: Complaint, ticket: Ticket) -> None:
    case.promised = False
    case.status = ticket.status
    case.received_at = case.clock_stopped_at = ticket.received_at
    case.due_at = NO_DEADLINE
    if ticket.status == Status.CLOSED:
        case.outcome = Outcome.FIXED
        case.resolved_at = case.closed_at = ticket.last_activity
        case.resolved_on = bangkok_date(ticket.last_activity)


def _start_clocks(cases: Sequence[Complaint], now: datetime) -> list[Clock]:
    if not cases:
        return []
    hours = load_office_hours(now)
    clocks: list[Clock] = []
    for case in cases:
        pair = first_clocks(
            complaint=case,
            fix=case.category.route({}).sla,
            first_answer=timedelta(hours=case.category.ack_hours),
            hours=hours,
        )
        copy_to_case(complaint=case, clock=pair[0])
        clocks += pair
    return clocks


def _give_references(cases: Sequence[Complaint]) -> None:
    """A number each, of the year it was received in; years in order, so that two imports can't block each other."""
    in_order = sorted(cases, key=lambda case: case.received_at)
    for year, group in groupby(in_order, key=lambda case: buddhist_year(case.received_at)):
        of_year = list(group)
        for case, reference in zip(of_year, next_references(year=year, count=len(of_year)), strict=True):
            case.reference = reference


def _events(case: Complaint, ticket: Ticket, now: datetime) -> list[ComplaintEvent]:
    """The record of a new case: told when it was told elsewhere, done when it was done there."""
    clipped = {"letters": ticket.letters} if ticket.is_clipped else {}
    told = ComplaintEvent(
        complaint=case,
        kind=EventKind.IMPORTED,
        actor=ActorKind.SYSTEM,
        at=case.received_at,
        after=_plain(case, BEGINNING) | ({"status": Status.NEW.value} if case.resolved_at else {}),
        payload={
            "traffy": {**ticket.kept, "types": list(ticket.types), **clipped},
            "imported_at": now.isoformat(),
        },
    )
    if case.resolved_at is None:
        return [told]
    done = ComplaintEvent(
        complaint=case,
        kind=EventKind.RESOLVED,
        actor=ActorKind.SYSTEM,
        at=case.resolved_at,
        before={"status": Status.NEW.value, "outcome": "", "resolved_at": None, "closed_at": None},
        after=_plain(case, ENDING),
    )
    return [told, done]


def _plain(case: Complaint, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _rating(case: Complaint, ticket: Ticket) -> Rating:
    """Its stars. The platform asks for nothing else, so there is no verdict."""
    return Rating(complaint=case, number=1, stars=ticket.stars, given_at=ticket.last_activity)
