"""Columns against record: a sound database is found sound, each kind of tampering is found."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation
from complaints.models.record import ComplaintEvent, Rating
from complaints.services import answers, due, verification
from complaints.services.escalation import sweep_escalations
from complaints.services.events import Actor
from complaints.services.extensions import ask_extension, grant_extension
from complaints.services.history import import_tickets
from complaints.services.moves import Update, update_complaint
from complaints.services.traffy import COLUMNS, read_ticket
from complaints.services.undo import undo_update
from complaints.services.verification import verify_all
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.workflow import Outcome
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    return StaffFactory(role="head")


@pytest.fixture
def somchai():
    return ResidentFactory()


@pytest.fixture
def case(head, somchai):
    """A case at work: triaged at 1 h, assigned at 2 h."""
    case = file_one(category=CategoryFactory(department=head.department), reporter=somchai)
    move(case, head, "triage", 1, category=case.category, department=case.department)
    move(case, head, "assign", 2, assignee=head)
    return case


def move(case, member, name, at, **fields):
    update = Update(move=name, **fields)
    update_complaint(
        complaint_id=case.pk, update=update, actor=Actor.of_staff(member), who=member.role, now=NOW + hours(at)
    )


def resolve(case, head, at):
    move(case, head, "resolve", at, outcome=Outcome.FIXED, public_text="เสร็จแล้ว")


def judge(case, resident, verdict, at):
    answers.answer_result(complaint=case, verdict=verdict, resident=resident, now=NOW + hours(at))


def wrong():
    return [(difference.name, difference.source) for _, found in verify_all() for difference in found]


def import_one(state, *, is_live=False):
    CategoryFactory(code="OTHER")
    times = {"timestamp": "2024-03-01 02:00:00+00", "last_activity": "2024-03-02 02:00:00+00"}
    row = {**dict.fromkeys(COLUMNS, ""), "ticket_id": state, "state": state, "count_reopen": "2", **times}
    import_tickets(tickets=[read_ticket(row, now=NOW)], is_live=is_live, now=NOW)


# A sound database


def test_cases_at_work_agree_with_their_record(case):
    assert wrong() == []


def test_pauses_that_end_in_each_way_agree(case, head, somchai):
    move(case, head, "ask_resident", 10, public_text="เสาต้นไหนคะ")
    answers.add_information(complaint=case, text="ต้นที่สาม", photos=(), resident=somchai, now=NOW + hours(15))
    move(case, head, "refer", 20, agency=head.department, expected_date=date(2026, 11, 26), reason="เสาของการไฟฟ้า")
    due.sweep_due_dates(now=NOW + hours(72))
    move(case, head, "refer_back", 80)

    assert wrong() == []


def test_a_pause_begun_too_late_agrees(case, head):
    move(case, head, "ask_resident", 50, public_text="เสาต้นไหนคะ")
    move(case, head, "answer_received", 60)

    assert wrong() == []


def test_a_question_asked_twice_and_never_answered_agrees(case, head):
    move(case, head, "ask_resident", 10, public_text="เสาต้นไหนคะ")
    due.sweep_due_dates(now=NOW + timedelta(days=6))
    assert wrong() == []

    due.sweep_due_dates(now=NOW + timedelta(days=8))
    assert wrong() == []


def test_a_case_that_waits_for_its_verdict_agrees(case, head):
    resolve(case, head, 20)

    assert wrong() == []


def test_verdicts_and_reopening_agree(case, head, somchai):
    resolve(case, head, 20)
    judge(case, somchai, Rating.Verdict.NOT_FIXED, 22)
    move(case, head, "assign", 23, assignee=head)
    resolve(case, head, 30)
    judge(case, somchai, Rating.Verdict.PARTLY, 31)
    answers.rate(complaint=case, stars=3, text="", now=NOW + hours(32))

    assert wrong() == []


def test_escalated_cases_agree(case):
    sweep_escalations(now=NOW + hours(30))
    sweep_escalations(now=NOW + hours(80))

    assert Complaint.objects.get().escalation_level == 3
    assert wrong() == []


def test_another_category_another_office_and_an_undo_agree(head, somchai):
    case = file_one(reporter=somchai)
    other = CategoryFactory(department=head.department, sla_hours=12)
    move(case, head, "triage", 1, category=other, department=head.department)
    move(case, head, "transfer", 2, department=DepartmentFactory(), reason="ไม่ใช่งานของกองเรา")
    case.refresh_from_db()
    undo_update(complaint=case, member=head, now=NOW + hours(2))

    assert wrong() == []


def test_a_first_answer_that_was_undone_agrees(head, somchai):
    case = file_one(category=CategoryFactory(department=head.department), reporter=somchai)
    move(case, head, "", 1, public_text="รับทราบค่ะ")
    undo_update(complaint=case, member=head, now=NOW + hours(1))

    assert wrong() == []


def test_an_extended_case_agrees(case, head):
    director = PositionFactory(department=head.department, holder=StaffFactory()).holder
    asked = ask_extension(complaint=case, member=head, reason=Reason.PARTS, day=date(2026, 11, 30), now=NOW + hours(3))
    grant_extension(extension=asked, member=director, now=NOW + hours(4))
    move(case, head, "ask_resident", 10, public_text="เสาต้นไหนคะ")
    move(case, head, "answer_received", 20)

    assert wrong() == []


def test_a_case_withdrawn_before_any_answer_agrees(somchai):
    answers.withdraw(complaint=file_one(reporter=somchai), resident=somchai, now=NOW + hours(1))

    assert wrong() == []


@pytest.mark.parametrize("is_live", [False, True])
def test_imported_cases_agree(is_live):
    for state in ("รอรับเรื่อง", "ส่งต่อ(ใหม่)", "เสร็จสิ้น"):
        import_one(state, is_live=is_live)

    assert wrong() == []


def test_history_that_staff_work_on_agrees(head):
    import_one("กำลังดำเนินการ")
    history = Complaint.objects.get()
    resolve(history, StaffFactory(role="clerk"), 1)
    due.sweep_due_dates(now=NOW + timedelta(days=4))

    assert Complaint.objects.get().status == "closed"
    assert wrong() == []


# Tampering


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"status": "in_progress"}, [("status", "events")]),
        ({"agency_reference": "x"}, [("agency_reference", "events")]),
        ({"assignee_id": None}, [("assignee_id", "events")]),
        ({"due_at": NOW + hours(90)}, [("due_at", "events"), ("due_at", "clocks")]),
        ({"paused_at": NOW}, [("paused_at", "events"), ("paused_at", "clocks")]),
        ({"clock_stopped_at": NOW}, [("clock_stopped_at", "events"), ("clock_stopped_at", "clocks")]),
        ({"resolved_at": NOW}, [("resolved_at", "events"), ("resolved_on", "times")]),
        ({"resolved_on": date(2026, 1, 1)}, [("resolved_on", "times")]),
        ({"received_on": date(2026, 1, 1)}, [("received_on", "times")]),
        ({"first_answered_at": None}, [("first_answered_at", "events")]),
        ({"reopened_count": 1}, [("reopened_count", "events"), ("reopened_count", "clocks")]),
        ({"escalation_level": 2}, [("escalation_level", "clocks")]),
        ({"promised": False}, [("promised", "clocks"), ("clock_stopped_at", "clocks")]),
    ],
)
def test_a_column_that_was_changed_is_found(case, changes, found):
    Complaint.objects.update(**changes)

    assert wrong() == found


def test_a_category_and_an_office_that_were_changed_are_found(case):
    Complaint.objects.update(category=CategoryFactory(), department=DepartmentFactory())

    assert wrong() == [("category_id", "events"), ("department_id", "events")]


def test_a_clock_that_was_changed_is_found(case):
    Clock.objects.filter(kind="fix").update(due_at=NOW + hours(50), level=1)

    assert wrong() == [
        ("due_at", "clocks"),
        ("escalation_level", "clocks"),
        ("due_at of clock 1", "clocks"),
        ("level of clock 1", "escalations"),
    ]


def test_a_clock_that_is_gone_is_found(case):
    Clock.objects.all().delete()

    assert wrong() == [("promised", "clocks")]


def test_a_clock_that_outlives_its_case_is_found(case, head):
    resolve(case, head, 20)
    Clock.objects.filter(kind="fix").update(stopped_at=None)
    Complaint.objects.update(clock_stopped_at=None)

    assert wrong() == [("clock_stopped_at", "events"), ("clock", "status")]


def test_an_escalation_that_is_gone_is_found(case):
    sweep_escalations(now=NOW + hours(80))
    Escalation.objects.filter(level=3).delete()

    assert wrong() == [("level of clock 1", "escalations")]


def test_history_with_a_running_clock_is_found():
    import_one("รอรับเรื่อง")
    Complaint.objects.update(clock_stopped_at=None)

    assert wrong() == [("clock_stopped_at", "events"), ("clock_stopped_at", "clocks")]


def test_an_event_that_is_gone_breaks_the_chain(case):
    gone = ComplaintEvent.objects.get(kind="triaged")
    gone.delete()
    after = ComplaintEvent.objects.get(kind="assigned")

    assert wrong() == [(f"status before event {after.pk}", "events")]


def test_a_record_without_beginning_is_found(case):
    ComplaintEvent.objects.filter(kind="received").delete()

    assert wrong() == [("record", "events")]


# The command


def test_command_counts_the_cases_that_agree(case, capsys):
    call_command("verify_cases")

    assert capsys.readouterr().out == "1 cases agree with their record\n"


def test_command_names_each_difference_and_fails(case, capsys):
    file_one()
    Complaint.objects.filter(pk=case.pk).update(status="new")

    with pytest.raises(CommandError, match="1 of 2 cases differ from their record"):
        call_command("verify_cases")

    assert capsys.readouterr().out == f"{case.reference}: status is new, by its events it should be assigned\n"


def test_a_case_moved_while_it_is_read_is_no_difference(case, monkeypatch):
    stale = Complaint.objects.get()
    Complaint.objects.update(version=9)
    stale.status = "new"
    compare, looks = verification._compare, []

    def read_too_early(cases):
        looks.append(cases)
        return compare([stale] if len(looks) == 1 else cases)

    monkeypatch.setattr(verification, "_compare", read_too_early)

    assert wrong() == []


def test_verifying_costs_three_queries_a_batch(case, django_assert_num_queries):
    for _ in range(5):
        file_one(category=case.category)

    with django_assert_num_queries(2 * 3 + 1):
        assert len(list(verify_all(at_once=3))) == 6
