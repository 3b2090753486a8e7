"""Every card: within LINE's limits with the longest names, in Thai, of the Buddhist era, without names of staff."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest

from complaints import messages, notices
from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.clock import EscalationNotice
from complaints.models.record import Follower
from complaints.services.answers import answer_result
from complaints.services.due import sweep_due_dates
from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.services.events import Actor
from complaints.services.extensions import ask_extension, grant_extension
from complaints.services.moves import Update, preview_update
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.house import build_house
from complaints.tests.test_moves import move
from complaints.workflow import Outcome, Tell
from nakhoncity.line.limits import check_messages
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.models import Department, Position, StaffMember

pytestmark = pytest.mark.django_db
# Four UTF-8 bytes, two UTF-16 units: the widest letter there is.
WIDE = "😀"
LONG_WORDS = WIDE * 4000


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    complaint = file_one(category=CategoryFactory(department=house.unit), reporter=ResidentFactory())
    move(complaint, house.director, "triage", category=complaint.category, department=house.unit)
    return complaint


def payloads():
    return list(OutboundMessage.objects.order_by("pk").values_list("payload", flat=True))


def last():
    return OutboundMessage.objects.latest("pk")


def lines_of(row):
    body = row.payload[0]["contents"]["body"]["contents"]
    return [part["text"] for part in body if part["type"] == "text"]


def texts(part: Any) -> list[str]:
    """Every word that somebody reads in a message."""
    if isinstance(part, list):
        return [word for each in part for word in texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part[name] for name in ("text", "altText", "label", "displayText") if isinstance(part.get(name), str)]
    return own + [word for each in part.values() for word in texts(each)]


def live_a_whole_life(house: Any, case: Complaint) -> None:
    """All messages that one case can owe, to residents and staff, one after the other."""
    Follower.objects.create(complaint=case, resident=ResidentFactory(display_name="มาลี"), since=NOW)
    day = NOW
    director, officer = house.director, house.officer
    move(case, director, "assign", assignee=officer)
    move(case, officer, "start")
    move(case, officer, "schedule", appointment_at=NOW + hours(30))
    move(case, officer, "", public_text="ช่างจะเข้าบ่ายนี้")
    extension = ask_extension(complaint=case, member=officer, reason=Reason.LANDOWNER, day=date(2026, 12, 1), now=NOW)
    grant_extension(extension=extension, member=director, now=NOW)
    move(case, officer, "ask_resident", at=day, public_text="เสาต้นไหนคะ")
    sweep_due_dates(now=day + timedelta(days=5))
    move(case, officer, "answer_received", at=day + timedelta(days=5))
    move(case, officer, "refer", at=day, agency=house.office, expected_date=date(2026, 12, 5), reason="เสา")
    move(case, officer, "refer_back", at=day)
    for hour in (200, 240, 400):
        sweep_escalations(now=NOW + hours(hour))
        sweep_notices(now=NOW + hours(hour + 96))
    for outcome in (Outcome.ANSWERED, Outcome.PARTLY_FIXED, Outcome.FIXED):
        move(case, officer, "resolve", at=day, outcome=outcome, public_text="เสร็จแล้ว")
        answer_result(complaint=case, verdict="not_fixed", resident=case.reporter, now=day)
    move(case, director, "resolve", at=day, outcome=Outcome.FIXED, public_text="เสร็จแล้ว")
    move(case, director, "reopen", at=day, reason="ยังดับ")
    move(
        case, director, "close_planned", at=day, public_text="รับไว้", department=house.unit, plan_year=2570,
        expected_date=date(2026, 12, 20),
    )  # fmt: skip
    sweep_due_dates(now=NOW + timedelta(days=60))


def kinds_told() -> set[str]:
    return {row[0]["altText"].rsplit(" NST", maxsplit=1)[0] for row in payloads()}


def test_whole_life_tells_every_kind_of_card(house, case):
    live_a_whole_life(house, case)

    assert {
        "รับเรื่องแล้ว", "ความคืบหน้าเรื่องของท่าน", "เทศบาลตอบท่าน", "ขยายเวลาดำเนินการ", "เทศบาลขอข้อมูลเพิ่มจากท่าน",
        "ส่งต่อหน่วยงานภายนอกแล้ว", "แก้ไขแล้ว รอท่านยืนยัน", "ส่งกลับไปแก้ไขอีกครั้งแล้ว", "ยุติเรื่องแล้ว",
        "ความคืบหน้าเรื่องที่รับเข้าแผน", "เรื่องที่ท่านติดตามแก้ไขแล้ว", "เรื่องที่ท่านติดตามยุติแล้ว", "ขอให้แก้ไขอีกครั้ง",
    } <= kinds_told()  # fmt: skip
    assert {"เรื่องเกินกำหนด 1 เรื่อง"} <= kinds_told()


def test_whole_life_speaks_thai_of_the_buddhist_era(house, case):
    live_a_whole_life(house, case)

    said = [word for payload in payloads() for word in texts(payload)]
    bare = [re.sub(r"NST-\d{2}-\d{6}|ENG_LIGHT|ENGINEERING", "", word) for word in said]
    assert [word for word in bare if re.search(r"[A-Za-z]{2,}", word)] == []
    assert [word for word in said if re.search(r"20\d\d|2[0-4]\d\d-", word)] == []
    assert any("2569" in word for word in said)


def test_whole_life_never_names_staff_to_a_resident(house, case):
    names = ["ก้องภพ", "ข้าวหอม", "คมกริช", "งามตา", "จิตรา", "ฉัตรชัย", "ชลธี", "ซื่อตรง"]
    for member, name in zip(StaffMember.objects.order_by("pk"), names, strict=True):
        member.display_name = name
        member.save()

    live_a_whole_life(house, case)

    said = json.dumps(payloads(), ensure_ascii=False)
    assert [name for name in names if name in said] == []
    public = " ".join(f"{event.public_text} {event.payload}" for event in case.events.for_resident())
    assert [name for name in names if name in public] == []


def test_lock_screen_shows_state_and_number_only(house, case):
    Complaint.objects.filter(pk=case.pk).update(contact_name="สมชาย", contact_phone="0812345678")
    live_a_whole_life(house, case)

    to_residents = OutboundMessage.objects.filter(resident__isnull=False)
    alts = [row.payload[0]["altText"] for row in to_residents]
    assert all(re.fullmatch(rf"[ก-๙ ]+ {case.reference}", alt) for alt in alts)


@pytest.fixture
def longest(house, case):
    """The longest names that the columns take."""
    Department.objects.update(name_th=WIDE * 120)
    Position.objects.update(title_th=WIDE * 120)
    case.category.name_th = WIDE * 100
    case.category.save()
    return case


def test_whole_life_with_the_longest_names_is_within_lines_limits(house, longest):
    live_a_whole_life(house, longest)

    for payload in payloads():
        check_messages(payload)


@pytest.mark.parametrize("tells", [None, *Tell])
@pytest.mark.parametrize("words", ["", LONG_WORDS, "ก" * 4000, "\n" * 4000 + "ก", " "])
def test_card_with_the_longest_words_is_within_lines_limits(longest, tells, words):
    complaint = Complaint.objects.select_related("category", "department", "agency").get(pk=longest.pk)
    complaint.outcome = Outcome.PLANNED if tells is Tell.ENDED else Outcome.PARTLY_FIXED
    complaint.plan_year, complaint.expected_date = 2570, date(2027, 3, 1)
    complaint.answer_until = NOW

    check_messages([messages.update_card(complaint, tells=tells, public_text=words)])


def test_chat_cards_with_the_longest_names_are_within_lines_limits(longest):
    complaint = Complaint.objects.select_related("category", "department").get(pk=longest.pk)

    cards = [messages.list_card([complaint] * 9), messages.status_card(complaint), messages.plan_card(complaint)]
    check_messages(cards)


def test_preview_of_a_result_not_chosen_yet_says_no_result(house, case):
    update = Update(move="resolve", public_text="เสร็จ")

    card = preview_update(complaint=case, update=update, actor=Actor.of_staff(house.director), who="head", now=NOW)

    assert [word for word in texts(card) if word.startswith("ผล:")] == []


def test_digest_with_the_longest_names_is_within_lines_limits(house, longest):
    for _ in range(7):
        file_one(category=longest.category)
    sweep_escalations(now=NOW + hours(49))
    rows = EscalationNotice.objects.select_related("escalation__clock__complaint__category").all()

    notices.queue_ladder(member=house.director, rows=list(rows), now=NOW)

    check_messages(last().payload)


# What the cards say


def test_result_that_is_no_full_repair_says_so(house, case):
    move(case, house.director, "resolve", outcome=Outcome.PARTLY_FIXED, public_text="เปลี่ยนหลอดเดียว")

    assert lines_of(last())[1:] == [
        "ผล: แก้ไขได้บางส่วน",
        "เปลี่ยนหลอดเดียว",
        "เรียบร้อยดีหรือไม่ ตอบได้ถึง 28 พ.ย. 2569 10.00 น.",
    ]


def test_ending_without_a_repair_names_the_reason(house, case):
    move(case, house.director, "close_not_ours", public_text="เป็นของแขวงทางหลวง")

    assert lines_of(last())[1:] == ["ผล: ไม่อยู่ในอำนาจหน้าที่ของเทศบาล", "เป็นของแขวงทางหลวง"]


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("resolve", {"outcome": Outcome.PARTLY_FIXED, "public_text": "เปลี่ยนหลอดเดียว"}),
        ("close_not_ours", {"public_text": "เป็นของแขวงทางหลวง"}),
        ("close_planned", {"public_text": "รับไว้", "plan_year": 2570, "expected_date": date(2027, 3, 1)}),
        ("ask_resident", {"public_text": "เสาต้นไหนคะ"}),
        ("", {"public_text": "ช่างจะเข้าบ่ายนี้"}),
    ],
)
def test_preview_is_what_is_sent(house, case, name, fields):
    if name == "close_planned":
        fields = fields | {"department": house.unit}
    shown = preview_update(
        complaint=Complaint.objects.select_related("category", "department", "agency").get(pk=case.pk),
        update=Update(move=name, **fields),
        actor=Actor.of_staff(house.director),
        who="head",
        now=NOW,
    )

    move(case, house.director, name, **fields)

    assert [shown] == last().payload


@pytest.mark.parametrize(
    ("name", "fields", "head"),
    [
        ("resolve", {"outcome": Outcome.FIXED}, "เรื่องที่ท่านติดตามแก้ไขแล้ว"),
        ("close_not_found", {}, "เรื่องที่ท่านติดตามยุติแล้ว"),
    ],
)
def test_follower_hears_a_repair_and_an_end_as_what_they_are(house, case, name, fields, head):
    Follower.objects.create(complaint=case, resident=ResidentFactory(), since=NOW)

    move(case, house.director, name, public_text="เสร็จ", **fields)

    row = OutboundMessage.objects.get(message_class=MessageClass.FOLLOWER)
    assert row.payload[0]["altText"] == f"{head} {case.reference}"


def test_follower_hears_nothing_before_the_end(house, case):
    Follower.objects.create(complaint=case, resident=ResidentFactory(), since=NOW)
    move(case, house.director, "assign", assignee=house.officer)
    move(case, house.officer, "start")
    move(case, house.officer, "", public_text="ช่างจะเข้าบ่ายนี้")

    assert OutboundMessage.objects.filter(message_class=MessageClass.FOLLOWER).count() == 0


def test_reporter_who_follows_his_own_case_hears_once(house, case):
    Follower.objects.create(complaint=case, resident=case.reporter, since=NOW)

    move(case, house.director, "resolve", outcome=Outcome.FIXED, public_text="เสร็จ")

    assert OutboundMessage.objects.filter(message_class=MessageClass.FOLLOWER).count() == 0


@pytest.mark.parametrize("column", ["category", "case"])
def test_progress_names_no_office_where_the_category_is_nobodys_business(house, case, column):
    if column == "category":
        type(case.category).objects.update(is_sensitive=True, is_public=False)
    else:
        Complaint.objects.update(is_confidential=True, is_public=False)

    move(case, house.director, "assign", assignee=house.officer)

    assert lines_of(last()) == [case.reference, "เทศบาล กำลังดูแลเรื่องนี้ กำหนดเสร็จ 27 พ.ย. 2569 10.00 น."]


# One progress at most


def waiting_progress(case):
    return OutboundMessage.objects.filter(event=f"complaint:{case.pk}:progress", state="queued")


def test_progress_is_not_told_after_words_of_staff(house, case):
    move(case, house.director, "assign", assignee=house.officer, public_text="มอบให้ช่างแล้ว")
    move(case, house.officer, "start", at=NOW + hours(1))

    assert waiting_progress(case).count() == 0


def test_words_of_staff_are_told_also_after_a_progress(house, case):
    move(case, house.director, "assign", assignee=house.officer)
    waiting_progress(case).update(state="accepted")

    move(case, house.officer, "start", at=NOW + hours(5), public_text="ช่างถึงหน้างานแล้ว")

    assert lines_of(last())[-1] == "ช่างถึงหน้างานแล้ว"


@pytest.mark.parametrize(("name", "fields"), [("transfer", {"reason": "x"}), ("return_to_triage", {"reason": "x"})])
def test_progress_that_names_the_old_office_is_taken_back(house, case, name, fields):
    move(case, house.director, "assign", assignee=house.officer)
    if name == "transfer":
        fields = fields | {"department": house.office}

    move(case, house.director, name, at=NOW + hours(1), **fields)

    assert waiting_progress(case).count() == 0
