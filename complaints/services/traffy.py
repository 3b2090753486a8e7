"""Reading the open data of Traffy Fondue: each row of its CSV becomes a ticket, or is refused with a reason in Thai.

Nothing is written here and nothing asked of a network: addresses of photos stay text.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from complaints.models.case import TEXT_MAX
from complaints.workflow import Status
from nakhoncity.kit.geo import Point
from nakhoncity.kit.thai import clean_text

COLUMNS = (
    "ticket_id", "type", "organization", "comment", "photo", "photo_after", "coords", "address", "subdistrict",
    "district", "province", "timestamp", "state", "star", "count_reopen", "last_activity",
)  # fmt: skip
# What is kept beside the case, word for word, in the payload of its event.
KEPT = (
    "organization", "photo", "photo_after", "address", "subdistrict", "district", "province", "timestamp", "state",
    "star", "count_reopen", "last_activity",
)  # fmt: skip
KEPT_LETTERS = 500
NUMBER_LETTERS = 60
MOST_REOPENED = 1000
STATES: Mapping[str, Status] = {
    "รอรับเรื่อง": Status.NEW,
    "กำลังดำเนินการ": Status.IN_PROGRESS,
    "ศึกษาปัญหา": Status.IN_PROGRESS,
    "ติดตามเรื่อง": Status.IN_PROGRESS,
    "ส่งต่อ(ใหม่)": Status.REFERRED,
    "ส่งต่อ": Status.REFERRED,
    "เสร็จสิ้น": Status.CLOSED,
}
LABELS: Mapping[str, str] = {
    "ticket_id": "เลขที่เรื่อง (ticket_id)",
    "state": "สถานะ (state)",
    "timestamp": "เวลาที่แจ้ง (timestamp)",
    "last_activity": "เวลาที่ดำเนินการล่าสุด (last_activity)",
    "coords": "พิกัด (coords)",
    "star": "คะแนน (star)",
    "count_reopen": "จำนวนครั้งที่ขอให้แก้ไขอีก (count_reopen)",
    "row": "แถวนี้",
}
# The platform began in 2018: what is dated before this is a slip.
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
# How bytes that are no UTF-8 arrive when a file is opened with errors="surrogateescape".
BROKEN_BYTES = re.compile("[\udc80-\udcff]")


class Problem(StrEnum):
    """What is wrong with a cell, or with a row; said after its name."""

    EMPTY = "ว่างอยู่"
    TOO_LONG = f"ยาวเกิน {NUMBER_LETTERS} ตัวอักษร"
    UNKNOWN = "ไม่เป็นที่รู้จัก"
    NO_TIME = "ไม่ใช่วันเวลา"
    NO_ZONE = "ไม่บอกเขตเวลา"
    FUTURE = "อยู่ในอนาคต"
    TOO_OLD = "เก่าเกินกว่าจะเป็นไปได้"
    NO_PLACE = "ต้องเป็น ลองจิจูด,ละติจูด"
    NO_STARS = "ต้องเป็น 1 ถึง 5"
    NO_COUNT = "ต้องเป็นจำนวนเต็มตั้งแต่ 0"
    NO_ROW = "มีคอลัมน์ไม่เท่าแถวแรก หรือเครื่องหมายคำพูดไม่ปิด"
    NO_TEXT = "มีตัวอักษรเสีย ไฟล์ต้องบันทึกเป็น UTF-8"


class RowRefused(ValueError):
    """A row that can't become a case; the text says which column and why, the same words for the same reason."""

    def __init__(self, problem: Problem, column: str) -> None:
        super().__init__(f"{LABELS[column]} {problem}")


class HeaderRefused(ValueError):
    """The file is no table of this platform; the sentence says what its first line lacks."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One ticket of the platform, checked. `last_activity` is when it was finished, if it is."""

    number: str
    types: tuple[str, ...]
    text: str
    letters: int
    place: Point | None
    address: str
    received_at: datetime
    status: Status
    last_activity: datetime
    stars: int | None
    reopened: int
    kept: Mapping[str, str]

    @property
    def is_clipped(self) -> bool:
        """Whether its text was longer than a case may have."""
        return self.letters > len(self.text)


