"""What the desk's case page shows: the record, the form of the next step, and what its selects offer.

The page costs a fixed number of statements: `find_case`, the record, the pictures and one for everything offered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from complaints.messages import UNDO_WITHIN
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.clock import Clock
from complaints.models.record import ComplaintEvent, Photo
from complaints.services.moves import StaleUpdate
from complaints.services.words import suggest_categories
from complaints.suggesting import may_be_two
from complaints.views.extensions import extension_box
from complaints.views.show import first_answer_badge, ruler, sla_badge, staff_timeline, status_badge
from complaints.workflow import REPAIRED, ClockKind, EventKind, Move, Outcome, moves_from
from nakhoncity.city.models import CityProfile
from nakhoncity.city.plain_map import draw_map
from nakhoncity.kit.geo import Point
from nakhoncity.kit.thai import ago_words, bangkok_date, thai_date, thai_weekday_date
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.staff.models import Department, StaffMember

# What a move may be given besides what the table requires.
EXTRAS: Mapping[str, tuple[str, ...]] = {"refer": ("agency_reference",)}
DAYS_OFFERED = 14
TIMES = "08.30 09.00 09.30 10.00 10.30 11.00 13.00 13.30 14.00 15.00 16.00"
TIMES_OFFERED = [(at, "") for at in TIMES.split()]
MAP_METRES, MAP_WIDTH, MAP_HEIGHT = 1400, 160, 120


def find_case(*, reference: str, member: StaffMember) -> Complaint:
    """The case of a reference with all that its page names, if the member may see it; 404 otherwise."""
    first = Clock.objects.filter(complaint=OuterRef("pk"), kind=ClockKind.FIRST_ANSWER, number=1)
    cases = (
        Complaint.objects.visible_to(member)
        .select_related("category", "department__parent", "assignee", "community", "reporter")
        .annotate(first_answer_due_at=Subquery(first.values("due_at")[:1]))
    )
    return get_object_or_404(cases, reference=reference)


def case_context(
    *,
    complaint: Complaint,
    member: StaffMember,
    now: datetime,
    typed: Any,
    errors: list[tuple[str, str]],
    stale: StaleUpdate | None = None,
) -> dict[str, Any]:
    """All that the page of a case shows, without the rail. `complaint` comes from `find_case`."""
    events = _record(complaint)
    pictures: dict[int | None, list[Photo]] = defaultdict(list)
    for photo in Photo.objects.filter(complaint=complaint).order_by("created_at", "pk"):
        pictures[photo.event_id].append(photo)
    moves = moves_from(status=complaint.status, actor=member.role, outcome=complaint.outcome)
    asked = fields_asked(moves)
    return {
        "complaint": complaint,
        "clock": sla_badge(complaint, now),
        "first_answer": first_answer_badge(complaint, complaint.first_answer_due_at, now),  # type: ignore[attr-defined]  # find_case
        "status_badge": status_badge(complaint, for_staff=True),
        "ruler": ruler(complaint, now) if complaint.promised else None,
        "timeline": staff_timeline(complaint, events, pictures),
        "photos": pictures[None],
        "map": _map(complaint),
        "extension": extension_box(complaint, member, now, was_asked=_was_extension_asked(events)),
        "steps": [(move.name, _step_words(move)) for move in moves],
        "asked": asked,
        "offered": offers(complaint, asked),
        "outcomes": [(outcome.value, outcome.label) for outcome in Outcome if outcome in REPAIRED],
        "guesses": _guesses(complaint) if complaint.needs_category and "category" in asked else None,
        "days": _days(bangkok_date(now)),
        "times": TIMES_OFFERED,
        "typed": typed,
        "errors": errors,
        "wrong": wrong_fields(errors),
        "stale": _conflict(stale, typed, moves, now) if stale else None,
        "can_undo": _can_undo(events, member, now),
        "now": now,
    }


def _guesses(complaint: Complaint) -> dict[str, Any]:
    """What a case may be about whose reporter was not sure: categories, each with the words that speak for it."""
    found = suggest_categories(text=complaint.text)
    return {"found": found, "may_be_two": may_be_two([suggestion for _category, suggestion in found])}


def _record(complaint: Complaint) -> list[ComplaintEvent]:
    """The record of a case, oldest first, each line with what became of the reporter's message."""
    name = Concat(Value(f"complaint:{complaint.pk}:event:"), Cast(OuterRef("pk"), CharField()))
    message = OutboundMessage.objects.filter(event=name).exclude(message_class=MessageClass.FOLLOWER).order_by("pk")
    return list(
        complaint.events.select_related("staff")
        .annotate(
            message_state=Subquery(message.values("state")[:1]),
            message_at=Subquery(message.values("accepted_at")[:1]),
        )
        .order_by("at", "id")
    )


def _was_extension_asked(events: list[ComplaintEvent]) -> bool:
    return any(event.kind == EventKind.EXTENSION_ASKED for event in events)


