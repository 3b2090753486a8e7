"""The ladder: who is told when a case runs late. Each level once per clock, never early, caught up after downtime."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints import notices, sla
from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation, EscalationNotice
from complaints.models.record import ComplaintEvent
from complaints.services.events import SYSTEM, Actor, Note, append_event
from complaints.workflow import EventKind
from nakhoncity.city.models import CityMode, CityProfile
from nakhoncity.city.services import load_office_hours
from nakhoncity.kit.thai import BANGKOK, bangkok, bangkok_date
from nakhoncity.staff.models import Position, StaffMember
from nakhoncity.staff.services import Holder, find_holder, posts_above

Kind = Position.Kind
AT_ONCE = 200
OVERDUE_LEVEL, SECRETARY_LEVEL, MAYOR_LEVEL = 2, 3, 4
AFTERNOON_DIGEST = time(13, 0)
# The rank that is told at each level, and who gets a copy.
RECEIVERS: Mapping[int, tuple[str, str | None]] = {
    1: (Kind.UNIT_HEAD, None),
    2: (Kind.OFFICE_HEAD, None),
    SECRETARY_LEVEL: (Kind.SECRETARY, Kind.DEPUTY_SECRETARY),
    MAYOR_LEVEL: (Kind.MAYOR, Kind.DEPUTY_MAYOR),
}
RANKS = (Kind.UNIT_HEAD, Kind.OFFICE_HEAD, Kind.SECRETARY, Kind.MAYOR)


def sweep_escalations(*, now: datetime) -> int:
    """Record the levels that have fallen due and owe their notices; returns how many cases were touched.

    Costs what is due. A clock is locked and asked again, so that parallel sweeps record each level once; the unique
    row decides if they still meet.
    """
    due = list(
        Clock.objects.due_for_escalation(now).order_by("next_escalation_at").values_list("pk", flat=True)[:AT_ONCE]
    )
    touched = 0
    for clock_id in due:
        try:
            touched += _escalate(clock_id, now)
        except IntegrityError:
            # Another sweep has just recorded the same level.
            continue
    return touched


@transaction.atomic
def _escalate(clock_id: int, now: datetime) -> int:
    clock = Clock.objects.select_for_update(of=("self",)).filter(pk=clock_id, stopped_at=None).first()
    if clock is None:
        return 0
    levels = [level for level in sla.levels_due(clock.state, now=now) if level > clock.level]
    if levels:
        _record(clock, levels, now)
        clock.level = levels[-1]
    clock.next_escalation_at = sla.next_escalation_at(clock.state, level_reached=clock.level)
    clock.save(update_fields=["level", "next_escalation_at"])
    return len(levels[:1])


def _record(clock: Clock, levels: list[int], now: datetime) -> None:
    complaint = Complaint.objects.select_related("department__parent", "assignee", "category").get(
        pk=clock.complaint_id
    )
    highest = levels[-1]
    rows = [
        Escalation(
            clock=clock,
            level=level,
            fell_due_at=sla.level_due_at(clock.state, level=level) or now,
            recorded_at=now,
            is_told=level == highest,
        )
        for level in levels
    ]
    Escalation.objects.bulk_create(rows)
    told = _notices(rows[-1], complaint, now)
    EscalationNotice.objects.bulk_create(told)
    Complaint.objects.filter(pk=complaint.pk).update(escalation_level=highest)
    titles = [notice.title_th for notice in told]
    append_event(
        complaint=complaint,
        kind=EventKind.ESCALATED,
        actor=SYSTEM,
        note=Note(
            is_public=highest >= OVERDUE_LEVEL,
            internal_text="; ".join(notice.note_th for notice in told if notice.note_th),
            payload={"level": highest, "passed": levels, "told": titles},
        ),
        now=now,
    )


def _notices(escalation: Escalation, complaint: Complaint, now: datetime) -> list[EscalationNotice]:
    """Who is told of a level, each person once: receivers are posts, a vacant one passes one rank up and says so."""
    level = escalation.level
    tell_at = tell_time(level=level, now=now)
    posts = posts_above(department=complaint.department)
    found: list[tuple[Holder, str, bool]] = []
    if level > 0:
        kind, copy_kind = RECEIVERS[level]
        found += _find_receiver(posts, kind, bangkok_date(now))
        if (
            copy_kind
            and (copy := posts.get(copy_kind))
            and (holder := find_holder(position=copy, on=bangkok_date(now)))
        ):
            found.append((holder, "", True))
    rows = [
        EscalationNotice(
            escalation=escalation,
            position=holder.position,
            member=holder.member,
            title_th=holder.title_th,
            note_th=note,
            is_copy=is_copy,
            tell_at=tell_at,
        )
        for holder, note, is_copy in found
    ]
    if level <= 1:
        rows += [
            EscalationNotice(escalation=escalation, member=member, title_th=title, tell_at=tell_at)
            for member, title in _workers(complaint)
        ]
    return list({row.member_id: row for row in reversed(rows)}.values())[::-1]


def _workers(complaint: Complaint) -> Iterable[tuple[StaffMember, str]]:
    """The one who has the case, else those who work in its office."""
    if complaint.assignee:
        return [(complaint.assignee, _("ผู้รับผิดชอบ"))]
    members = StaffMember.objects.working().filter(department=complaint.department, role=StaffMember.Role.OFFICER)
    return [(member, _("เจ้าหน้าที่ของหน่วยงาน")) for member in members[:5]]


def _find_receiver(posts: Mapping[str, Position], kind: str, on: date) -> list[tuple[Holder, str, bool]]:
    passed: list[str] = []
    for rank in RANKS[RANKS.index(Kind(kind)) :]:
        post = posts.get(rank)
        holder = find_holder(position=post, on=on) if post else None
        if holder:
            note = _("%(posts)s ว่างอยู่ จึงแจ้ง%(title)s") % {
                "posts": ", ".join(passed),
                "title": holder.title_th,
            }
            return [(holder, note if passed else "", False)]
        passed.append(post.title_th if post else str(Kind(rank).label))
    return []


def tell_time(*, level: int, now: datetime) -> datetime:
    """When a level recorded at `now` is told: 3 and 4 in the morning's digest (4 on working days), 2 at once outside
    the quiet hours, 0 and 1 in the next of a working day's two digests."""
    profile = CityProfile.current()
    if level >= MAYOR_LEVEL:
        return _next_digest(now, [profile.digest_at], is_working_day_only=True)
    if level >= SECRETARY_LEVEL:
        return _next_digest(now, [profile.digest_at], is_working_day_only=False)
    if level < OVERDUE_LEVEL:
        return _next_digest(now, [profile.digest_at, AFTERNOON_DIGEST], is_working_day_only=True)
    return _after_quiet_hours(now, profile)