def read_rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str] | None]]:
    """The rows below the header, each with the number of its first line; None for a row that is no table row.

    `lines` are opened with newline="" and errors="surrogateescape". Blank lines are no rows. The order of the columns
    is free, more columns do no harm. Raises HeaderRefused at once where one of the 16 is missing.
    """
    reader = csv.reader(lines)
    try:
        header = [clean_text(name) for name in next(reader, [])]
    except csv.Error:
        header = []
    missing = [name for name in COLUMNS if header.count(name) != 1]
    if missing:
        msg = f"ไฟล์นี้ไม่ใช่ข้อมูลเปิดของทราฟฟี่ฟองดูว์: แถวแรกต้องมีคอลัมน์ {', '.join(missing)} อย่างละหนึ่งคอลัมน์"
        raise HeaderRefused(msg)
    return _rows(reader, header)


def _rows(reader: Iterator[list[str]], header: list[str]) -> Iterator[tuple[int, dict[str, str] | None]]:
    while True:
        line: int = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader has it
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        if cells:
            yield line, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else None


def read_ticket(row: Mapping[str, str] | None, *, now: datetime) -> Ticket:
    """The ticket of a row; texts lose control characters, a text beyond 4,000 letters is clipped.

    Raises RowRefused for whatever makes no sense: a number that is missing, a state nobody knows, times that are
    missing or still to come, coordinates or stars that are none, bytes that are no UTF-8.
    """
    if row is None:
        raise RowRefused(Problem.NO_ROW, "row")
    if any(BROKEN_BYTES.search(row[name]) for name in COLUMNS):
        raise RowRefused(Problem.NO_TEXT, "row")
    cells = {name: clean_text(row[name]) for name in COLUMNS}
    received_at = _moment(cells["timestamp"], "timestamp", now)
    status = _status(cells["state"])
    return Ticket(
        number=_number(cells["ticket_id"]),
        types=_types(cells["type"]),
        text=cells["comment"][:TEXT_MAX],
        letters=len(cells["comment"]),
        place=_place(cells["coords"]),
        address=cells["address"],
        received_at=received_at,
        status=status,
        last_activity=_last_activity(cells["last_activity"], received_at, status, now),
        stars=_stars(cells["star"]),
        reopened=_reopened(cells["count_reopen"]),
        kept={name: cells[name][:KEPT_LETTERS] for name in KEPT if cells[name]},
    )


def _number(cell: str) -> str:
    if not cell:
        raise RowRefused(Problem.EMPTY, "ticket_id")
    if len(cell) > NUMBER_LETTERS:
        raise RowRefused(Problem.TOO_LONG, "ticket_id")
    return cell


def _types(cell: str) -> tuple[str, ...]:
    """The types of “{ถนน,น้ำท่วม}”, an array as PostgreSQL writes it; none for an empty one."""
    inner = " ".join(cell.split()).removeprefix("{").removesuffix("}")
    names = [clean_text(name)[:KEPT_LETTERS] for name in next(csv.reader([inner], escapechar="\\"), [])]
    return tuple(name for name in dict.fromkeys(names) if name and name != "NULL")


def _status(cell: str) -> Status:
    if cell not in STATES:
        raise RowRefused(Problem.UNKNOWN, "state")
    return STATES[cell]


def _moment(cell: str, column: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise RowRefused(Problem.NO_TIME, column) from None
    if moment.tzinfo is None:
        raise RowRefused(Problem.NO_ZONE, column)
    if moment > now:
        raise RowRefused(Problem.FUTURE, column)
    if moment < EARLIEST:
        raise RowRefused(Problem.TOO_OLD, column)
    return moment.astimezone(UTC)


def _last_activity(cell: str, received_at: datetime, status: Status, now: datetime) -> datetime:
    """When it was last touched; of a ticket nobody has touched the platform writes it some milliseconds too early."""
    if not cell and status != Status.CLOSED:
        return received_at
    return max(_moment(cell, "last_activity", now), received_at)


def _place(cell: str) -> Point | None:
    """The place of “lon,lat”; no place for an empty cell."""
    if not cell:
        return None
    try:
        lon, lat = (float(part) for part in cell.split(","))
        return Point(lat=lat, lon=lon)
    except ValueError:
        raise RowRefused(Problem.NO_PLACE, "coords") from None


def _stars(cell: str) -> int | None:
    if not cell:
        return None
    if cell.removesuffix(".0") not in {"1", "2", "3", "4", "5"}:
        raise RowRefused(Problem.NO_STARS, "star")
    return int(cell.removesuffix(".0"))


def _reopened(cell: str) -> int:
    plain = cell.removesuffix(".0") or "0"
    if not (plain.isascii() and plain.isdigit() and len(plain) < 5 and int(plain) <= MOST_REOPENED):
        raise RowRefused(Problem.NO_COUNT, "count_reopen")
    return int(plain)
