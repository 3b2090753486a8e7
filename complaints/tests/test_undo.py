"""Ten seconds to take an update back: who, until when, and everything as it was."""

from datetime import date, timedelta

import pytest

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from complaints.models.record import Follower
from complaints.services.answers import add_information
from complaints.services.escalation import sweep_escalations
from complaints.services.events import Actor, Note, append_event
from complaints.services.extensions import ask_extension
from complaints.services.undo import UndoRefused, undo_update
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.test_moves import move
from complaints.workflow import EventKind, Outcome, Status
from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.tests.factories import put
from nakhoncity.residents.models import Resident
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
NINE, TEN, BLINK = timedelta(seconds=9), timedelta(seconds=10), timedelta(microseconds=1)
AT = NOW + hours(5)


@pytest.fixture
def member(db):
    return StaffFactory(role="head")


@pytest.fixture
def case(member):
    """A case at work, its clocks running."""
    complaint = file_one(category=CategoryFactory(department=member.department), reporter=ResidentFactory())
    move(complaint, member, "triage", category=complaint.category, department=member.department)
    move(complaint, member, "assign", assignee=member)
    return complaint


def undo(case, member, at=AT + NINE):
    return undo_update(complaint=case, member=member, now=at)


def columns(case):
    """Everything that a row says, its version apart."""
    row = Complaint.objects.values().get(pk=case.pk)
    return {name: value for name, value in row.items() if name != "version"}


def clocks(case):
    return list(Clock.objects.filter(complaint=case).order_by("pk").values())


def waiting_messages():
    rows = OutboundMessage.objects.filter(state="queued").order_by("pk")
    return list(rows.values("pk", "next_attempt_at", "send_after"))