def _after_quiet_hours(now: datetime, profile: CityProfile) -> datetime:
    """`now`, or the end of the night; a town whose quiet hours have no length has none."""
    local, begins, ends = bangkok(now), profile.quiet_from, profile.quiet_until
    if begins == ends or ends <= local.time() < begins:
        return now
    day = local.date() + timedelta(days=1 if local.time() >= begins else 0)
    return datetime.combine(day, ends, tzinfo=BANGKOK)


def _next_digest(now: datetime, times: list[time], *, is_working_day_only: bool) -> datetime:
    hours = load_office_hours(now)
    day = bangkok_date(now)
    while True:
        if not is_working_day_only or hours.is_working_day(day):
            for at in times:
                if (moment := datetime.combine(day, at, tzinfo=BANGKOK)) >= now:
                    return moment
        day += timedelta(days=1)


def sweep_notices(*, now: datetime) -> int:
    """Send the notices whose time has come: one message per person, however many cases; returns how many messages.

    In flood mode levels 3 and 4 rest. A conditional UPDATE decides which of two sweeps tells.
    """
    due = EscalationNotice.objects.filter(told_at=None, tell_at__lte=now).select_related(
        "member", "escalation__clock__complaint__category"
    )
    if CityMode.is_flood(now):
        due = due.filter(escalation__level__lt=SECRETARY_LEVEL)
    by_member: dict[int, list[EscalationNotice]] = defaultdict(list)
    for notice in due.order_by("escalation__level", "id")[:AT_ONCE]:
        by_member[notice.member_id].append(notice)
    return sum(_tell(rows, now) for rows in by_member.values())


@transaction.atomic
def _tell(rows: list[EscalationNotice], now: datetime) -> int:
    mine = EscalationNotice.objects.select_for_update().filter(pk__in=[row.pk for row in rows], told_at=None)
    claimed = set(mine.values_list("pk", flat=True))
    rows = [row for row in rows if row.pk in claimed]
    if not rows:
        return 0
    EscalationNotice.objects.filter(pk__in=claimed, told_at=None).update(told_at=now)
    # A case that ended before its morning came needs nobody.
    alive = [row for row in rows if row.escalation.clock.stopped_at is None]
    if alive:
        notices.queue_ladder(member=alive[0].member, rows=alive, now=now)
    return len(alive[:1])


@transaction.atomic
def acknowledge(*, notice: EscalationNotice, now: datetime) -> None:
    """A receiver has seen it: noted on the case; the clock runs on."""
    if EscalationNotice.objects.filter(pk=notice.pk, acknowledged_at=None).update(acknowledged_at=now):
        complaint = notice.escalation.clock.complaint
        append_event(
            complaint=complaint,
            kind=EventKind.ACKNOWLEDGED,
            actor=Actor.of_staff(notice.member),
            note=Note(payload={"level": notice.escalation.level, "title": notice.title_th}),
            now=now,
        )


def tell_head_of_reopening(*, complaint: Complaint, event: ComplaintEvent, now: datetime) -> None:
    """Owe the head of the office a message that a resident sent a case back."""
    posts = posts_above(department=complaint.department)
    for holder, _note, _is_copy in _find_receiver(posts, Kind.OFFICE_HEAD, bangkok_date(now)):
        notices.queue_reopening(member=holder.member, complaint=complaint, event=event, now=now)
