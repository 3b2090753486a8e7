"""The ladder: who is told when a case runs late. Each level once per clock, never early, caught up after downtime."""

import logging
import traceback
from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import transaction

from complaints import notices, sla
from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation, EscalationNotice
from complaints.models.record import ComplaintEvent
from complaints.services.events import SYSTEM, Actor, Note, append_event
from complaints.services.moves import lock_complaint
from complaints.services.receivers import (
    MAYOR_LEVEL,
    SECRETARY_LEVEL,
    Receiver,
    head_receivers,
    ladder_receivers,
)
from complaints.workflow import EventKind, Priority
from nakhoncity.city.models import CityMode, CityProfile
from nakhoncity.city.services import load_office_hours
from nakhoncity.kit.thai import BANGKOK, bangkok, bangkok_date

log = logging.getLogger(__name__)
AT_ONCE = 200
OVERDUE_LEVEL = 2
AFTERNOON_DIGEST = time(13, 0)


def sweep_escalations(*, now: datetime) -> int:
    """Record the levels that have fallen due and owe their notices; returns how many cases were touched.

    Costs what is due. The case is locked, then its clock asked again, so that parallel sweeps record each level once;
    the unique row decides if they still meet. One case that can't be worked holds up no other.
    """
    due = Clock.objects.due_for_escalation(now).order_by("next_escalation_at").values_list("pk", "complaint_id")
    touched = 0
    for clock_id, complaint_id in list(due[:AT_ONCE]):
        try:
            touched += _escalate(clock_id, complaint_id, now)
        except Exception as error:  # noqa: BLE001 (the outer loop of a worker)
            log_fault(f"clock {clock_id} could not be escalated", error)
    return touched


def log_fault(what: str, error: Exception) -> None:
    """Say what a sweep left undone, and where it broke; the error's own words may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "?"
    log.error("%s: %s at %s", what, type(error).__name__, place)


@transaction.atomic
def _escalate(clock_id: int, complaint_id: int, now: datetime) -> int:
    # The case before its clock, as every service does: the other order would be a deadlock.
    complaint = lock_complaint(complaint_id=complaint_id)
    clock = Clock.objects.select_for_update().filter(pk=clock_id, stopped_at=None).first()
    if clock is None:
        return 0
    levels = [level for level in sla.levels_due(clock.state, now=now) if level > clock.level]
    if levels:
        _record(complaint, clock, levels, now)
        clock.level = levels[-1]
    clock.next_escalation_at = sla.next_escalation_at(clock.state, level_reached=clock.level)
    clock.save(update_fields=["level", "next_escalation_at"])
    return len(levels[:1])


def _record(complaint: Complaint, clock: Clock, levels: list[int], now: datetime) -> None:
    """All passed levels are recorded; only the highest is told."""
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
    receivers = _receivers(complaint, clock, highest, now)
    tell_at = tell_time(level=highest, now=now, is_emergency=complaint.priority == Priority.EMERGENCY)
    EscalationNotice.objects.bulk_create([_notice(rows[-1], each, tell_at) for each in receivers])
    Complaint.objects.filter(pk=complaint.pk).update(escalation_level=highest)
    append_event(
        complaint=complaint,
        kind=EventKind.ESCALATED,
        actor=SYSTEM,
        note=Note(
            is_public=highest >= OVERDUE_LEVEL,
            internal_text="; ".join(each.note_th for each in receivers if each.note_th),
            payload={"level": highest, "passed": levels, "told": [each.title_th for each in receivers]},
        ),
        now=now,
    )


def _receivers(complaint: Complaint, clock: Clock, level: int, now: datetime) -> list[Receiver]:
    """Who is told of a level. Before the deadline a level only reminds: who has acknowledged one needs no next one."""
    receivers = ladder_receivers(complaint=complaint, level=level, on=bangkok_date(now))
    if level >= OVERDUE_LEVEL:
        return receivers
    told = EscalationNotice.objects.filter(escalation__clock=clock, acknowledged_at__isnull=False)
    acknowledged = set(told.values_list("member_id", flat=True))
    return [each for each in receivers if each.member.pk not in acknowledged]


def _notice(escalation: Escalation, receiver: Receiver, tell_at: datetime) -> EscalationNotice:
    return EscalationNotice(
        escalation=escalation,
        position=receiver.position,
        member=receiver.member,
        title_th=receiver.title_th,
        note_th=receiver.note_th,
        is_copy=receiver.is_copy,
        tell_at=tell_at,
    )


def tell_time(*, level: int, now: datetime, is_emergency: bool = False) -> datetime:
    """When a level recorded at `now` is told.

    3 and 4 in the morning's digest (4 on working days); 2 at once outside the quiet hours; 0 and 1 in the next of a
    working day's two digests. An emergency wakes those who work on it: its levels up to 2 are told at once.
    """
    profile = CityProfile.current()
    if is_emergency and level <= OVERDUE_LEVEL:
        return now
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

    In flood mode levels 3 and 4 rest until the first digest after it. A conditional UPDATE decides which of two sweeps
    tells.
    """
    due = EscalationNotice.objects.filter(told_at=None, tell_at__lte=now)
    if CityMode.is_flood(now):
        _let_rest(now)
        due = due.filter(escalation__level__lt=SECRETARY_LEVEL)
    by_member: dict[int, list[int]] = defaultdict(list)
    for notice_id, member_id in due.order_by("escalation__level", "id").values_list("pk", "member_id")[:AT_ONCE]:
        by_member[member_id].append(notice_id)
    return sum(_tell_safely(ids, now) for ids in by_member.values())


