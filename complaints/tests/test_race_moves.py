"""Officers, residents and sweeps at the same case at once: one wins, the others are told, nothing is done twice."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count

from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation, EscalationNotice
from complaints.models.record import ComplaintEvent, Rating
from complaints.services.escalation import sweep_escalations
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.workflow import ClockKind, EventKind, Outcome
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory
from nakhoncity.tests.crew import PROCESSES, without_unique

ACTS = "complaints.tests.race_acts"
NO_LOCKS = f"{ACTS}.no_row_locks"
CASES = 10
ENDINGS = [EventKind.CONFIRMED, EventKind.CONFIRMED_PARTLY, EventKind.UNANSWERED, EventKind.CLOSED, EventKind.RESOLVED]
pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite serialises writers and hides the race"),
]


@pytest.fixture
def head(transactional_db):
    member = StaffFactory(role="head", line_user_id="U" + "9" * 32)
    PositionFactory(department=member.department, holder=member)
    return member


@pytest.fixture
def cases(head):
    """Ten new cases of the head's office, each with a reporter."""
    category = CategoryFactory(department=head.department)
    return [file_one(category=category, reporter=ResidentFactory()) for _ in range(CASES)]


def act(name, cases=None, now=NOW, **arguments):
    ids = {} if cases is None else {"cases": [case.pk for case in cases]}
    return (f"{ACTS}.{name}", {**ids, "now": now.isoformat(), **arguments})


def move(complaint, member, name, now=NOW, **fields):
    update_complaint(
        complaint_id=complaint.pk,
        update=Update(move=name, **fields),
        actor=Actor.of_staff(member),
        who=member.role,
        now=now,
    )


def events_of_a_case(kinds):
    """How many events of these kinds each case has, as {number of events: number of cases}."""
    ends = ComplaintEvent.objects.filter(kind__in=kinds).values("complaint").annotate(n=Count("pk"))
    return Counter(row["n"] for row in ends)


# Two officers, eight here, with the same version of a form


def save_by_eight(crew, head, cases, **how):
    """How many of the eight saved each case."""
    answers = crew.act([act("save_form", cases, member=head.username, version=1)] * PROCESSES, **how)
    return [Counter(mine[n] for mine in answers) for n in range(CASES)]


def test_one_of_eight_officers_saves_and_seven_are_told(crew, head, cases):
    saved = save_by_eight(crew, head, cases)

    assert saved == [Counter(done=1, StaleUpdate=7)] * CASES
    assert set(Complaint.objects.values_list("version", flat=True)) == {2}


def test_several_officers_save_over_one_another_without_the_lock(crew, head, cases):
    saved = save_by_eight(crew, head, cases, without=NO_LOCKS)

    assert max(case["done"] for case in saved) > 1


# Resident, staff and sweep end a resolved case at once


@pytest.fixture
def resolved(head, cases):
    for case in cases:
        move(case, head, "triage", category=case.category, department=case.department)
        move(case, head, "assign", assignee=head)
        move(case, head, "resolve", now=NOW + hours(2), outcome=Outcome.FIXED, public_text="เรียบร้อย")
    return cases


def judge_by_eight(crew, cases, **how):
    late = NOW + hours(2 + 72)
    verdicts = [act("give_verdict", cases, now=late, verdict=verdict) for verdict in ("good", "partly") * 2]
    crew.act(verdicts + [act("sweep_dates", now=late)] * 4, **how)


def test_verdicts_and_the_72_hour_sweep_end_each_case_once(crew, resolved):
    judge_by_eight(crew, resolved)

    assert events_of_a_case(ENDINGS[:3]) == {1: CASES}
    assert set(Complaint.objects.values_list("status", flat=True)) == {"closed"}
    assert (
        max(Rating.objects.values_list("complaint").annotate(n=Count("pk")).values_list("n", flat=True), default=0) <= 1
    )


def test_verdicts_and_the_72_hour_sweep_end_some_case_twice_without_the_lock(crew, resolved):
    judge_by_eight(crew, resolved, without=NO_LOCKS)

    assert max(events_of_a_case(ENDINGS[:3])) > 1


# Staff close, resident withdraws, sweep gives up waiting: at once


@pytest.fixture
def waiting(head, cases):
    for case in cases:
        move(case, head, "ask_resident", public_text="อยู่ตรงไหน")
    return cases


def close_by_eight(crew, head, cases, **how):
    late = NOW + timedelta(days=7)
    closes = act(
        "make_move", cases, now=late, member=head.username, move="close_not_found", fields={"public_text": "ไม่พบ"}
    )
    resolves = act(
        "make_move", cases, now=late, member=head.username, move="resolve",
        fields={"public_text": "เรียบร้อย", "outcome": "fixed"},
    )  # fmt: skip
    withdraws, sweeps = act("withdraw_cases", cases, now=late), act("sweep_dates", now=late)
    return crew.act([closes, resolves, withdraws, sweeps] * 2, **how)


