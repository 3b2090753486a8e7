"""The table of moves, read as a table: everything it does not allow is refused in Thai."""

import re
from datetime import timedelta
from itertools import product

import pytest

from complaints.workflow import (
    ENDED,
    MOVES,
    NOT_REPAIRED,
    OPEN_STATUSES,
    PAUSED_STATUSES,
    REPAIRED,
    STEP_OF,
    ClockTouch,
    EventKind,
    Move,
    MoveRefused,
    Outcome,
    Status,
    Who,
    check_reopening,
    find_move,
    moves_from,
    next_status,
)

STAFF = frozenset(Who) - {Who.RESIDENT, Who.SYSTEM}
NAMES = sorted({move.name for move in MOVES})
THAI_ONLY = re.compile(r"[^A-Za-z]+")
ROWS = [pytest.param(move, id=f"{move.name}-{min(move.who)}-{len(move.sources)}") for move in MOVES]

# Who may do what from where, written down once more by hand: name -> people, statuses.
IN_OFFICE = {"triaged", "assigned", "in_progress", "scheduled", "reopened"}
AT_WORK = {"assigned", "in_progress", "scheduled"}
OPEN = IN_OFFICE | {"new", "waiting_resident", "referred"}
DESK = ("clerk", "supervisor", "admin")
HEADS = (*DESK, "head")
WORKERS = (*HEADS, "officer")
EXPECTED: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "triage": (HEADS, {"new"}),
    "return_to_triage": (WORKERS, IN_OFFICE),
    "assign": (HEADS, IN_OFFICE),
    "take": (WORKERS, {"triaged"}),
    "transfer": (WORKERS, IN_OFFICE | {"waiting_resident", "referred"}),
    "start": (WORKERS, {"assigned", "scheduled"}),
    "schedule": (WORKERS, AT_WORK),
    "ask_resident": (WORKERS, IN_OFFICE | {"new"}),
    "answer_received": ((*WORKERS, "resident", "system"), {"waiting_resident"}),
    "refer": (WORKERS, IN_OFFICE),
    "refer_back": ((*WORKERS, "system"), {"referred"}),
    "end_pause": (("system",), {"waiting_resident", "referred"}),
    "resolve": (WORKERS, IN_OFFICE | {"waiting_resident", "referred"}),
    "confirm": (("resident",), {"resolved"}),
    "confirm_partly": (("resident",), {"resolved"}),
    "close_unanswered": (("system",), {"resolved"}),
    "reopen": ((*HEADS, "executive", "resident"), {"resolved", "closed"}),
    "close_duplicate": (WORKERS, OPEN),
    "close_not_ours": (HEADS, OPEN),
    "close_not_found": (WORKERS, OPEN),
    "close_withdrawn": ((*WORKERS, "resident"), OPEN),
    "close_no_answer": (("system",), {"waiting_resident"}),
    "close_no_action": (HEADS, OPEN),
    "close_planned": (HEADS, OPEN),
}
TARGETS = {
    "triage": "triaged",
    "return_to_triage": "new",
    "assign": "assigned",
    "take": "assigned",
    "start": "in_progress",
    "schedule": "scheduled",
    "ask_resident": "waiting_resident",
    "answer_received": "in_progress",
    "refer": "referred",
    "refer_back": "in_progress",
    "resolve": "resolved",
    "confirm": "closed",
    "confirm_partly": "closed",
    "close_unanswered": "closed",
    "reopen": "reopened",
}


def is_expected(name: str, status: Status, actor: Who) -> bool:
    people, statuses = EXPECTED[name]
    return actor in people and status in statuses


def refusal(*, name: str, status: Status, actor: Who, outcome: str | None = None) -> str:
    with pytest.raises(MoveRefused) as caught:
        find_move(name=name, status=status, actor=actor, outcome=outcome)
    return str(caught.value)


# Every combination


def test_the_table_holds_exactly_the_moves_written_down_here():
    assert set(EXPECTED) == set(NAMES)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", NAMES)
def test_each_move_is_allowed_by_the_table_or_refused_in_thai(name, status):
    for actor in Who:
        if is_expected(name, status, actor):
            move = find_move(name=name, status=status, actor=actor)
            assert (move.name, status in move.sources, actor in move.who) == (name, True, True)
        else:
            assert THAI_ONLY.fullmatch(refusal(name=name, status=status, actor=actor))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("actor", Who)
def test_moves_from_offers_exactly_what_find_move_allows(status, actor):
    offered = [move.name for move in moves_from(status=status, actor=actor)]

    assert sorted(offered) == [name for name in NAMES if is_expected(name, status, actor)]


def test_one_row_at_most_answers_for_a_name_a_status_and_an_actor():
    for name, status, actor in product(NAMES, Status, Who):
        rows = [row for row in MOVES if row.name == name and status in row.sources and actor in row.who]
        assert len(rows) <= 1, (name, status, actor)


@pytest.mark.parametrize("actor", ["mayor", "", "Officer"])
def test_find_move_refuses_an_actor_that_does_not_exist(actor):
    assert moves_from(status="new", actor=actor) == []
    assert THAI_ONLY.fullmatch(refusal(name="triage", status=Status.NEW, actor=actor))