def _let_rest(now: datetime) -> None:
    """The digests of a flood's days wait for the next morning, so that its end wakes nobody."""
    for level in (SECRETARY_LEVEL, MAYOR_LEVEL):
        resting = EscalationNotice.objects.filter(told_at=None, tell_at__lt=now, escalation__level=level)
        if resting.exists():
            resting.update(tell_at=tell_time(level=level, now=now))


def _tell_safely(ids: list[int], now: datetime) -> int:
    try:
        return _tell(ids, now)
    except Exception as error:  # noqa: BLE001 (the outer loop of a worker)
        log_fault(f"notices {ids} could not be told", error)
        return 0


@transaction.atomic
def _tell(ids: list[int], now: datetime) -> int:
    waiting = EscalationNotice.objects.select_for_update(of=("self",)).filter(pk__in=ids, told_at=None)
    rows = list(waiting.select_related("member", "escalation__clock__complaint__category"))
    # Of a case that ended before its morning came nobody needs to hear.
    running = [row for row in rows if row.escalation.clock.stopped_at is None]
    early = {row.pk for row in running if not _still_holds(row, now)}
    for row in running:
        if row.pk in early:
            _postpone(row, now)
    EscalationNotice.objects.filter(pk__in=[row.pk for row in rows if row.pk not in early]).update(told_at=now)
    told = _highest_per_case([row for row in running if row.pk not in early])
    if not told or not told[0].member.is_active:
        return 0
    notices.queue_ladder(member=told[0].member, rows=told, now=now)
    return 1


def _still_holds(row: EscalationNotice, now: datetime) -> bool:
    return row.escalation.level in sla.levels_due(row.escalation.clock.state, now=now)


def _postpone(row: EscalationNotice, now: datetime) -> None:
    """The deadline was extended after the level was recorded: its notice follows the new date."""
    clock, level = row.escalation.clock, row.escalation.level
    moment = sla.level_due_at(clock.state, level=level) or now + timedelta(days=1)
    is_emergency = clock.complaint.priority == Priority.EMERGENCY
    row.tell_at = tell_time(level=level, now=moment, is_emergency=is_emergency)
    row.save(update_fields=["tell_at"])


def _highest_per_case(rows: list[EscalationNotice]) -> list[EscalationNotice]:
    """A case stands in a digest once, however many of its levels have waited for it."""
    by_case = {row.escalation.clock_id: row for row in sorted(rows, key=lambda row: row.escalation.level)}
    return list(by_case.values())


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
    for receiver in head_receivers(complaint=complaint, on=bangkok_date(now)):
        notices.queue_reopening(member=receiver.member, complaint=complaint, event=event, now=now)