PLAN = {"public_text": "รับไว้", "plan_year": 2570, "expected_date": date(2027, 3, 1)}
MOVES = [
    ("start", {}),
    ("schedule", {"appointment_at": AT + hours(20)}),
    ("transfer", {"reason": "ไม่ใช่งานของเรา", "department": "other"}),
    ("return_to_triage", {"reason": "ผิดหมวด"}),
    ("ask_resident", {"public_text": "เสาต้นไหนคะ"}),
    ("refer", {"agency": "other", "expected_date": date(2026, 12, 1), "reason": "เสาของการไฟฟ้า"}),
    ("resolve", {"outcome": Outcome.FIXED, "public_text": "เปลี่ยนหลอดแล้ว"}),
    ("close_not_ours", {"public_text": "เป็นของแขวงทางหลวง"}),
    ("close_planned", {**PLAN, "department": "other"}),
    ("", {"public_text": "ช่างจะเข้าบ่ายนี้"}),
    ("", {"internal_text": "รอรถกระเช้า"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fields"), MOVES)
def test_undo_puts_every_column_and_both_clocks_back(case, member, name, fields):
    other = StaffFactory().department
    fields = {key: other if value == "other" else value for key, value in fields.items()}
    before = columns(case), clocks(case)
    move(case, member, name, at=AT, **fields)

    undo(case, member)

    assert (columns(case), clocks(case)) == before


@pytest.mark.parametrize(("name", "fields"), MOVES)
def test_undo_leaves_the_messages_as_they_were(case, member, name, fields):
    other = StaffFactory().department
    fields = {key: other if value == "other" else value for key, value in fields.items()}
    before = waiting_messages()
    move(case, member, name, at=AT, **fields)

    undo(case, member)

    assert waiting_messages() == before


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("answer_received", {}),
        ("resolve", {"outcome": Outcome.ANSWERED, "public_text": "ตอบแล้ว"}),
        ("close_not_found", {"public_text": "ไม่พบ"}),
    ],
)
@pytest.mark.parametrize("asked_after", [6, 50])
def test_undo_in_a_pause_lets_the_pause_go_on(case, member, name, fields, asked_after):
    """Also of a pause that began past the deadline, which moves none."""
    move(case, member, "ask_resident", at=NOW + hours(asked_after), public_text="เสาต้นไหนคะ")
    before = columns(case), clocks(case)
    at = NOW + hours(asked_after + 7)
    move(case, member, name, at=at, **fields)

    undo(case, member, at=at + NINE)

    assert (columns(case), clocks(case)) == before


def test_undo_of_a_first_answer_lets_that_clock_run_again(member):
    case = file_one(category=CategoryFactory(department=member.department), reporter=ResidentFactory())
    before = columns(case), clocks(case)
    move(case, member, "", at=AT, public_text="รับทราบค่ะ")

    undo(case, member)

    assert (columns(case), clocks(case)) == before


def test_undo_of_a_triage_gives_the_old_target_back(member):
    case = file_one(category=CategoryFactory(department=member.department), reporter=ResidentFactory())
    before = case.category_id, clocks(case)
    other = CategoryFactory(department=member.department, sla_hours=12)
    move(case, member, "triage", at=AT, category=other, department=member.department)

    undo(case, member)

    case.refresh_from_db()
    assert (case.category_id, clocks(case), case.due_at) == (*before, NOW + hours(48))


def test_undo_of_a_triage_asks_for_the_category_again(member):
    case = file_one(category=CategoryFactory(department=member.department), needs_category=True)
    before = columns(case)
    other = CategoryFactory(department=member.department, promises_answer=True, is_public=False)
    move(case, member, "triage", at=AT, category=other, department=member.department)
    assert (case.needs_category, case.promises_answer, case.is_public) == (False, True, False)

    undo(case, member)

    assert columns(case) == before


def test_undo_of_history_keeps_its_day_of_resolving_empty(case, member):
    Complaint.objects.filter(pk=case.pk).update(promised=False, clock_stopped_at=NOW)
    move(case, member, "resolve", at=AT, outcome=Outcome.FIXED, public_text="เสร็จ")

    undo(case, member)

    case.refresh_from_db()
    assert (case.status, case.resolved_at, case.resolved_on) == (Status.ASSIGNED, None, None)


def test_undo_takes_the_followers_message_back_too(case, member):
    Follower.objects.create(complaint=case, resident=ResidentFactory(), since=NOW)
    move(case, member, "resolve", at=AT, outcome=Outcome.FIXED, public_text="เสร็จ")
    assert OutboundMessage.objects.filter(state="queued", message_class=5).count() == 1

    undo(case, member)

    assert OutboundMessage.objects.filter(state="queued", message_class=5).count() == 0


def test_undo_appends_and_deletes_nothing(case, member):
    event = move(case, member, "", at=AT, public_text="ช่างจะเข้าบ่ายนี้")
    count = case.events.count()

    undone = undo(case, member)

    event.refresh_from_db()
    assert (case.events.count(), undone.kind, undone.payload) == (count + 1, EventKind.UNDONE, {"undone": event.pk})
    assert (event.public_text, event.is_public) == ("ช่างจะเข้าบ่ายนี้", False)


def test_undo_makes_an_open_form_stale(case, member):
    move(case, member, "start", at=AT)
    version = case.version

    undo(case, member)

    case.refresh_from_db()
    assert case.version == version + 1


# Too late, or not yours


def refused(case, member, at=AT + NINE):
    before = columns(case), list(OutboundMessage.objects.order_by("pk").values("state"))
    with pytest.raises(UndoRefused) as caught:
        undo(case, member, at=at)
    assert (columns(case), list(OutboundMessage.objects.order_by("pk").values("state"))) == before
    return str(caught.value)


def test_undo_is_possible_for_exactly_ten_seconds(case, member):
    move(case, member, "start", at=AT)

    assert "เกิน 10 วินาที" in refused(case, member, at=AT + TEN + BLINK)
    assert undo(case, member, at=AT + TEN).kind == EventKind.UNDONE


def test_undo_is_the_actors_alone(case, member):
    move(case, member, "start", at=AT)

    assert "รายการอื่น" in refused(case, StaffFactory(role="head", department=member.department))


@pytest.mark.parametrize("state", ["sending", "accepted", "unknown"])
def test_undo_is_refused_once_the_message_has_left(case, member, state):
    move(case, member, "", at=AT, public_text="ช่างจะเข้าบ่ายนี้")
    put(OutboundMessage.objects.latest("pk"), state=state, lease_until=AT + hours(1), first_attempt_at=AT)

    assert "ข้อความส่งไปแล้ว" in refused(case, member)


def test_undo_is_refused_when_one_of_two_messages_has_left(case, member):
    Follower.objects.create(complaint=case, resident=ResidentFactory(), since=NOW)
    move(case, member, "resolve", at=AT, outcome=Outcome.FIXED, public_text="เสร็จ")
    put(OutboundMessage.objects.get(message_class=5), state="accepted")

    assert "ข้อความส่งไปแล้ว" in refused(case, member)


def test_undo_does_not_wait_for_who_gets_no_message(case, member):
    Resident.objects.update(is_friend=False)
    move(case, member, "", at=AT, public_text="ช่างจะเข้าบ่ายนี้")

    assert undo(case, member).kind == EventKind.UNDONE


def test_undo_is_refused_after_a_resident_added_something(case, member):
    move(case, member, "start", at=AT)
    add_information(complaint=case, text="ยังดับอยู่", photos=(), resident=case.reporter, now=AT + BLINK)

    assert "รายการอื่น" in refused(case, member)


def test_undo_is_refused_after_the_ladder_spoke(case, member):
    at = NOW + hours(24)
    move(case, member, "start", at=at)
    sweep_escalations(now=at)

    assert "รายการอื่น" in refused(case, member, at=at + NINE)


def test_undo_twice_is_refused(case, member):
    move(case, member, "start", at=AT)
    undo(case, member)

    assert "รายการอื่น" in refused(case, member)


def test_undo_looks_past_the_view_of_a_confidential_case(case, member):
    move(case, member, "start", at=AT)
    append_event(
        complaint=case, kind=EventKind.VIEWED, actor=Actor.of_staff(member), note=Note(), now=AT + timedelta(seconds=1)
    )

    undo(case, member)

    case.refresh_from_db()
    assert case.status == Status.ASSIGNED


def test_undo_does_not_touch_a_wish_for_more_time(case, member):
    ask_extension(complaint=case, member=member, reason=Reason.PARTS, day=date(2026, 12, 1), now=AT)

    assert "รายการอื่น" in refused(case, member)


def test_undo_of_a_reopening_is_refused(case, member):
    move(case, member, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ")
    move(case, member, "reopen", at=AT, reason="ยังดับ")

    assert "เริ่มนับเวลาใหม่แล้ว" in refused(case, member)