def test_plain_strings_from_the_database_work_as_well():
    assert find_move(name="assign", status="triaged", actor="head").target == Status.ASSIGNED


# Where moves lead


@pytest.mark.parametrize("move", ROWS)
def test_each_row_goes_where_it_should(move):
    if move.name in {"transfer", "end_pause"}:
        return
    expected = "closed" if move.name.startswith("close_") else TARGETS[move.name]

    assert move.target == expected


def reachable(start: Status, rows: list[Move]) -> set[Status]:
    found, waiting = {start}, [start]
    while waiting:
        status = waiting.pop()
        for row in rows:
            if status not in row.sources:
                continue
            ends = {next_status(row, status=status), next_status(row, status=status, before_pause=status)}
            waiting += ends - found
            found |= ends
    return found


def test_every_status_is_reached_from_a_new_case_and_no_other():
    assert reachable(Status.NEW, list(MOVES)) == set(Status)


@pytest.mark.parametrize("status", Status)
def test_every_status_reaches_an_end(status):
    assert Status.CLOSED in reachable(status, list(MOVES))


@pytest.mark.parametrize("status", OPEN_STATUSES)
def test_staff_alone_can_end_every_open_case(status):
    rows = [row for row in MOVES if row.who & STAFF]

    assert ENDED & reachable(status, rows)


def test_only_reopening_leads_out_of_an_end():
    leaving = {row.name for row in MOVES if row.sources & ENDED and row.target not in ENDED}

    assert leaving == {"reopen"}


def test_resolved_is_entered_by_resolving_alone_and_left_by_the_resident_silence_or_reopening():
    assert {row.name for row in MOVES if row.target == Status.RESOLVED} == {"resolve"}
    assert {row.name for row in MOVES if Status.RESOLVED in row.sources} == {
        "confirm",
        "confirm_partly",
        "close_unanswered",
        "reopen",
    }


@pytest.mark.parametrize("name", ["answer_received", "refer_back"])
@pytest.mark.parametrize("before", ["new", "triaged", "assigned", "in_progress", "scheduled", "reopened"])
def test_next_status_goes_back_to_where_the_case_stood_before_its_pause(name, before):
    move = next(row for row in MOVES if row.name == name)

    assert next_status(move, status=Status.REFERRED, before_pause=Status(before)) == before


@pytest.mark.parametrize("before", [None, Status.WAITING_RESIDENT, Status.CLOSED])
def test_next_status_goes_on_working_when_what_was_before_is_unknown_or_odd(before):
    move = find_move(name="refer_back", status=Status.REFERRED, actor=Who.OFFICER)

    assert next_status(move, status=Status.REFERRED, before_pause=before) == Status.IN_PROGRESS


def test_next_status_looks_at_what_was_before_only_when_a_pause_ends():
    move = find_move(name="assign", status=Status.TRIAGED, actor=Who.HEAD)

    assert next_status(move, status=Status.TRIAGED, before_pause=Status.SCHEDULED) == Status.ASSIGNED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("triaged", "triaged"),
        ("assigned", "assigned"),
        ("in_progress", "assigned"),
        ("scheduled", "assigned"),
        ("waiting_resident", "waiting_resident"),
        ("referred", "referred"),
        ("reopened", "reopened"),
    ],
)
def test_transfer_keeps_the_group_of_the_status(status, expected):
    move = find_move(name="transfer", status=status, actor=Who.HEAD)

    assert next_status(move, status=Status(status)) == expected
    assert STEP_OF[Status(status)] == STEP_OF[Status(expected)]
    assert move.clock is ClockTouch.NONE
    assert move.is_public


# Clocks


@pytest.mark.parametrize("move", ROWS)
def test_the_clock_goes_as_the_move_goes(move):
    pauses = move.target in PAUSED_STATUSES
    restarts = move.target == Status.REOPENED
    stops = move.target in ENDED and not move.sources & ENDED
    resumes = move.sources <= PAUSED_STATUSES and not stops
    expected = {
        ClockTouch.PAUSE: pauses,
        ClockTouch.RESTART: restarts,
        ClockTouch.STOP: stops,
        ClockTouch.RESUME: resumes,
    }

    assert [touch for touch, is_so in expected.items() if is_so] == (
        [] if move.clock is ClockTouch.NONE else [move.clock]
    )


def test_paused_statuses_are_left_only_by_resuming_or_stopping():
    for move in MOVES:
        for status in move.sources & PAUSED_STATUSES:
            if next_status(move, status=status) != status:
                assert move.clock in {ClockTouch.RESUME, ClockTouch.STOP}, move.name


@pytest.mark.parametrize(
    ("name", "asked"), [("ask_resident", ("public_text",)), ("refer", ("agency", "expected_date", "reason"))]
)
def test_pauses_ask_for_what_the_timeline_must_say(name, asked):
    move = find_move(name=name, status=Status.IN_PROGRESS, actor=Who.OFFICER)

    assert (move.requires, move.clock, move.is_public) == (asked, ClockTouch.PAUSE, True)