def _map(complaint: Complaint) -> dict[str, Any] | None:
    if complaint.latitude is None or complaint.longitude is None:
        return None
    return draw_map(
        CityProfile.current(),
        centre=Point(complaint.latitude, complaint.longitude),
        metres_across=MAP_METRES,
        width=MAP_WIDTH,
        height=MAP_HEIGHT,
    )


def _can_undo(events: list[ComplaintEvent], member: StaffMember, now: datetime) -> bool:
    last = events[-1] if events else None
    return (
        last is not None
        and last.staff_id == member.pk
        and last.kind != EventKind.UNDONE
        and now - last.at < UNDO_WITHIN
    )


def _step_words(move: Move) -> str:
    return f"{move.label_th}: {move.outcome.label}" if move.outcome else str(move.label_th)


def fields_asked(moves: Iterable[Move]) -> dict[str, str]:
    """The fields that the moves of this moment ask for, each with the names of those moves, parted by blanks."""
    asked: dict[str, list[str]] = defaultdict(list)
    for move in moves:
        for name in (*move.requires, *EXTRAS.get(move.name, ())):
            asked[name].append(move.name)
    return {name: " ".join(dict.fromkeys(names)) for name, names in asked.items()}


def wrong_fields(errors: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The sentences of each field by its name, from a summary of (field id, sentence)."""
    wrong: dict[str, list[str]] = defaultdict(list)
    for field_id, sentence in errors:
        wrong[field_id.removeprefix("id_")].append(sentence)
    return dict(wrong)


# What the selects offer: one statement for all of them


class Offer(NamedTuple):
    """One line of a select; `sets` is the office that a category brings along."""

    pk: int
    label: str
    sets: int | None = None


Rows = QuerySet[Any, Any]


def _row(rows: Any, *, kind: str, label: str, note: str, rank: str, key: str, sets: str = "") -> Rows:
    nothing = Cast(Value(None), BigIntegerField())
    lines: Rows = (
        rows.order_by()
        .annotate(
            offer=Value(kind, CharField()),
            label=F(label),
            note=F(note) if note else Value("", CharField()),
            rank=Cast(F(rank) if rank else Value(0), BigIntegerField()),
            key=F(key),
            sets=F(sets) if sets else nothing,
        )
        .values_list("offer", "pk", "label", "note", "rank", "key", "sets")
    )
    return lines


def _categories(complaint: Complaint) -> Rows:
    rows = Category.objects.offered()
    return _row(rows, kind="category", label="name_th", note="", rank="order", key="code", sets="department_id")


def _departments(complaint: Complaint) -> Rows:
    rows = Department.objects.internal()
    return _row(rows, kind="department", label="name_th", note="parent__name_th", rank="sort", key="path")


def _assignees(complaint: Complaint) -> Rows:
    rows = StaffMember.objects.working().filter(department__path__startswith=complaint.department.office.path)
    return _row(rows, kind="assignee", label="display_name", note="department__name_th", rank="", key="name_key")


def _agencies(complaint: Complaint) -> Rows:
    return _row(Department.objects.external(), kind="agency", label="name_th", note="", rank="sort", key="path")


OFFERED: Mapping[str, Callable[[Complaint], Rows]] = {
    "category": _categories,
    "department": _departments,
    "assignee": _assignees,
    "agency": _agencies,
}


def offers(complaint: Complaint, asked: Mapping[str, str]) -> dict[str, list[Offer]]:
    """What each select of the form offers, by field; nothing for fields that no move asks for. One statement."""
    wanted = [build(complaint) for name, build in OFFERED.items() if name in asked]
    found: dict[str, list[Offer]] = {name: [] for name in OFFERED}
    if not wanted:
        return found
    rows = wanted[0].union(*wanted[1:], all=True) if len(wanted) > 1 else wanted[0]
    for kind, pk, label, note, _rank, _key, sets in sorted(rows, key=lambda row: (row[0], row[4], row[5])):
        found[kind].append(Offer(pk, f"{label} · {note}" if note else label, sets))
    # A category that is offered no more stays that of its cases.
    if "category" in asked and all(offer.pk != complaint.category_id for offer in found["category"]):
        found["category"].insert(0, Offer(complaint.category_id, complaint.category.name_th, complaint.department_id))
    return found


def _days(today: date) -> list[tuple[str, str]]:
    """The next fortnight as it is typed and as it is read: ("26/11/2569", "วันพฤหัสบดีที่ 26 พ.ย. 2569")."""
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_OFFERED)]
    return [(thai_date(day), thai_weekday_date(day)) for day in days]


def _conflict(stale: StaleUpdate, typed: Any, moves: list[Move], now: datetime) -> dict[str, Any]:
    """Both versions: who saved what in the meantime, and whether the chosen step can still be done."""
    event = stale.last_event
    name = typed.get("move", "")
    return {
        "who": event.staff.display_name if event and event.staff else _("ระบบหรือผู้แจ้ง"),
        "ago": ago_words(now - event.at) if event else "",
        "event": event,
        "is_move_gone": bool(name) and name not in {move.name for move in moves},
    }
