"""Thai words, dates and digits. Instants come in aware and are shown in Bangkok's time.

What is shown follows the language spoken (kit/language.py): the Buddhist era in Thai, the common one in English.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nakhoncity.kit.language import is_english

BANGKOK = ZoneInfo("Asia/Bangkok")
ERA = 543
OLDEST_YEAR, LATEST_YEAR = 1900, 2200
MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")
FULL_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")
DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
LEADING_VOWELS = "เแโใไ"
TONES = "็่้๊๋์"
# Spellings that look alike but differ in bytes: ํ + า is typed for ำ, เ + เ for แ.
TYPED_FORMS = (("\u0e4d\u0e32", "\u0e33"), ("\u0e40\u0e40", "\u0e41"))
TONE_BEFORE_AM = re.compile("\u0e4d([\u0e48-\u0e4b])\u0e32")
AM_BEFORE_TONE = re.compile("\u0e33([\u0e48-\u0e4b])")
# A tone or silencer typed before the vowel it stands over looks the same; a mark typed twice is seen once.
MARK_BEFORE_VOWEL = re.compile("([\u0e48-\u0e4c]+)([\u0e31\u0e34-\u0e39]+)")
MARK_TWICE = re.compile("([\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])\\1+")
NEW_LINE = re.compile("\r\n?|[\u2028\u2029]")
# Control characters, lone surrogates, and marks that turn or hide text; emoji keep their joiner.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]"
)
# 02 and the regions' 03, 04, 05, 07 have nine digits, mobiles ten.
NUMBER = re.compile(r"0[689]\d{8}|0[23457]\d{7}")
DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2}|[ก-์.]+)\s*[/.\- ]?\s*(?:พ\.?ศ\.?)?\s*(\d{4}|\d{2})")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
CLOCK = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?\s*(?:น\.?)?")


class PhoneRefused(ValueError):
    """What was typed is no Thai telephone number; the sentence says what to do."""


class DateRefused(ValueError):
    """What was typed is no day or no time; the sentence says what to do."""


def bangkok(value: datetime) -> datetime:
    """The same instant in Bangkok's time."""
    return value.astimezone(BANGKOK)


def bangkok_date(value: datetime | date) -> date:
    """The calendar day in Bangkok; its day begins at 17:00 UTC."""
    return bangkok(value).date() if isinstance(value, datetime) else value


def buddhist_year(value: datetime | date) -> int:
    """The year of the Buddhist era, for an instant in Bangkok."""
    return bangkok_date(value).year + ERA


def thai_date(value: datetime | date, *, with_year: bool = True) -> str:
    """“22 พ.ย. 2569”, in English “22 Nov 2026”; or without the year."""
    day = bangkok_date(value)
    months, year = (ENGLISH_MONTHS, day.year) if is_english() else (MONTHS, day.year + ERA)
    words = f"{day.day} {months[day.month - 1]}"
    return f"{words} {year}" if with_year else words


def thai_time(value: datetime) -> str:
    """“14.05 น.”, in English “14:05”."""
    return f"{bangkok(value):%H:%M}" if is_english() else f"{bangkok(value):%H.%M} น."


def thai_datetime(value: datetime, *, with_year: bool = True) -> str:
    """“22 พ.ย. 2569 14.05 น.”, in English “22 Nov 2026 14:05”."""
    return f"{thai_date(value, with_year=with_year)} {thai_time(value)}"


def thai_weekday_date(value: datetime | date) -> str:
    """“วันพุธที่ 25 พ.ย. 2569”, in English “Wednesday 25 Nov 2026”."""
    if is_english():
        return f"{ENGLISH_WEEKDAYS[bangkok_date(value).weekday()]} {thai_date(value)}"
    return f"วัน{WEEKDAYS[bangkok_date(value).weekday()]}ที่ {thai_date(value)}"


def thai_range(low: object, high: object) -> str:
    """“8–14”, or one value where both are the same."""
    return str(low) if low == high else f"{low}–{high}"


def arabic_digits(text: str) -> str:
    """๑๐๐ becomes 100."""
    return text.translate(DIGITS)


def clean_text(text: str) -> str:
    """Typed text without NUL, lone surrogates and control characters; line breaks are kept as \\n, ends are trimmed."""
    return UNWANTED.sub("", NEW_LINE.sub("\n", text)).strip()


def normalise(text: str) -> str:
    """The form in which text is stored and sought: one spelling, small letters, Arabic digits, single blanks.

    Normalised again it stays as it is: a mark that one pass moves may be what another pass takes away.
    """
    text = " ".join(unicodedata.normalize("NFC", arabic_digits(clean_text(text))).lower().split())
    for _pass in range(len(text) + 1):
        spelled = _spell(text)
        if spelled == text:
            break
        text = spelled
    return text


def _spell(text: str) -> str:
    text = MARK_TWICE.sub(r"\1", MARK_BEFORE_VOWEL.sub(r"\2\1", text))
    text = TONE_BEFORE_AM.sub("\\1\u0e33", text)
    for typed, proper in TYPED_FORMS:
        text = text.replace(typed, proper)
    return AM_BEFORE_TONE.sub("\\1\u0e33", text)