# Outcomes


def test_repaired_and_not_repaired_share_nothing_and_leave_nothing_out():
    assert set(Outcome) == REPAIRED | NOT_REPAIRED
    assert not REPAIRED & NOT_REPAIRED


def test_statuses_are_open_or_ended_and_never_both():
    assert set(Status) == OPEN_STATUSES | ENDED
    assert not OPEN_STATUSES & ENDED
    assert PAUSED_STATUSES <= OPEN_STATUSES


def test_each_outcome_without_repair_has_its_own_ending():
    given = {move.outcome for move in MOVES if move.target == Status.CLOSED and move.clock is ClockTouch.STOP}

    assert given == NOT_REPAIRED


def test_resolving_offers_the_repaired_outcomes_and_only_those():
    move = find_move(name="resolve", status=Status.IN_PROGRESS, actor=Who.OFFICER)

    assert (move.outcomes, move.outcome) == (REPAIRED, None)


def test_silence_is_no_praise():
    silent = find_move(name="close_unanswered", status=Status.RESOLVED, actor=Who.SYSTEM)
    praised = find_move(name="confirm", status=Status.RESOLVED, actor=Who.RESIDENT)

    assert (silent.event, silent.outcomes) == (EventKind.UNANSWERED, frozenset())
    assert (praised.event, praised.outcomes) == (EventKind.CONFIRMED, frozenset())


def test_partly_in_order_makes_the_outcome_partly_fixed():
    move = find_move(name="confirm_partly", status=Status.RESOLVED, actor=Who.RESIDENT)

    assert move.outcome == Outcome.PARTLY_FIXED


@pytest.mark.parametrize("outcome", Outcome)
def test_reopen_by_the_resident_is_for_repairs_only(outcome):
    offered = {row.name for row in moves_from(status=Status.CLOSED, actor=Who.RESIDENT, outcome=outcome)}

    assert offered == ({"reopen"} if outcome in REPAIRED else set())


@pytest.mark.parametrize("outcome", NOT_REPAIRED)
def test_reopen_by_the_head_is_for_any_end(outcome):
    move = find_move(name="reopen", status=Status.CLOSED, actor=Who.HEAD, outcome=outcome)

    assert (move.requires, move.clock) == (("reason",), ClockTouch.RESTART)


def test_find_move_tells_the_resident_of_an_unrepaired_case_how_it_ended():
    text = refusal(name="reopen", status=Status.CLOSED, actor=Who.RESIDENT, outcome=Outcome.NOT_OURS)

    assert text == ("เรื่องของท่านเป็น “ยุติเรื่อง” จึงเลือก “ยังไม่เรียบร้อย ขอให้แก้ไขอีกครั้ง” ไม่ได้ กรุณาเปิดหน้าเรื่องเพื่อดูสถานะล่าสุด")


# Refusals


@pytest.mark.parametrize(
    ("name", "status", "actor", "text"),
    [
        ("fly", "new", "head", "ไม่มีขั้นตอนนี้ในระบบ กรุณาเปิดหน้านี้ใหม่แล้วเลือกจากปุ่มที่แสดง"),
        (
            "triage",
            "new",
            "resident",
            "ขั้นตอนนี้เป็นของเจ้าหน้าที่ ท่านติดตามความคืบหน้าได้ที่หน้าเรื่องของท่าน",
        ),
        (
            "assign",
            "triaged",
            "officer",
            "“มอบหมาย” ทำได้เฉพาะ หัวหน้าหน่วยงาน, เจ้าหน้าที่รับเรื่อง, ผู้ติดตามงาน, ผู้ดูแลระบบ กรุณาส่งเรื่องให้ผู้มีสิทธิ์ดำเนินการ",
        ),
        ("assign", "closed", "head", "เรื่องนี้เป็น “ปิดเรื่องแล้ว” จึงทำ “มอบหมาย” ไม่ได้ ทำต่อได้: แก้ไขอีกครั้ง"),
        (
            "start",
            "resolved",
            "officer",
            "เรื่องนี้เป็น “แก้ไขแล้ว รอผู้แจ้งยืนยัน” จึงทำ “เริ่มดำเนินการ” ไม่ได้ ทำต่อได้: แจ้งหัวหน้าหน่วยงานหากต้องแก้ไขอีกครั้ง",
        ),
    ],
)
def test_find_move_says_what_happened_and_what_to_do_next(name, status, actor, text):
    assert refusal(name=name, status=Status(status), actor=actor) == text


def test_check_reopening_allows_14_days_to_the_last_moment(now):
    check_reopening(resolved_at=now - timedelta(days=14), now=now)

    with pytest.raises(MoveRefused, match="เกิน 14 วัน"):
        check_reopening(resolved_at=now - timedelta(days=14, microseconds=1), now=now)


def test_check_reopening_refuses_a_case_that_was_never_resolved(now):
    with pytest.raises(MoveRefused, match="กรุณาแจ้งเป็นเรื่องใหม่"):
        check_reopening(resolved_at=None, now=now)
