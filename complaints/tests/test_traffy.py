"""Reading the open data of Traffy Fondue, row by row."""

from datetime import UTC, datetime

import pytest

from complaints.services.traffy import COLUMNS, HeaderRefused, RowRefused, read_rows, read_ticket
from complaints.workflow import Status
from nakhoncity.kit.geo import Point

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ROW = {
    **dict.fromkeys(COLUMNS, ""),
    "ticket_id": "T-1",
    "type": "{ถนน,น้ำท่วม}",
    "comment": "ถนนหน้าตลาดเป็นหลุม",
    "coords": "99.9631,8.4304",
    "timestamp": "2024-03-01 02:00:00.5+00",
    "state": "กำลังดำเนินการ",
    "count_reopen": "0",
    "last_activity": "2024-03-02 02:00:00+00",
}


def read(**cells):
    return read_ticket({**ROW, **cells}, now=NOW)


def test_read_ticket_gives_the_ticket_of_a_row():
    ticket = read()

    assert (ticket.number, ticket.types, ticket.place, ticket.status, ticket.stars, ticket.reopened) == (
        "T-1",
        ("ถนน", "น้ำท่วม"),
        Point(8.4304, 99.9631),
        Status.IN_PROGRESS,
        None,
        0,
    )
    assert ticket.received_at == datetime(2024, 3, 1, 2, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("รอรับเรื่อง", Status.NEW),
        ("กำลังดำเนินการ", Status.IN_PROGRESS),
        ("ศึกษาปัญหา", Status.IN_PROGRESS),
        ("ติดตามเรื่อง", Status.IN_PROGRESS),
        ("ส่งต่อ(ใหม่)", Status.REFERRED),
        ("เสร็จสิ้น", Status.CLOSED),
    ],
)
def test_read_ticket_maps_the_state(state, status):
    assert read(state=state).status == status


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"ticket_id": " "}, "เลขที่เรื่อง (ticket_id) ว่างอยู่"),
        ({"ticket_id": "\x00"}, "เลขที่เรื่อง (ticket_id) ว่างอยู่"),
        ({"ticket_id": "T" * 61}, "เลขที่เรื่อง (ticket_id) ยาวเกิน 60 ตัวอักษร"),
        ({"state": "หายไป"}, "สถานะ (state) ไม่เป็นที่รู้จัก"),
        ({"state": ""}, "สถานะ (state) ไม่เป็นที่รู้จัก"),
        ({"timestamp": ""}, "เวลาที่แจ้ง (timestamp) ไม่ใช่วันเวลา"),
        ({"timestamp": "2024-02-30 02:00:00+00"}, "เวลาที่แจ้ง (timestamp) ไม่ใช่วันเวลา"),
        ({"timestamp": "2024-03-01 02:00:00"}, "เวลาที่แจ้ง (timestamp) ไม่บอกเขตเวลา"),
        ({"timestamp": "2026-11-25 03:00:01+00"}, "เวลาที่แจ้ง (timestamp) อยู่ในอนาคต"),
        ({"timestamp": "2567-03-01 02:00:00+00"}, "เวลาที่แจ้ง (timestamp) อยู่ในอนาคต"),
        ({"timestamp": "0001-01-01 00:00:00+23:59"}, "เวลาที่แจ้ง (timestamp) เก่าเกินกว่าจะเป็นไปได้"),
        ({"last_activity": "2027-01-01 00:00:00+00"}, "เวลาที่ดำเนินการล่าสุด (last_activity) อยู่ในอนาคต"),
        ({"state": "เสร็จสิ้น", "last_activity": ""}, "เวลาที่ดำเนินการล่าสุด (last_activity) ไม่ใช่วันเวลา"),
        ({"coords": "99.9631"}, "พิกัด (coords) ต้องเป็น ลองจิจูด,ละติจูด"),
        ({"coords": "8.4304,99.9631"}, "พิกัด (coords) ต้องเป็น ลองจิจูด,ละติจูด"),
        ({"coords": "nan,nan"}, "พิกัด (coords) ต้องเป็น ลองจิจูด,ละติจูด"),
        ({"star": "6"}, "คะแนน (star) ต้องเป็น 1 ถึง 5"),
        ({"star": "๕ดาว"}, "คะแนน (star) ต้องเป็น 1 ถึง 5"),
        ({"count_reopen": "-1"}, "จำนวนครั้งที่ขอให้แก้ไขอีก (count_reopen) ต้องเป็นจำนวนเต็มตั้งแต่ 0"),
        ({"count_reopen": "²"}, "จำนวนครั้งที่ขอให้แก้ไขอีก (count_reopen) ต้องเป็นจำนวนเต็มตั้งแต่ 0"),
        ({"comment": "\udce1\udcb9"}, "แถวนี้ มีตัวอักษรเสีย ไฟล์ต้องบันทึกเป็น UTF-8"),
    ],
)
def test_read_ticket_refuses_what_makes_no_sense(cells, reason):
    with pytest.raises(RowRefused) as refused:
        read(**cells)

    assert str(refused.value) == reason


