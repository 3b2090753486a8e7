"""What moves ask for, tell and are called: the words follow the project's glossary."""

import re

import pytest

from complaints import workflow
from complaints.workflow import (
    MISSING,
    MOVES,
    RESIDENT_LABELS,
    STEP_OF,
    STEPS,
    EventKind,
    Outcome,
    Status,
    Tell,
    Who,
    check_requirements,
    find_move,
    resident_label,
    staff_label,
)
from nakhoncity.staff.models import StaffMember

ROWS = [pytest.param(move, id=f"{move.name}-{min(move.who)}-{len(move.sources)}") for move in MOVES]
THAI = re.compile(r"[^A-Za-z0-9]+")
WORD_LISTS = (
    workflow.Status,
    workflow.Outcome,
    workflow.Priority,
    workflow.ClockKind,
    workflow.ActorKind,
    workflow.EventKind,
    workflow.Who,
)
FULL = dict.fromkeys(MISSING, "มีแล้ว") | {"outcome": "fixed"}


# What a move asks for


@pytest.mark.parametrize("move", ROWS)
def test_check_requirements_is_content_when_all_is_there(move):
    assert check_requirements(move, FULL) == {}


@pytest.mark.parametrize("move", ROWS)
def test_check_requirements_names_each_missing_field_in_thai(move):
    missing = check_requirements(move, {})

    assert tuple(missing) == move.requires
    assert all(text.startswith("กรุณา") and THAI.fullmatch(text) for text in missing.values())


@pytest.mark.parametrize("blank", [None, "", "  \n", (), [], 0, False])
def test_check_requirements_takes_a_blank_for_missing(blank):
    move = find_move(name="assign", status="triaged", actor="head")

    assert check_requirements(move, {"assignee": blank}) == {"assignee": "กรุณาเลือกผู้รับผิดชอบ"}


def test_check_requirements_asks_for_the_after_photo_where_the_category_does():
    move = find_move(name="resolve", status="in_progress", actor="officer")
    given = {"outcome": Outcome.FIXED, "public_text": "เปลี่ยนหลอดไฟแล้ว"}

    assert check_requirements(move, given) == {}
    assert check_requirements(move, given, extra=["after_photo"]) == {"after_photo": "กรุณาแนบภาพหลังแก้ไข"}


@pytest.mark.parametrize("outcome", ["not_found", "withdrawn", "nonsense"])
def test_check_requirements_refuses_an_outcome_that_is_no_repair(outcome):
    move = find_move(name="resolve", status="in_progress", actor="officer")

    assert check_requirements(move, {"outcome": outcome, "public_text": "ตรวจแล้ว"}) == {
        "outcome": "กรุณาเลือกผลการดำเนินการ"
    }


def test_planned_needs_year_office_and_the_day_of_the_next_notice():
    move = find_move(name="close_planned", status="assigned", actor="head")

    assert set(move.requires) == {"public_text", "department", "plan_year", "expected_date"}


@pytest.mark.parametrize("move", [param for param in ROWS if param.values[0].tells is Tell.ENDED])
def test_endings_by_staff_give_a_reason_or_the_case_it_went_into(move):
    if move.who == {Who.SYSTEM}:
        return

    assert {"public_text", "reason", "duplicate_of"} & set(move.requires)


# What a move tells


def test_messages_follow_the_message_plan():
    told = {move.name: move.tells for move in MOVES if move.tells}

    assert told == {
        "assign": Tell.PROGRESS,
        "take": Tell.PROGRESS,
        "start": Tell.PROGRESS,
        "schedule": Tell.PROGRESS,
        "ask_resident": Tell.QUESTION,
        "refer": Tell.REFERRED,
        "resolve": Tell.RESULT,
        "reopen": Tell.REOPENED,
        "close_duplicate": Tell.ENDED,
        "close_not_ours": Tell.ENDED,
        "close_not_found": Tell.ENDED,
        "close_withdrawn": Tell.ENDED,
        "close_no_answer": Tell.ENDED,
        "close_no_action": Tell.ENDED,
        "close_planned": Tell.ENDED,
    }


@pytest.mark.parametrize("move", ROWS)
def test_what_is_told_stands_on_the_timeline_too(move):
    assert move.is_public or move.tells is None
    assert move.is_public or move.name in {"triage", "return_to_triage"}


def test_a_wish_of_their_own_is_not_told_back_to_residents():
    move = find_move(name="close_withdrawn", status="new", actor="resident")

    assert (move.tells, move.requires, move.label_th) == (None, (), "ขอถอนเรื่องนี้")


