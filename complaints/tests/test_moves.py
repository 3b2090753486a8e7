"""Moving a case by the table: columns, clock, record and messages together."""

from datetime import date, timedelta

import pytest

from complaints.models.record import Photo
from complaints.services.answers import withdraw
from complaints.services.events import Actor
from complaints.services.moves import IncompleteUpdate, StaleUpdate, Update, update_complaint
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.workflow import MoveRefused, Outcome, Status
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def move(complaint, member, name, at=NOW, **fields):
    complaint.refresh_from_db()
    update = Update(move=name, version=fields.pop("version", complaint.version), **fields)
    event = update_complaint(
        complaint_id=complaint.pk, update=update, actor=Actor.of_staff(member), who=member.role, now=at
    )
    complaint.refresh_from_db()
    return event


@pytest.fixture
def member(db):
    return StaffFactory(role="head")


@pytest.fixture
def case(db, member):
    category = CategoryFactory(department=member.department)
    return file_one(category=category, reporter=ResidentFactory())


def assigned(case, member):
    move(case, member, "triage", category=case.category, department=case.department)
    move(case, member, "assign", assignee=member)
    return case


def test_triage_then_assign_moves_the_status_and_counts_versions(case, member):
    assigned(case, member)

    assert (case.status, case.assignee, case.version) == (Status.ASSIGNED, member, 3)


def test_update_with_an_old_version_is_refused(case, member):
    assigned(case, member)

    with pytest.raises(StaleUpdate):
        move(case, member, "start", version=1)


def test_move_not_in_the_table_is_refused(case, member):
    with pytest.raises(MoveRefused):
        move(case, member, "start")


def test_assign_without_assignee_says_what_is_missing(case, member):
    move(case, member, "triage", category=case.category, department=case.department)

    with pytest.raises(IncompleteUpdate) as refused:
        move(case, member, "assign")

    assert refused.value.errors == {"assignee": "กรุณาเลือกผู้รับผิดชอบ"}


def test_resolve_stops_the_clock_and_asks_for_72_hours(case, member):
    assigned(case, member)
    move(case, member, "start")

    move(case, member, "resolve", at=NOW + hours(5), outcome=Outcome.FIXED, public_text="เปลี่ยนหลอดไฟแล้ว")

    assert (case.status, case.clock_stopped_at, case.answer_until) == (
        Status.RESOLVED,
        NOW + hours(5),
        NOW + hours(77),
    )


def test_resolve_asks_for_the_after_photo_where_the_category_does(case, member):
    case.category.after_photo_required = True
    case.category.save()
    assigned(case, member)

    with pytest.raises(IncompleteUpdate) as refused:
        move(case, member, "resolve", outcome=Outcome.FIXED, public_text="เปลี่ยนแล้ว")

    assert list(refused.value.errors) == ["after_photo"]


def test_ask_resident_pauses_and_the_answer_gives_the_time_back(case, member):
    assigned(case, member)
    move(case, member, "ask_resident", at=NOW + hours(10), public_text="เสาต้นไหนคะ")
    assert (case.status, case.paused_at) == (Status.WAITING_RESIDENT, NOW + hours(10))

    move(case, member, "answer_received", at=NOW + hours(15))

    assert (case.status, case.paused_at, case.due_at) == (Status.ASSIGNED, None, NOW + hours(53))


def test_refer_pauses_until_the_end_of_the_expected_day(case, member):
    assigned(case, member)

    move(
        case,
        member,
        "refer",
        agency=case.department,
        expected_date=date(2026, 11, 27),
        reason="เสาของการไฟฟ้า",
    )

    assert case.clocks.get(kind="fix").pause_until.isoformat() == "2026-11-27T17:00:00+00:00"


def test_transfer_keeps_the_clock(case, member):
    assigned(case, member)
    other = StaffFactory()

    move(case, member, "transfer", department=other.department, reason="ไม่ใช่งานของกองเรา")

    assert (case.department, case.assignee, case.due_at) == (other.department, None, NOW + hours(48))


def test_reopen_starts_clock_number_two_and_takes_the_worker_off(case, member):
    assigned(case, member)
    move(case, member, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ")

    move(case, member, "reopen", at=NOW + hours(60), reason="ตรวจแล้วยังดับ")

    assert (case.status, case.assignee, case.due_at, case.reopened_count) == (
        Status.REOPENED,
        None,
        NOW + hours(108),
        1,
    )


def test_words_without_a_move_are_a_reply(case, member):
    event = move(case, member, "", public_text="ช่างจะเข้าดูบ่ายนี้")

    assert (event.kind, event.is_public, case.first_answered_at) == ("replied", True, NOW)


def test_nothing_at_all_is_refused(case, member):
    with pytest.raises(IncompleteUpdate):
        move(case, member, "")


def test_progress_waits_and_is_one_message(case, member):
    assigned(case, member)
    move(case, member, "start", at=NOW + timedelta(minutes=10))

    rows = OutboundMessage.objects.exclude(dedupe_key__endswith="receipt").order_by("pk")
    assert [row.state for row in rows] == ["cancelled", "queued"]
    assert rows[1].send_after == NOW + hours(4)


def test_words_of_staff_leave_after_ten_seconds(case, member):
    move(case, member, "", public_text="ช่างจะเข้าดูบ่ายนี้")

    row = OutboundMessage.objects.latest("pk")
    assert row.send_after == NOW + timedelta(seconds=10)


def test_resolving_within_four_hours_tells_the_result_only(case, member):
    assigned(case, member)
    move(case, member, "resolve", at=NOW + hours(1), outcome=Outcome.FIXED, public_text="เสร็จแล้ว")

    waiting = OutboundMessage.objects.filter(state="queued").exclude(dedupe_key__endswith="receipt")
    assert [row.message_class for row in waiting] == [2]


def test_after_photo_is_kept_with_its_event(case, member):
    assigned(case, member)
    photo = Photo(complaint=case, kind=Photo.Kind.AFTER, file="a.jpg", thumb="b.jpg", width=1, height=1, created_at=NOW)

    event = move(case, member, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ", photos=(photo,))

    assert Photo.objects.get().event == event


def test_withdrawn_case_has_no_running_clock():
    resident = ResidentFactory()
    complaint = file_one(reporter=resident)

    withdraw(complaint=complaint, resident=resident, now=NOW + hours(1))

    complaint.refresh_from_db()
    assert set(complaint.clocks.values_list("stopped_at", "next_escalation_at")) == {(NOW + hours(1), None)}
    assert (complaint.clock_stopped_at, complaint.first_answered_at) == (NOW + hours(1), None)


def test_record_names_to_staff_where_a_move_brings_the_case(case, member):
    event = move(case, member, "triage", category=case.category, department=member.department)

    assert event.payload["to"] == member.department.name_th
