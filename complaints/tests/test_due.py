"""What time does to cases: pauses end, questions are asked again and end, answers run out, plans come round."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.models.case import Complaint
from complaints.services import due
from complaints.services.answers import add_information
from complaints.services.due import sweep_due_dates
from complaints.services.verification import verify_all
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.ladder import lines
from complaints.tests.test_moves import move
from complaints.workflow import EventKind, Outcome, Status
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
DAY, BLINK = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture
def member(db):
    return StaffFactory(role="head")


@pytest.fixture
def case(member):
    complaint = file_one(category=CategoryFactory(department=member.department), reporter=ResidentFactory())
    move(complaint, member, "triage", category=complaint.category, department=member.department)
    return complaint


@pytest.fixture
def asked(case, member):
    """A resident was asked ten hours after he filed."""
    move(case, member, "ask_resident", at=NOW + hours(10), public_text="เสาต้นไหนคะ")
    return case


ASKED_AT = NOW + hours(10)


def sweep(at, case):
    touched = sweep_due_dates(now=at)
    case.refresh_from_db()
    return touched


def sound():
    return [(reference, [str(each) for each in found]) for reference, found in verify_all() if found] == []


# Pauses


def refer(case, member, day):
    move(case, member, "refer", at=ASKED_AT, agency=member.department, expected_date=day, reason="เสาของการไฟฟ้า")


def test_pause_ends_when_the_promised_day_is_over(case, member):
    refer(case, member, date(2026, 11, 27))
    over = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert sweep(over - BLINK, case) == 0

    assert sweep(over, case) == 1

    assert (case.status, case.paused_at, case.due_at) == (Status.REFERRED, None, NOW + hours(48) + (over - ASKED_AT))
    assert case.events.latest("pk").kind == EventKind.PAUSE_ENDED


def test_pause_ends_at_the_categorys_cap_where_that_is_earlier(case, member):
    refer(case, member, date(2027, 3, 1))

    sweep(ASKED_AT + 7 * DAY, case)

    assert case.due_at == NOW + hours(48) + 7 * DAY


def test_pause_swept_late_ends_at_its_promised_moment(case, member):
    refer(case, member, date(2026, 11, 27))
    over = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)

    sweep(over + 2 * DAY, case)

    assert case.due_at == NOW + hours(48) + (over - ASKED_AT)


def test_pause_ends_once(case, member):
    refer(case, member, date(2026, 11, 27))

    assert [sweep(NOW + 4 * DAY, case) for _ in range(3)] == [1, 0, 0]
    assert sound()


def test_end_of_a_pause_tells_the_resident_nothing(case, member):
    refer(case, member, date(2026, 11, 27))
    before = OutboundMessage.objects.count()

    sweep(NOW + 4 * DAY, case)

    assert OutboundMessage.objects.count() == before


# A question to the resident


def test_resident_is_asked_again_on_day_five_and_not_before(asked):
    assert sweep(ASKED_AT + 5 * DAY - BLINK, asked) == 0

    assert sweep(ASKED_AT + 5 * DAY, asked) == 1

    assert lines()[-2:] == [
        "เทศบาลยังรอข้อมูลจากท่าน หากไม่ได้รับภายใน 2 ธ.ค. 2569 20.00 น. เรื่องจะยุติ",
        "กดปุ่มด้านล่างเพื่อตอบ ระหว่างรอคำตอบ เวลาดำเนินการจะหยุดไว้",
    ]


def test_resident_is_asked_again_once(asked):
    before = OutboundMessage.objects.count()

    assert [sweep(ASKED_AT + 5 * DAY, asked) for _ in range(3)] == [1, 0, 0]
    assert OutboundMessage.objects.count() == before + 1


def test_case_closes_on_day_seven_without_an_answer(asked):
    sweep(ASKED_AT + 5 * DAY, asked)

    sweep(ASKED_AT + 7 * DAY, asked)

    assert (asked.status, asked.outcome, asked.closed_at) == (Status.CLOSED, Outcome.NO_ANSWER, ASKED_AT + 7 * DAY)
    assert OutboundMessage.objects.latest("pk").payload[0]["altText"] == f"ยุติเรื่องแล้ว {asked.reference}"
    assert sound()


def test_after_a_long_downtime_nobody_is_asked_too_late(asked):
    sweep(ASKED_AT + 9 * DAY, asked)

    assert asked.outcome == Outcome.NO_ANSWER
    assert asked.events.filter(kind=EventKind.WAIT_NOTICE).count() == 0


def test_answer_stops_the_notice_and_the_end(asked):
    add_information(complaint=asked, text="ต้นหน้าวัด", photos=(), resident=asked.reporter, now=ASKED_AT + DAY)

    assert sweep(ASKED_AT + 8 * DAY, asked) == 0
    assert (asked.status, asked.is_open) == (Status.TRIAGED, True)


# 72 hours for the verdict


@pytest.fixture
def resolved(case, member):
    move(case, member, "resolve", outcome=Outcome.PARTLY_FIXED, public_text="เสร็จบางส่วน")
    return case


def test_silence_of_72_hours_closes_as_unanswered_and_never_as_satisfied(resolved):
    assert sweep(NOW + hours(72) - BLINK, resolved) == 0

    assert sweep(NOW + hours(72), resolved) == 1

    assert (resolved.status, resolved.outcome, resolved.ratings.count()) == (Status.CLOSED, Outcome.PARTLY_FIXED, 0)
    assert resolved.events.latest("pk").kind == EventKind.UNANSWERED


def test_silence_tells_nobody(resolved):
    before = OutboundMessage.objects.count()

    sweep(NOW + hours(72), resolved)

    assert OutboundMessage.objects.count() == before


# Planned cases


@pytest.fixture
def planned(case, member):
    """Taken into the plan of 2570; the city speaks again on 1 March."""
    move(
        case,
        member,
        "close_planned",
        public_text="ต้องสร้างทางระบายน้ำใหม่",
        department=member.department,
        plan_year=2570,
        expected_date=date(2027, 3, 1),
    )
    return case


OPENING = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)


def test_planned_case_is_told_again_on_its_day_in_office_hours(planned):
    assert sweep(OPENING - BLINK, planned) == 0

    assert sweep(OPENING, planned) == 1

    assert lines()[1:] == ["ผล: รับไว้บรรจุแผน/งบประมาณ", f"แผนปีงบประมาณ 2570 · {planned.department.name_th}"]
    assert planned.events.latest("pk").kind == EventKind.PLAN_NOTICE
    assert sound()


def test_planned_case_is_told_once(planned):
    assert [sweep(OPENING + n * DAY, planned) for n in range(3)] == [1, 0, 0]


def test_planned_case_is_told_after_a_downtime_at_night_too_late_by_no_more_than_needed(planned):
    """Missed on the first, it is told when the sweep comes back, also before the office opens."""
    assert sweep(OPENING + hours(20), planned) == 1


def test_ending_of_a_planned_case_says_year_office_and_when_the_city_speaks_again(planned):
    office = planned.department.name_th

    assert lines()[1:] == [
        "ผล: รับไว้บรรจุแผน/งบประมาณ",
        f"แผนปีงบประมาณ 2570 · {office} · แจ้งท่านอีกครั้ง 1 มี.ค. 2570",
        "ต้องสร้างทางระบายน้ำใหม่",
    ]


def test_date_of_another_ending_is_no_plan(case, member):
    refer(case, member, date(2026, 11, 27))
    move(case, member, "close_no_action", at=ASKED_AT + hours(1), public_text="ทำไม่ได้")

    assert sweep(OPENING, case) == 0


def test_one_case_that_cannot_be_swept_holds_up_no_other(case, member, monkeypatch, caplog):
    other = file_one(category=case.category)
    for each in (case, other):
        move(each, member, "ask_resident", at=ASKED_AT, public_text="ต้นไหนคะ")
    act = due.update_complaint

    def fail_for_the_first(*, complaint_id, **rest):
        if complaint_id == case.pk:
            msg = "สมชาย"
            raise ValueError(msg)
        return act(complaint_id=complaint_id, **rest)

    monkeypatch.setattr(due, "update_complaint", fail_for_the_first)
    Complaint.objects.update(wait_notice_at=None)

    sweep_due_dates(now=ASKED_AT + 7 * DAY)

    other.refresh_from_db()
    assert other.status == Status.CLOSED
    assert ("ValueError" in caplog.text, "สมชาย" in caplog.text) == (True, False)