def sort_key(text: str) -> str:
    """A key by which Thai names sort as in a dictionary: leading vowels behind their consonant, tone marks last."""
    text = normalise(text)
    plain, tones = "", ""
    for letter in re.sub(f"([{LEADING_VOWELS}])([ก-ฮ])", r"\2\1", text):
        if letter in TONES:
            tones = tones.ljust(len(plain) - 1, "0") + str(TONES.index(letter) + 1)
        else:
            plain += letter
    return f"{plain}\x01{tones}" if tones else plain


def parse_phone(text: str) -> str:
    """The digits of a Thai number with its leading 0. Raises PhoneRefused with a sentence for the page."""
    digits = re.sub(r"[\s().\-\u2010-\u2015]", "", arabic_digits(clean_text(text)))
    digits = re.sub(r"^(?:\+|00)?660?(?=\d{8,9}\Z)", "0", digits)
    if not digits.isascii() or not digits.isdigit():
        raise PhoneRefused(_("ใส่เฉพาะตัวเลขของเบอร์โทรศัพท์ เช่น 081 234 5678"))
    if not NUMBER.fullmatch(digits):
        raise PhoneRefused(_("ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"))
    return digits


def parse_thai_date(text: str) -> date:
    """A day as Thais write it: 5/12/2569, 5-12-69, 5 ธ.ค. 2569, 5 ธันวาคม 2569, Thai digits; also 2026-12-05.

    A year of two digits is of the Buddhist century 25xx, one above 2400 of the Buddhist era. Raises DateRefused.
    """
    typed = arabic_digits(clean_text(text))
    if found := YEAR_FIRST.fullmatch(typed):
        year, month, day = found.groups()
    elif found := DAY_FIRST.fullmatch(typed):
        day, month, year = found.groups()
    else:
        raise DateRefused(_("กรุณาพิมพ์วันที่เป็น วัน/เดือน/ปี พ.ศ. เช่น 5/12/2569"))
    try:
        return date(_gregorian_year(year), _month(month), int(day))
    except ValueError as refused:
        raise DateRefused(_("ไม่มีวันที่นี้ในปฏิทิน กรุณาตรวจสอบวัน เดือน และปี")) from refused


def _gregorian_year(text: str) -> int:
    year = int(text) + 2500 if len(text) == 2 else int(text)
    year = year - ERA if year > 2400 else year
    if not OLDEST_YEAR <= year <= LATEST_YEAR:
        msg = f"{text} is no year of anybody living"
        raise ValueError(msg)
    return year


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    bare = text.replace(".", "")
    names = [*enumerate(FULL_MONTHS, 1), *((n, short.replace(".", "")) for n, short in enumerate(MONTHS, 1))]
    return {name: number for number, name in names}.get(bare, 0)


def parse_thai_time(text: str) -> time:
    """A time of day: 9.00, 09:30, 9 or 14.05 น. Raises DateRefused."""
    found = CLOCK.fullmatch(arabic_digits(clean_text(text)))
    hour, minute = (int(part or 0) for part in found.groups()) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise DateRefused(_("ใส่เวลาเป็น ชั่วโมง.นาที เช่น 09.00"))
    return time(hour, minute)


def show_phone(digits: str) -> str:
    """“081 234 5678”; what is no such number is shown as it is."""
    if len(digits) == 10 and digits.isdigit():
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    if len(digits) == 9 and digits.isdigit():
        cut = 2 if digits[1] == "2" else 3
        return f"{digits[:cut]} {digits[cut:-4]} {digits[-4:]}"
    return digits


def length_words(length: timedelta) -> str:
    """One or two units, rounded down: “1 วัน 4 ชม.”, “3 ชม.”, “40 นาที”; in English “1 day 4 h”."""
    minutes = int(abs(length).total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        whole = ngettext("%(n)s วัน", "%(n)s วัน", days) % {"n": days}
        return f"{whole} {_hours(hours)}" if hours else whole
    if hours:
        return _hours(hours)
    return _("%(n)s นาที") % {"n": minutes} if minutes else _("ไม่ถึง 1 นาที")


def _hours(hours: int) -> str:
    return _("%(n)s ชม.") % {"n": hours}


def ago_words(length: timedelta) -> str:
    """How long ago, coarsely: “เมื่อสักครู่”, “เมื่อ 5 นาทีที่แล้ว”, “เมื่อ 2 วันก่อน”; in English “5 min ago”."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return _("เมื่อสักครู่")
    if minutes < 60:
        return _("เมื่อ %(n)s นาทีที่แล้ว") % {"n": minutes}
    if minutes < 1440:
        return _("เมื่อ %(n)s ชม. ที่แล้ว") % {"n": minutes // 60}
    days = minutes // 1440
    return ngettext("เมื่อ %(n)s วันก่อน", "เมื่อ %(n)s วันก่อน", days) % {"n": days}