def test_staff_resident_and_sweep_end_a_waiting_case_once_and_stop_its_clock_once(crew, head, waiting):
    close_by_eight(crew, head, waiting)

    assert events_of_a_case(ENDINGS) == {1: CASES}
    assert Clock.objects.filter(kind=ClockKind.FIX, stopped_at=NOW + timedelta(days=7)).count() == CASES
    assert not Clock.objects.filter(stopped_at=None).exists()


def test_staff_resident_and_sweep_end_some_waiting_case_twice_without_the_lock(crew, head, waiting):
    close_by_eight(crew, head, waiting, without=NO_LOCKS)

    assert max(events_of_a_case(ENDINGS)) > 1


# The end of a pause, seen by eight sweeps at once


@pytest.fixture
def referred(head, cases):
    agency = DepartmentFactory(level="external", is_external=True)
    fields = {"agency": agency, "expected_date": NOW.date() + timedelta(days=1), "reason": "สายไฟของการไฟฟ้า"}
    for case in cases:
        move(case, head, "triage", category=case.category, department=case.department)
        move(case, head, "refer", **fields)
    return cases


def end_pauses_by_eight(crew, **how):
    crew.act([act("sweep_dates", now=NOW + timedelta(days=3))] * PROCESSES, **how)
    return events_of_a_case([EventKind.PAUSE_ENDED])


def test_eight_sweeps_end_each_pause_once(crew, referred):
    assert end_pauses_by_eight(crew) == {1: CASES}


def test_eight_sweeps_end_some_pause_twice_without_the_lock(crew, referred):
    assert max(end_pauses_by_eight(crew, without=NO_LOCKS)) > 1


# The ladder, climbed by eight sweeps at once

OVERDUE = NOW + hours(49)


def climb_by_eight(crew, **how):
    return crew.act([act("climb_ladder", now=OVERDUE)] * PROCESSES, **how)


def test_eight_sweeps_record_each_level_once_with_one_notice_for_each_receiver(crew, head, cases):
    climb_by_eight(crew)

    assert Counter(Escalation.objects.values_list("level", flat=True)) == {0: CASES, 1: CASES, 2: CASES}
    assert Counter(EscalationNotice.objects.values_list("member__username", flat=True)) == {head.username: CASES}
    assert events_of_a_case([EventKind.ESCALATED]) == {1: CASES}


def test_the_unique_level_refuses_rivals_that_do_not_lock(crew, cases):
    answers = climb_by_eight(crew, without=NO_LOCKS)

    assert Counter(Escalation.objects.values_list("level", flat=True)) == {0: CASES, 1: CASES, 2: CASES}
    assert {answer for mine in answers for answer in mine} <= {"done", "IntegrityError"}


def test_eight_sweeps_record_some_level_twice_without_lock_and_unique_level(crew, cases):
    with without_unique("complaints_escalation", "clock_id, level"):
        climb_by_eight(crew, without=NO_LOCKS)
        levels = Counter(Escalation.objects.values_list("clock", "level"))

    assert max(levels.values()) > 1


HEADS = 20


def tell_by_eight(crew, **how):
    """How many messages twenty heads get, each for one late case."""
    for n in range(HEADS):
        member = StaffFactory(role="head", line_user_id=f"U{n:032d}")
        PositionFactory(department=member.department, holder=member)
        file_one(category=CategoryFactory(department=member.department))
    sweep_escalations(now=OVERDUE)
    crew.act([act("tell_receivers", now=OVERDUE)] * PROCESSES, **how)
    assert not EscalationNotice.objects.filter(told_at=None).exists()
    return OutboundMessage.objects.count()


def test_eight_sweeps_tell_each_receiver_once(crew):
    assert tell_by_eight(crew) == HEADS


def test_eight_sweeps_tell_some_receiver_twice_without_lock_and_dedupe_key(crew):
    with without_unique("line_outboundmessage", "dedupe_key"):
        assert tell_by_eight(crew, without=NO_LOCKS) > HEADS


# Officers and the ladder at the same cases


def work_during_the_climb(crew, head, cases, **how):
    """Four officers stop and start clocks while four sweeps escalate them; the answers of all."""
    work = [act("work_cases", cases, now=OVERDUE, member=head.username)] * 4
    climb = [act("climb_ladder", now=OVERDUE)] * 4
    return {answer for mine in crew.act(work + climb, **how) for answer in mine}


def test_officers_and_ladder_never_wait_for_each_other_for_ever(crew, head, cases):
    assert work_during_the_climb(crew, head, cases) <= {"done", "MoveRefused"}


def test_officers_and_ladder_end_in_a_deadlock_when_the_ladder_locks_clocks_first(crew, head, cases):
    answers = work_during_the_climb(crew, head, cases, without=f"{ACTS}.clock_before_case")

    assert "OperationalError" in answers
