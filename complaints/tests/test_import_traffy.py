"""Importing history: every row accounted for, nobody told, no clock started."""

import csv
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from complaints import filters, messages, tasks
from complaints.models.case import Complaint
from complaints.models.clock import Clock, Escalation, EscalationNotice
from complaints.models.record import ComplaintEvent, Rating
from complaints.services import history
from complaints.services.history import NO_DEADLINE
from complaints.services.traffy import COLUMNS
from complaints.tests.factories import CategoryFactory, file_one
from complaints.workflow import Outcome, Status, Tell
from nakhoncity.line.models import OutboundMessage
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
START = datetime(2024, 3, 1, 2, 0, tzinfo=UTC)
END = datetime(2024, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def categories():
    CategoryFactory(code="ROAD", order=1, traffy_types=["ถนน"])
    CategoryFactory(code="FLOOD", order=2, traffy_types=["น้ำท่วม", "ถนน", "เสนอแนะ"])
    CategoryFactory(code="OTHER", order=3, traffy_types=["เสนอแนะ"])


@pytest.fixture
def table(tmp_path, categories):
    """Writes a CSV of the platform and returns its path; each row is what differs from an ordinary open ticket."""

    def write(*rows):
        path = tmp_path / "tickets.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for number, row in enumerate(rows, start=1):
                writer.writerow({**dict.fromkeys(COLUMNS, ""), **_ordinary(number), **row})
        return path

    return write


def _ordinary(number):
    return {
        "ticket_id": f"T-{number}",
        "type": "{ถนน}",
        "comment": "ถนนเป็นหลุม",
        "coords": "99.9631,8.4304",
        "timestamp": START.isoformat(),
        "state": "รอรับเรื่อง",
        "count_reopen": "0",
        "last_activity": END.isoformat(),
    }


DONE = {"state": "เสร็จสิ้น"}


def run(path, capsys, *options):
    call_command("import_traffy", str(path), *options)
    return capsys.readouterr().out.splitlines()


def test_import_makes_history_with_its_own_times_and_no_clock(table, capsys):
    run(table({}), capsys)

    case = Complaint.objects.get()
    assert (case.reference, case.channel, case.external_reference, case.status) == (
        "NST-67-000001",
        "traffy",
        "T-1",
        "new",
    )
    assert (case.promised, case.received_at, case.clock_stopped_at, case.due_at) == (False, START, START, NO_DEADLINE)
    assert Clock.objects.count() == 0


def test_import_closes_what_was_finished_when_it_was_last_touched(table, capsys):
    run(table(DONE), capsys)

    case = Complaint.objects.get()
    assert (case.status, case.outcome, case.resolved_at, case.closed_at) == (Status.CLOSED, Outcome.FIXED, END, END)


def test_import_writes_the_record_with_the_times_of_the_ticket(table, capsys):
    run(table(DONE), capsys)

    assert list(ComplaintEvent.objects.order_by("pk").values_list("kind", "at", "is_public")) == [
        ("imported", START, False),
        ("resolved", END, False),
    ]


def test_import_never_publishes(table, capsys):
    run(table({}, DONE), capsys, "--live")

    assert Complaint.objects.public().count() == 0


def test_import_lets_the_first_type_that_maps_decide(table, capsys):
    run(table({"type": "{ไม่รู้จัก,น้ำท่วม,ถนน}"}, {"type": "{ถนน,น้ำท่วม}"}), capsys)

    assert list(Complaint.objects.order_by("pk").values_list("category__code", "needs_category")) == [
        ("FLOOD", False),
        ("ROAD", False),
    ]


def test_import_keeps_the_other_types_with_the_record(table, capsys):
    run(table({"type": "{ถนน,น้ำท่วม}", "photo": "https://photos.example/1.jpg"}), capsys)

    kept = ComplaintEvent.objects.get().payload["traffy"]
    assert (kept["types"], kept["photo"], kept["state"]) == (
        ["ถนน", "น้ำท่วม"],
        "https://photos.example/1.jpg",
        "รอรับเรื่อง",
    )


def test_import_asks_for_a_category_where_no_type_maps(table, capsys):
    run(table({"type": "{ไม่รู้จัก}"}, {"type": "{}"}, {"type": "{เสนอแนะ}"}), capsys)

    assert list(Complaint.objects.order_by("pk").values_list("category__code", "needs_category")) == [
        ("OTHER", True),
        ("OTHER", True),
        ("OTHER", False),
    ]


def test_import_keeps_stars_without_inventing_a_verdict(table, capsys):
    run(table({**DONE, "star": "4"}, DONE), capsys)

    assert list(Rating.objects.values_list("stars", "verdict", "given_at")) == [(4, "", END)]


def test_import_takes_several_references_of_each_year_at_once(table, capsys):
    run(table({}, {"timestamp": "2023-12-31 17:00:00+00"}, {"timestamp": "2023-12-31 16:59:59+00"}), capsys)

    assert sorted(Complaint.objects.values_list("external_reference", "reference")) == [
        ("T-1", "NST-67-000002"),
        ("T-2", "NST-67-000001"),
        ("T-3", "NST-66-000001"),
    ]


def test_import_accounts_for_every_row(table, capsys):
    path = table({}, {"ticket_id": ""}, {"coords": "x"}, {"coords": "y"}, {"comment": "ก" * 5000}, {"ticket_id": "T-1"})

    assert run(path, capsys) == [
        "นำเข้าแล้ว",
        "อ่าน 6 แถว = รับ 3 + ไม่รับ 3",
        "ที่รับ: ใหม่ 2 มีอยู่แล้ว 1",
        "ตัดข้อความให้เหลือ 4,000 ตัวอักษร 1 แถว",
        "ไม่รับ 2 แถว: พิกัด (coords) ต้องเป็น ลองจิจูด,ละติจูด",
        "ไม่รับ 1 แถว: เลขที่เรื่อง (ticket_id) ว่างอยู่",
    ]


def test_import_again_changes_nothing(table, capsys):
    path = table({}, {**DONE, "star": "5"})
    run(path, capsys)
    before = list(Complaint.objects.order_by("pk").values())

    lines = run(path, capsys)

    assert lines[2] == "ที่รับ: ใหม่ 0 มีอยู่แล้ว 2"
    assert list(Complaint.objects.order_by("pk").values()) == before
    assert (ComplaintEvent.objects.count(), Rating.objects.count()) == (3, 1)


def test_import_in_a_race_with_itself_leaves_the_tickets_to_the_winner(table, capsys, monkeypatch):
    path = table({}, {})
    run(path, capsys)
    find_new, missed = history.find_new, []

    def find_too_early(*, tickets):
        missed.append(1)
        return {history.ticket_key(tickets[0]): tickets[0]} if len(missed) == 1 else find_new(tickets=tickets)

    monkeypatch.setattr(history, "find_new", find_too_early)

    lines = run(path, capsys)

    assert lines[2] == "ที่รับ: ใหม่ 0 มีอยู่แล้ว 2"
    assert Complaint.objects.count() == 2


def test_dry_run_says_the_same_and_writes_nothing(table, capsys, monkeypatch):
    monkeypatch.setattr("complaints.management.commands.import_traffy.BATCH", 2)
    path = table({}, {"star": "9"}, {}, {"ticket_id": "T-1"})

    lines = run(path, capsys, "--dry-run")

    assert lines[:3] == ["ทดลองเท่านั้น ไม่ได้บันทึก", "อ่าน 4 แถว = รับ 3 + ไม่รับ 1", "ที่รับ: ใหม่ 2 มีอยู่แล้ว 1"]
    assert Complaint.objects.count() == 0
    assert run(path, capsys)[1:3] == lines[1:3]


def test_refused_rows_are_reported_with_line_and_reason_and_no_formulas(table, capsys, tmp_path):
    path = table({}, {"ticket_id": "=1+1", "state": "?"}, {"ticket_id": "@x", "star": "0"})
    report = tmp_path / "refused.csv"

    run(path, capsys, "--refused", str(report))

    assert report.read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(report.read_text(encoding="utf-8-sig").splitlines())) == [
        ["บรรทัด", "เลขที่เรื่อง", "เหตุผลที่ไม่รับ"],
        ["3", "'=1+1", "สถานะ (state) ไม่เป็นที่รู้จัก"],
        ["4", "'@x", "คะแนน (star) ต้องเป็น 1 ถึง 5"],
    ]


