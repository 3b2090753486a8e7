"""`manage.py import_traffy FILE`: take in the open data of Traffy Fondue, as history or (--live) as running cases."""

import csv
import os
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.services.history import NoCategory, find_new, import_tickets, load_types
from complaints.services.traffy import HeaderRefused, RowRefused, Ticket, read_rows, read_ticket

BATCH = 500
BAR = 30
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Tally:
    """How many rows there were and what became of each; `new` and `clipped` are among the accepted."""

    accepted: int = 0
    new: int = 0
    clipped: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return self.accepted + self.refused.total()


class Command(BaseCommand):
    """Import the 16-column open data; run again it changes nothing."""

    help = "Take in a CSV of Traffy Fondue's open data as history; with --live open tickets get a fresh 48-hour clock."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how to take it in."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
        parser.add_argument("--live", action="store_true", help="take open tickets over: received now, clock running")
        parser.add_argument("--refused", type=Path, metavar="FILE", help="write the refused rows and why to this CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file as a stream, write in batches, say what became of every row."""
        path, report = options["file"], options["refused"]
        if report and report.exists() and path.exists() and report.samefile(path):
            msg = "--refused ต้องเป็นคนละไฟล์กับข้อมูลที่นำเข้า"
            raise CommandError(msg)
        try:
            load_types()
            with _open(path) as lines, _report_to(report) as writer:
                tally = self._take_in(lines, writer, options, timezone.now())
        except (OSError, HeaderRefused, NoCategory) as error:
            raise CommandError(str(error)) from error
        self._say(tally, is_trial=options["dry_run"])

    def _take_in(self, lines: TextIO, writer: Any, options: dict[str, Any], now: datetime) -> Tally:
        size = options["file"].stat().st_size
        tally, batch = Tally(), _Batch(is_trial=options["dry_run"], is_live=options["live"], now=now)
        for line, row in read_rows(lines):
            try:
                ticket = read_ticket(row, now=now)
            except RowRefused as refused:
                tally.refused[str(refused)] += 1
                writer.writerow([line, defuse((row or {}).get("ticket_id", "")), str(refused)])
            else:
                tally.accepted += 1
                tally.clipped += ticket.is_clipped
                tally.new += batch.add(ticket)
            if tally.rows % BATCH == 0:
                self._draw(lines.buffer.tell(), size, tally.rows)
        tally.new += batch.flush()
        self._draw(size, size, tally.rows, end="\n")
        return tally

    def _draw(self, at: int, size: int, rows: int, end: str = "") -> None:
        """The progress bar; only a terminal gets one."""
        if self.stdout.isatty():
            done = BAR * at // max(size, 1)
            self.stdout.write(f"\r[{'#' * done}{'.' * (BAR - done)}] {rows:,} แถว", ending=end)

    def _say(self, tally: Tally, *, is_trial: bool) -> None:
        refused = tally.refused.total()
        say = self.stdout.write
        say("ทดลองเท่านั้น ไม่ได้บันทึก" if is_trial else "นำเข้าแล้ว")
        say(f"อ่าน {tally.rows:,} แถว = รับ {tally.accepted:,} + ไม่รับ {refused:,}")
        say(f"ที่รับ: ใหม่ {tally.new:,} มีอยู่แล้ว {tally.accepted - tally.new:,}")
        if tally.clipped:
            say(f"ตัดข้อความให้เหลือ 4,000 ตัวอักษร {tally.clipped:,} แถว")
        for reason, number in sorted(tally.refused.items(), key=lambda pair: (-pair[1], pair[0])):
            say(f"ไม่รับ {number:,} แถว: {reason}")


class _Batch:
    """Tickets until they are enough for one transaction. A trial writes none and remembers which it has counted."""

    def __init__(self, *, is_trial: bool, is_live: bool, now: datetime) -> None:
        self._is_trial, self._is_live, self._now = is_trial, is_live, now
        self._tickets: list[Ticket] = []
        self._counted: set[UUID] = set()

    def add(self, ticket: Ticket) -> int:
        """Take a ticket; returns how many new ones have just been written."""
        self._tickets.append(ticket)
        return self.flush() if len(self._tickets) >= BATCH else 0

    def flush(self) -> int:
        """Write what is there; returns how many were new."""
        tickets, self._tickets = self._tickets, []
        if not self._is_trial:
            return import_tickets(tickets=tickets, is_live=self._is_live, now=self._now)
        fresh = find_new(tickets=tickets).keys() - self._counted
        self._counted |= fresh
        return len(fresh)


def defuse(cell: str) -> str:
    """A cell that a spreadsheet shows and never runs; broken bytes become question marks."""
    plain = cell.encode("utf-8", "replace").decode("utf-8")
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def _open(path: Path) -> TextIO:
    """The table as text; broken bytes come through and are refused with their row."""
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


@contextmanager
def _report_to(path: Path | None) -> Iterator[Any]:
    """A CSV writer for refused rows, with its header: UTF-8 with BOM; into nowhere without a path."""
    with (path or Path(os.devnull)).open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["บรรทัด", "เลขที่เรื่อง", "เหตุผลที่ไม่รับ"])
        yield writer
