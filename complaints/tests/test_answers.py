"""The resident's last word: which verdict from where, until when, twice, and another after it."""

from datetime import timedelta

import pytest

from complaints.models.record import Follower, Rating
from complaints.services.answers import AnswerRefused, add_information, answer_result, follow, rate, withdraw
from complaints.services.due import sweep_due_dates
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.house import build_house
from complaints.tests.test_moves import move
from complaints.workflow import EventKind, MoveRefused, Outcome, Status
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
Verdict = Rating.Verdict
BLINK = timedelta(microseconds=1)
LAST = NOW + timedelta(days=14)


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    complaint = file_one(category=CategoryFactory(department=house.unit), reporter=ResidentFactory())
    move(complaint, house.director, "triage", category=complaint.category, department=house.unit)
    return complaint


@pytest.fixture
def resolved(case, house):
    move(case, house.director, "assign", assignee=house.officer)
    move(case, house.director, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ")
    return case


def answer(case, verdict, at=NOW, **fields):
    answer_result(complaint=case, verdict=verdict, resident=case.reporter, now=at, **fields)
    case.refresh_from_db()
    return case.status, case.outcome


def ratings(case):
    return list(case.ratings.order_by("number").values_list("number", "verdict"))


@pytest.mark.parametrize(
    ("verdict", "status", "outcome"),
    [
        (Verdict.GOOD, Status.CLOSED, Outcome.FIXED),
        (Verdict.PARTLY, Status.CLOSED, Outcome.PARTLY_FIXED),
        (Verdict.NOT_FIXED, Status.REOPENED, ""),
    ],
)
def test_verdict_on_a_repair(resolved, verdict, status, outcome):
    assert answer(resolved, verdict) == (status, outcome)
    assert ratings(resolved) == [(1, verdict)]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_same_verdict_twice_changes_nothing_more(resolved, verdict):
    answer(resolved, verdict)
    before = resolved.events.count(), OutboundMessage.objects.count(), resolved.clocks.count()

    answer(resolved, verdict, at=NOW + hours(1))

    assert (resolved.events.count(), OutboundMessage.objects.count(), resolved.clocks.count()) == before


@pytest.mark.parametrize(
    ("first", "second"),
    [(Verdict.GOOD, Verdict.PARTLY), (Verdict.PARTLY, Verdict.GOOD), (Verdict.NOT_FIXED, Verdict.GOOD)],
)
def test_other_verdict_after_one_is_refused_with_a_sentence(resolved, first, second):
    answer(resolved, first)

    with pytest.raises(MoveRefused, match="กรุณาเปิดหน้าเรื่องเพื่อดูสถานะล่าสุด"):
        answer(resolved, second)
    assert ratings(resolved) == [(1, first)]


@pytest.mark.parametrize("first", [Verdict.GOOD, Verdict.PARTLY])
def test_content_resident_may_still_send_it_back_and_that_counts(resolved, first):
    answer(resolved, first)

    assert answer(resolved, Verdict.NOT_FIXED, at=LAST) == (Status.REOPENED, "")
    assert ratings(resolved) == [(1, Verdict.NOT_FIXED)]


def test_silence_may_be_broken_until_the_fourteenth_day(resolved):
    sweep_due_dates(now=NOW + hours(72))

    assert answer(resolved, Verdict.NOT_FIXED, at=LAST) == (Status.REOPENED, "")


def test_fifteenth_day_is_too_late(resolved):
    with pytest.raises(MoveRefused, match="เกิน 14 วัน"):
        answer(resolved, Verdict.NOT_FIXED, at=LAST + BLINK)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_verdict_on_a_case_at_work_says_where_it_stands(case, verdict):
    with pytest.raises(MoveRefused, match="เรื่องของท่านเป็น “รับเรื่องแล้ว”"):
        answer(case, verdict)


def test_old_button_on_a_case_that_is_repaired_again_does_not_speak_of_an_end(resolved, house):
    """It was sent back and is under way: “ended without a repair” would be untrue."""
    answer(resolved, Verdict.NOT_FIXED)
    move(resolved, house.director, "assign", at=NOW + hours(1), assignee=house.officer)

    with pytest.raises(MoveRefused, match="เรื่องของท่านเป็น “กำลังดำเนินการ”"):
        answer(resolved, Verdict.NOT_FIXED, at=NOW + hours(2))


def test_case_ended_without_repair_cannot_be_sent_back_by_its_reporter(case, house):
    move(case, house.director, "close_not_ours", public_text="เป็นของแขวงทางหลวง")

    with pytest.raises(MoveRefused, match="ยุติโดยไม่มีการแก้ไข"):
        answer(case, Verdict.NOT_FIXED)


def test_second_repair_is_judged_by_itself(resolved, house):
    answer(resolved, Verdict.NOT_FIXED)
    move(resolved, house.director, "resolve", at=NOW + hours(5), outcome=Outcome.FIXED, public_text="แก้ใหม่แล้ว")

    answer(resolved, Verdict.GOOD, at=NOW + hours(6))

    assert ratings(resolved) == [(1, Verdict.NOT_FIXED), (2, Verdict.GOOD)]


def test_not_fixed_twice_over_two_repairs_counts_twice(resolved, house):
    answer(resolved, Verdict.NOT_FIXED)
    move(resolved, house.director, "resolve", at=NOW + hours(5), outcome=Outcome.FIXED, public_text="แก้ใหม่แล้ว")

    answer(resolved, Verdict.NOT_FIXED, at=NOW + hours(6))

    assert (ratings(resolved), resolved.reopened_count) == (
        [(1, Verdict.NOT_FIXED), (2, Verdict.NOT_FIXED)],
        2,
    )


def test_not_fixed_starts_a_new_clock_and_goes_to_the_head(resolved, house):
    answer(resolved, Verdict.NOT_FIXED, at=NOW + hours(60))

    head = OutboundMessage.objects.latest("pk")
    assert (resolved.due_at, resolved.assignee) == (NOW + hours(108), None)
    assert (head.line_user_id, head.payload[0]["altText"]) == (house.director.line_user_id, "ขอให้แก้ไขอีกครั้ง")


def test_not_fixed_of_a_confidential_case_goes_to_the_citys_order(resolved, house):
    type(resolved).objects.filter(pk=resolved.pk).update(is_confidential=True, is_public=False)

    answer(resolved, Verdict.NOT_FIXED)

    row = OutboundMessage.objects.latest("pk")
    assert row.line_user_id == house.secretary.line_user_id
    assert resolved.category.name_th not in str(row.payload)


# Stars and words


def test_rate_adds_stars_to_the_latest_verdict(resolved):
    answer(resolved, Verdict.GOOD)

    rate(complaint=resolved, stars=4, text="เร็วดี", now=NOW)

    assert resolved.ratings.values_list("stars", "text").get() == (4, "เร็วดี")


def test_rate_without_a_verdict_is_refused(resolved):
    with pytest.raises(AnswerRefused, match="กรุณาเลือกก่อนว่าเรียบร้อยหรือไม่"):
        rate(complaint=resolved, stars=4, text="", now=NOW)


# More details


@pytest.mark.parametrize("ending", ["resolve", "close_not_found"])
def test_information_for_an_ended_case_is_refused(case, house, ending):
    fields = {"outcome": Outcome.FIXED} if ending == "resolve" else {}
    move(case, house.director, ending, public_text="เสร็จ", **fields)

    with pytest.raises(AnswerRefused, match="เรื่องนี้เสร็จสิ้นแล้ว"):
        add_information(complaint=case, text="ยังดับ", photos=(), resident=case.reporter, now=NOW)


def test_information_makes_no_officers_form_stale(case):
    version = case.version

    add_information(complaint=case, text="ยังดับ", photos=(), resident=case.reporter, now=NOW)

    case.refresh_from_db()
    assert case.version == version


# Withdrawing and following


def test_withdraw_ends_the_case_as_the_reporters_wish(case):
    withdraw(complaint=case, resident=case.reporter, now=NOW)

    case.refresh_from_db()
    assert (case.status, case.outcome, case.clock_stopped_at) == (Status.CLOSED, Outcome.WITHDRAWN, NOW)


def test_withdraw_takes_the_waiting_progress_back(case, house):
    move(case, house.director, "assign", assignee=house.officer)
    progress = OutboundMessage.objects.latest("pk")

    withdraw(complaint=case, resident=case.reporter, now=NOW + hours(1))

    progress.refresh_from_db()
    assert progress.state == "cancelled"


def test_withdraw_tells_those_who_follow_and_not_the_reporter(case):
    malee = ResidentFactory(display_name="มาลี")
    Follower.objects.create(complaint=case, resident=malee, since=NOW)
    before = OutboundMessage.objects.count()

    withdraw(complaint=case, resident=case.reporter, now=NOW)

    row = OutboundMessage.objects.latest("pk")
    assert OutboundMessage.objects.count() == before + 1
    assert (row.resident, row.message_class, row.payload[0]["altText"]) == (
        malee,
        5,
        f"เรื่องที่ท่านติดตามยุติแล้ว {case.reference}",
    )


def test_withdraw_of_an_ended_case_is_refused(resolved):
    with pytest.raises(MoveRefused):
        withdraw(complaint=resolved, resident=resolved.reporter, now=NOW)
    assert resolved.events.filter(kind=EventKind.CLOSED).count() == 0


def test_follow_twice_is_once(case):
    malee = ResidentFactory(display_name="มาลี")

    for _ in range(2):
        follow(complaint=case, resident=malee, now=NOW)

    assert Follower.objects.count() == 1


def test_follow_a_private_case_is_refused():
    case = file_one(category=CategoryFactory(department=StaffFactory().department, is_public=False))

    with pytest.raises(MoveRefused, match="ไม่เปิดให้ติดตาม"):
        follow(complaint=case, resident=ResidentFactory(), now=NOW)