def test_refused_report_may_not_overwrite_the_table(table):
    path = table({})

    with pytest.raises(CommandError, match="ต้องเป็นคนละไฟล์"):
        call_command("import_traffy", str(path), "--refused", str(path))

    assert path.stat().st_size > 0


def test_a_table_in_another_encoding_is_refused_row_by_row(table, capsys):
    path = table({}, {})
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode("cp874"))

    assert run(path, capsys)[1:] == [
        "อ่าน 2 แถว = รับ 0 + ไม่รับ 2",
        "ที่รับ: ใหม่ 0 มีอยู่แล้ว 0",
        "ไม่รับ 2 แถว: แถวนี้ มีตัวอักษรเสีย ไฟล์ต้องบันทึกเป็น UTF-8",
    ]


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", "ticket_id\n".encode("utf-16"), b"\x00\xff" * 100])
def test_another_kind_of_file_stops_the_command_with_a_sentence(tmp_path, categories, content):
    path = tmp_path / "other.bin"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="ไฟล์นี้ไม่ใช่ข้อมูลเปิดของทราฟฟี่ฟองดูว์"):
        call_command("import_traffy", str(path))


def test_a_file_that_is_not_there_stops_the_command_with_a_sentence(tmp_path, categories):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_traffy", str(tmp_path / "none.csv"))


