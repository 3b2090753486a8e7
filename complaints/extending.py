"""Extensions (ขยายเวลา): how far, how often and by whom a deadline may be moved. No model, no clock read.

The deadline itself moves in sla.extend: share and ladder follow it, the wall-clock figure does not.
"""

from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.sla import ClockState
from nakhoncity.kit.thai import BANGKOK, bangkok_date, thai_date

MOST_EXTENSIONS = 2
# The director grants so many calendar days; the permanent secretary what goes beyond.
DIRECTOR_DAYS = 7
# A date further away is a slip of the pen.
MOST_DAYS = 365


class Reason(TextChoices):
    """Why a matter can't be done in time: the only reasons the city takes."""

    PARTS = "parts", _("รออะไหล่")
    CONTRACTOR = "contractor", _("รอผู้รับจ้าง")
    WEATHER = "weather", _("สภาพอากาศ")
    LANDOWNER = "landowner", _("รอเจ้าของพื้นที่")
    BUDGET = "budget", _("ต้องใช้งบประมาณ")


class ExtensionRefused(Exception):
    """An extension that the rules do not allow; the Thai sentence says why and what to do."""


def extended_due(*, day: date, closes: time) -> datetime:
    """The deadline that a new day means: when the office closes on it, in Bangkok."""
    return datetime.combine(day, closes, tzinfo=BANGKOK)


def days_moved(*, due_at: datetime, new_due_at: datetime) -> int:
    """By how many calendar days of Bangkok the deadline moves, each extension counted by itself."""
    return (bangkok_date(new_due_at) - bangkok_date(due_at)).days


def is_beyond_director(*, due_at: datetime, new_due_at: datetime) -> bool:
    """Whether it takes the permanent secretary."""
    return days_moved(due_at=due_at, new_due_at=new_due_at) > DIRECTOR_DAYS


def check_extension(*, clock: ClockState | None, granted: int, new_due_at: datetime, now: datetime) -> None:
    """Raise ExtensionRefused unless the running fix clock may be moved to `new_due_at`.

    `clock` is None for a case that has ended or never had one; `granted` counts the extensions it has had.
    """
    if clock is None or clock.stopped_at is not None:
        raise ExtensionRefused(gettext("เรื่องนี้ไม่มีกำหนดเวลาที่เดินอยู่ จึงขยายเวลาไม่ได้"))
    if clock.paused_at is not None:
        raise ExtensionRefused(gettext("เรื่องนี้พักเวลาอยู่ กำหนดจะเลื่อนให้เองเมื่อเริ่มนับเวลาต่อ จึงยังไม่ต้องขยายเวลา"))
    if granted >= MOST_EXTENSIONS:
        raise ExtensionRefused(gettext("เรื่องนี้ขยายเวลาครบ %(most)s ครั้งแล้ว") % {"most": MOST_EXTENSIONS})
    if new_due_at <= max(clock.due_at, now):
        latest = thai_date(max(clock.due_at, now))
        raise ExtensionRefused(gettext("กำหนดใหม่ต้องอยู่หลังวันที่ %(day)s กรุณาเลือกวันอื่น") % {"day": latest})
    if new_due_at - max(clock.due_at, now) > timedelta(days=MOST_DAYS):
        raise ExtensionRefused(gettext("กำหนดใหม่ต้องไม่เกิน 1 ปี กรุณาตรวจสอบปี พ.ศ."))
