"""What a resident may say or tap in the chat, and what he is answered."""

from typing import Any

import pytest

from complaints import messages
from complaints.services.due import sweep_due_dates
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.test_moves import move
from complaints.workflow import Outcome, Status
from nakhoncity.line.handlers import Incoming, answer
from nakhoncity.line.limits import check_messages
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def somchai(db):
    return ResidentFactory()


@pytest.fixture
def malee(db):
    return ResidentFactory(display_name="มาลี")


@pytest.fixture
def member(db):
    return StaffFactory(role="head")


@pytest.fixture
def case(somchai, member):
    complaint = file_one(category=CategoryFactory(department=member.department), reporter=somchai)
    move(complaint, member, "triage", category=complaint.category, department=member.department)
    return complaint


@pytest.fixture
def resolved(case, member):
    move(case, member, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ")
    return case


def say(resident, words, at=NOW):
    event = Incoming(kind="text", resident=resident, happened_at=at, reply_token="token", text=words)
    return checked(answer(event, at))


def tap(resident, data, at=NOW):
    event = Incoming(kind="postback", resident=resident, happened_at=at, reply_token="token", data=data)
    return checked(answer(event, at))


def checked(replies: list[dict[str, Any]]) -> list[str]:
    """The words of an answer that LINE would take."""
    if replies:
        check_messages(replies)
    return [words_of(each) for each in replies]


def words_of(message: dict[str, Any]) -> str:
    if message["type"] == "text":
        return str(message["text"])
    parts = [*message["contents"]["header"]["contents"], *message["contents"]["body"]["contents"]]
    return " | ".join(part["text"] for part in parts if part["type"] == "text")


def button_of(case, verdict):
    """The button as it stands on the result card."""
    footer = messages.update_card(case, tells=messages.Tell.RESULT, public_text="")["contents"]["footer"]["contents"]
    return next(each["action"]["data"] for each in footer if each["action"]["data"].endswith(f":{verdict}"))


# Verdicts


@pytest.mark.parametrize(
    ("verdict", "status", "words"),
    [
        ("good", Status.CLOSED, "ขอบคุณที่ยืนยันว่าเรียบร้อยดี"),
        ("partly", Status.CLOSED, "ขอบคุณที่ตอบ เทศบาลบันทึกแล้วว่าเรียบร้อยบางส่วน หัวหน้าหน่วยงานจะตรวจสอบ"),
        (
            "not_fixed",
            Status.REOPENED,
            "ขออภัยในความไม่เรียบร้อย เทศบาลส่งเรื่องกลับไปแก้ไขอีกครั้งแล้ว และแจ้งหัวหน้าหน่วยงานแล้ว",
        ),
    ],
)
def test_button_of_the_result_card_is_the_verdict(resolved, somchai, verdict, status, words):
    said = tap(somchai, button_of(resolved, verdict))

    resolved.refresh_from_db()
    assert (resolved.status, said) == (status, [f"{words} ({resolved.reference})"])


def test_button_tapped_twice_is_answered_twice_and_counts_once(resolved, somchai):
    button = button_of(resolved, "good")
    first = tap(somchai, button)

    assert tap(somchai, button) == first
    assert resolved.ratings.count() == 1


@pytest.mark.parametrize("verdict", ["good", "partly", "not_fixed"])
def test_button_of_anothers_case_does_and_says_nothing(resolved, malee, verdict):
    assert tap(malee, button_of(resolved, verdict)) == []

    resolved.refresh_from_db()
    assert (resolved.status, resolved.ratings.count()) == (Status.RESOLVED, 0)


def test_old_button_after_the_silence_says_where_the_case_stands(resolved, somchai):
    sweep_due_dates(now=NOW + hours(72))

    said = tap(somchai, button_of(resolved, "good"), at=NOW + hours(73))

    assert said == ["เรื่องของท่านเป็น “เสร็จสิ้น” จึงเลือก “เรียบร้อยดี” ไม่ได้ กรุณาเปิดหน้าเรื่องเพื่อดูสถานะล่าสุด"]


def test_old_button_after_fourteen_days_says_so(resolved, somchai):
    said = tap(somchai, button_of(resolved, "not_fixed"), at=NOW + hours(24 * 15))

    assert said == ["เรื่องนี้แก้ไขแล้วเกิน 14 วัน จึงส่งกลับไปแก้ไขไม่ได้ หากยังพบปัญหา กรุณาแจ้งเป็นเรื่องใหม่"]


@pytest.mark.parametrize(
    "data",
    [
        "complaint-answer:NST-69-000001:perfect",
        "complaint-answer:NST-69-999999:good",
        "complaint-answer::good",
        "complaint-answer:NST-69-000001:good:more",
        "x",
        "",
    ],
)
def test_odd_postback_does_and_says_nothing(resolved, somchai, data):
    assert tap(somchai, data) == []

    resolved.refresh_from_db()
    assert resolved.status == Status.RESOLVED


# Asking how things stand


@pytest.mark.parametrize("words", ["ติดตาม", "ติดตามเรื่อง", "เรื่องของฉัน", "สถานะ"])
def test_question_is_answered_with_the_newest_cases(case, somchai, words):
    second = file_one(category=case.category, reporter=somchai, now=NOW + hours(1))

    [said] = say(somchai, words)

    name = case.category.name_th
    assert said == (
        f"ติดตามเรื่อง | เรื่องล่าสุดของท่าน | {name} · {second.reference}\nรับเรื่องแล้ว | {name} · {case.reference}\nรับเรื่องแล้ว"
    )


def test_question_does_not_promise_what_is_over(resolved, somchai):
    tap(somchai, button_of(resolved, "good"))

    [said] = say(somchai, "ติดตาม")

    assert said.endswith("เสร็จสิ้น")
    assert "ให้แล้วเสร็จภายใน" not in said


def test_question_shows_five_cases_at_most_and_leads_to_all(somchai):
    category = CategoryFactory()
    for n in range(7):
        file_one(category=category, reporter=somchai, now=NOW + hours(n))

    [said] = say(somchai, "ติดตาม")

    assert [f"NST-69-{n:06d}" in said for n in range(1, 8)] == [False, False, True, True, True, True, True]


def test_question_without_cases_says_so(case, malee):
    assert say(malee, "ติดตาม") == ["ท่านยังไม่มีเรื่องที่แจ้งไว้"]


@pytest.mark.parametrize("words", ["NST-69-000001", "nst-69-000001", "69-1", "69-000001", "000001", "๖๙-๑"])
def test_number_typed_is_answered_with_that_case(case, somchai, words):
    file_one(category=case.category, reporter=somchai)

    [said] = say(somchai, words)

    office = case.department.name_th
    assert said == (
        f"รับเรื่องแล้ว | {case.category.name_th} · NST-69-000001 | {office} กำลังดูแลเรื่องนี้ กำหนดเสร็จ 27 พ.ย. 2569 10.00 น."
    )


def test_number_of_anothers_case_and_of_none_are_the_same_answer(case, malee):
    assert say(malee, case.reference) == say(malee, "NST-69-999999")
    assert say(malee, case.reference)[0].startswith("ไม่พบเรื่องเลขที่นี้ในเรื่องที่ท่านแจ้ง")


@pytest.mark.parametrize("words", ["12", "0812345678", "69-", "-1", "69-1234567", "สวัสดี 69-1"])
def test_other_numbers_are_no_reference(case, somchai, words):
    assert say(somchai, words)[0].startswith("สวัสดีค่ะ")


def test_case_of_a_sensitive_category_is_named_by_its_number_only(somchai):
    case = file_one(category=CategoryFactory(is_sensitive=True, is_public=False), reporter=somchai)

    [said] = say(somchai, "ติดตาม")

    assert (case.reference in said, case.category.name_th in said) == (True, False)


# The receipt


def test_line_of_the_form_claims_the_receipt_for_its_reply(somchai):
    case = file_one(reporter=somchai)

    assert say(somchai, f"แจ้งเรื่องแล้ว {case.reference}") == []

    row = OutboundMessage.objects.get()
    assert (row.kind, row.reply_token, row.payload[0]["altText"]) == ("reply", "token", f"รับเรื่องแล้ว {case.reference}")


def test_line_of_the_form_for_anothers_case_claims_nothing(somchai, malee):
    case = file_one(reporter=somchai)

    assert say(malee, f"แจ้งเรื่องแล้ว {case.reference}") == []
    assert OutboundMessage.objects.get().kind == "push"