# Words


@pytest.mark.parametrize(
    ("name", "status", "label"),
    [
        ("take", "triaged", "รับเรื่อง"),
        ("triage", "new", "คัดกรอง"),
        ("assign", "triaged", "มอบหมาย"),
        ("transfer", "assigned", "โอนกอง"),
        ("schedule", "assigned", "นัดดำเนินการ"),
        ("refer", "assigned", "ส่งต่อหน่วยงานภายนอก"),
        ("ask_resident", "assigned", "ขอข้อมูลเพิ่ม"),
        ("close_not_found", "assigned", "ยุติเรื่อง"),
        ("reopen", "closed", "แก้ไขอีกครั้ง"),
    ],
)
def test_buttons_carry_the_words_of_the_glossary(name, status, label):
    assert find_move(name=name, status=status, actor="head").label_th == label


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        ("new", "รับเรื่องแล้ว"),
        ("triaged", "รับเรื่องแล้ว"),
        ("assigned", "กำลังดำเนินการ"),
        ("in_progress", "กำลังดำเนินการ"),
        ("scheduled", "นัดดำเนินการ"),
        ("waiting_resident", "รอข้อมูลจากท่าน"),
        ("referred", "ส่งต่อหน่วยงานภายนอก"),
        ("resolved", "แก้ไขแล้ว รอท่านยืนยัน"),
        ("closed", "เสร็จสิ้น"),
        ("reopened", "ส่งกลับไปแก้ไขอีกครั้ง"),
    ],
)
def test_resident_label_says_what_the_resident_sees(status, seen):
    assert resident_label(status=status, outcome="") == seen


def test_every_status_has_a_label_and_a_step():
    assert set(RESIDENT_LABELS) == set(Status)
    assert set(STEP_OF) == set(Status)
    assert {*STEP_OF.values()} == set(range(1, len(STEPS) + 1))


@pytest.mark.parametrize("outcome", Outcome)
def test_an_end_without_repair_is_never_called_done(outcome):
    expected = "เสร็จสิ้น" if outcome in workflow.REPAIRED else "ยุติเรื่อง"

    assert resident_label(status="closed", outcome=outcome) == expected
    assert staff_label(status="closed", outcome=outcome) == expected


def test_staff_label_is_the_status_while_the_case_is_open():
    assert staff_label(status="waiting_resident") == "รอข้อมูลจากผู้แจ้ง"


@pytest.mark.parametrize(
    ("status", "step"),
    [("new", "รับเรื่องแล้ว"), ("referred", "กำลังดำเนินการ"), ("reopened", "กำลังดำเนินการ"), ("resolved", "เสร็จสิ้น"),
     ("closed", "ท่านยืนยัน")],
)  # fmt: skip
def test_the_stepper_has_four_steps(status, step):
    assert STEPS[STEP_OF[Status(status)] - 1] == step


@pytest.mark.parametrize("words", WORD_LISTS, ids=lambda words: words.__name__)
def test_every_word_has_a_thai_label_of_its_own(words):
    labels = [str(label) for label in words.labels]

    assert all(THAI.fullmatch(label) for label in labels)
    assert len(set(labels)) == len(labels)


def test_words_that_the_glossary_does_not_know_stand_nowhere():
    texts = [str(label) for words in WORD_LISTS for label in words.labels]
    texts += [str(text) for move in MOVES for text in (move.label_th, move.resident_label_th)]
    texts += [str(text) for text in (*MISSING.values(), *RESIDENT_LABELS.values())]

    assert [text for text in texts if re.search("ผู้ร้อง|ร้องเรียน|เคส|คัดแยก|ยูสเซอร์|ปิดงาน|หน่วยงานอื่น", text)] == []


def test_residents_are_spoken_to_and_staff_spoken_of():
    for move in MOVES:
        assert "ผู้แจ้ง" not in str(move.resident_label_th), move.name
        assert "ท่าน" not in str(move.label_th), move.name


def test_each_row_writes_a_line_of_the_record():
    assert {move.event for move in MOVES} == set(list(EventKind)[: list(EventKind).index(EventKind.RECEIVED)])


def test_actors_of_staff_are_the_roles_of_staff():
    assert set(StaffMember.Role.values) == {*Who.values} - {"resident", "system"}


def test_values_fit_their_columns():
    assert max(len(value) for value in (*Status.values, *Outcome.values, *workflow.Channel.values)) <= 20
    assert max(len(value) for value in EventKind.values) <= 24
    assert max(len(value) for value in (*workflow.Priority.values, *workflow.ClockKind.values)) <= 12