def test_read_ticket_clips_a_text_beyond_4000_letters():
    ticket = read(comment="ก" * 4001)

    assert (len(ticket.text), ticket.letters, ticket.is_clipped) == (4000, 4001, True)


def test_read_ticket_drops_control_characters():
    assert read(comment="ไฟ\x00ดับ\x07").text == "ไฟดับ"


def test_read_ticket_takes_an_end_before_the_beginning_for_the_beginning():
    ticket = read(state="เสร็จสิ้น", last_activity="2024-03-01 02:00:00.4+00")

    assert ticket.last_activity == ticket.received_at


def test_read_ticket_without_coordinates_has_no_place():
    assert read(coords="").place is None


@pytest.mark.parametrize(
    ("cell", "types"),
    [
        ("{}", ()),
        ("", ()),
        ("{NULL}", ()),
        ('{"ไฟ ดับ",ถนน,ถนน}', ("ไฟ ดับ", "ถนน")),
        ("{ถนน", ("ถนน",)),
        ("{ถนน,\nน้ำ\rท่วม}", ("ถนน", "น้ำ ท่วม")),
        ("ถนน", ("ถนน",)),
    ],
)
def test_read_ticket_reads_the_array_of_types(cell, types):
    assert read(type=cell).types == types


def test_read_rows_counts_lines_as_an_editor_does():
    head = ",".join(COLUMNS)
    lines = [f"{head}\r\n", '1,"a\r\n', f'b"{"," * 14}\r\n', "\r\n", f"2{',' * 15}\r\n"]

    assert [(line, row["ticket_id"]) for line, row in read_rows(lines)] == [(2, "1"), (5, "2")]


def test_read_rows_gives_none_for_a_row_with_a_cell_too_many():
    assert list(read_rows([",".join(COLUMNS), f"1{',' * 16}"])) == [(2, None)]


def test_read_rows_goes_on_after_a_field_that_never_ends():
    lines = [",".join(COLUMNS), f'1,"{"x" * 140_000}', f"2{',' * 15}"]

    assert [(line, row and row["ticket_id"]) for line, row in read_rows(lines)] == [(2, None), (3, "2")]


def test_read_rows_refuses_another_table_and_says_what_is_missing():
    with pytest.raises(HeaderRefused) as refused:
        read_rows([",".join(name for name in COLUMNS if name != "star")])

    assert str(refused.value) == ("ไฟล์นี้ไม่ใช่ข้อมูลเปิดของทราฟฟี่ฟองดูว์: แถวแรกต้องมีคอลัมน์ star อย่างละหนึ่งคอลัมน์")


def test_read_rows_takes_columns_in_any_order():
    lines = [",".join(reversed(COLUMNS)), f"{',' * 15}T-9"]

    assert [row["ticket_id"] for _, row in read_rows(lines)] == ["T-9"]