def test_import_before_the_seed_says_what_to_run(tmp_path):
    with pytest.raises(CommandError, match=r"manage\.py seed"):
        call_command("import_traffy", str(tmp_path / "none.csv"))


def test_sweeps_after_an_import_tell_nobody(table, capsys):
    states = ["รอรับเรื่อง", "กำลังดำเนินการ", "ส่งต่อ(ใหม่)", "เสร็จสิ้น"]
    run(table(*({"state": state} for state in states)), capsys)

    tasks.sweep_escalations()
    tasks.sweep_due_dates()

    assert (OutboundMessage.objects.count(), Escalation.objects.count(), EscalationNotice.objects.count()) == (0, 0, 0)
    assert set(ComplaintEvent.objects.values_list("kind", flat=True)) == {"imported", "resolved"}


def test_history_is_neither_overdue_nor_near_and_stands_last_in_the_inbox(table, capsys, now):
    run(table({}, {"state": "กำลังดำเนินการ"}), capsys)
    promised = file_one(category=CategoryFactory(code="ROAD"), now=now)
    clerk = StaffFactory(role="clerk")

    counts = filters.count_views(member=clerk, now=datetime(2030, 1, 1, tzinfo=UTC))

    listed = filters.inbox(view=filters.VIEWS["all"], member=clerk, now=now)
    assert (counts["overdue"], counts["near"], counts["all"]) == (1, 0, 3)
    assert listed[0] == promised


def test_history_shows_no_deadline_in_a_preview(table, capsys):
    run(table({}), capsys)

    card = messages.update_card(Complaint.objects.get(), tells=Tell.PROGRESS, public_text="")

    assert "กำหนดเสร็จ" not in str(card)


def test_live_takes_open_tickets_over_with_a_fresh_clock(table, capsys, time_machine, now):
    time_machine.move_to(now, tick=False)

    run(table({"state": "ส่งต่อ(ใหม่)"}), capsys, "--live")

    case = Complaint.objects.get()
    assert (case.reference, case.status, case.promised, case.received_at) == ("NST-69-000001", "new", True, now)
    assert case.due_at == case.clocks.get(kind="fix").due_at == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    assert ComplaintEvent.objects.get().payload["traffy"]["timestamp"] == START.isoformat()


def test_live_leaves_ended_tickets_history(table, capsys):
    run(table(DONE), capsys, "--live")

    assert list(Complaint.objects.values_list("promised", "status")) == [(False, "closed")]


def test_import_takes_at_most_12_queries_for_a_few_rows(table, capsys, django_assert_max_num_queries):
    path = table(*[{}] * 15)

    with django_assert_max_num_queries(12):
        run(path, capsys)
