"""Thai dates, digits, spelling, order and telephone numbers."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nakhoncity.kit import thai

NAM = "น\u0e49\u0e33"  # น้ำ as a keyboard types it


def test_dates_are_shown_in_bangkok_and_the_buddhist_era(now):
    assert thai.thai_date(now) == "25 พ.ย. 2569"
    assert thai.thai_date(now, with_year=False) == "25 พ.ย."
    assert thai.thai_time(now) == "10.00 น."
    assert thai.thai_datetime(now) == "25 พ.ย. 2569 10.00 น."
    assert thai.thai_weekday_date(now) == "วันพุธที่ 25 พ.ย. 2569"


def test_the_day_and_the_year_begin_at_17_utc():
    last_second = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)

    assert (thai.bangkok_date(last_second), thai.buddhist_year(last_second)) == (date(2026, 12, 31), 2569)
    new_year = last_second + timedelta(seconds=1)
    assert (thai.bangkok_date(new_year), thai.buddhist_year(new_year)) == (date(2027, 1, 1), 2570)


def test_a_date_without_time_is_that_date():
    assert thai.thai_date(date(2026, 2, 28)) == "28 ก.พ. 2569"


def test_bangkok_keeps_the_instant(now):
    assert thai.bangkok(now) == now
    assert thai.bangkok(now).isoformat() == "2026-11-25T10:00:00+07:00"


@pytest.mark.parametrize(
    ("low", "high", "words"), [(8, 14, "8–14"), (8, 8, "8"), ("08.30 น.", "16.30 น.", "08.30 น.–16.30 น.")]
)
def test_thai_range(low, high, words):
    assert thai.thai_range(low, high) == words


def test_thai_digits_become_arabic():
    assert thai.arabic_digits("๖๙-๑๒๓ ถนน ๐๔๕๗๘") == "69-123 ถนน 04578"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ไฟ\x00ดับ", "ไฟดับ"),
        ("ไฟ\ud800ดับ\udfff", "ไฟดับ"),
        ("  หนึ่ง\r\nสอง\rสาม\n", "หนึ่ง\nสอง\nสาม"),
        ("หนึ่ง\u2028สอง", "หนึ่ง\nสอง"),
        ("\ufeffซ่อน\u200b\u202eกลับ\u2066ทิศ\x1b[31m\x85", "ซ่อนกลับทิศ[31m"),
        ("แท็บ\tอยู่", "แท็บ\tอยู่"),
        ("ครอบครัว 👨\u200d👩\u200d👧", "ครอบครัว 👨\u200d👩\u200d👧"),
    ],
)
def test_clean_text(typed, kept):
    assert thai.clean_text(typed) == kept


@given(st.text())
def test_clean_text_can_always_be_stored_and_is_clean_at_once(text):
    kept = thai.clean_text(text)

    assert kept.encode().decode() == kept
    assert "\x00" not in kept
    assert thai.clean_text(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        NAM,
        "น\u0e49\u0e4d\u0e32",  # tone, circle, aa
        "น\u0e4d\u0e49\u0e32",  # circle, tone, aa
        "น\u0e33\u0e49",  # am, tone
        "น\u0e49\u0e49\u0e33",  # the tone twice
    ],
)
def test_the_typed_forms_of_nam_are_one(typed):
    assert thai.normalise(typed) == NAM


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("ท\u0e48\u0e35", "ท\u0e35\u0e48"),  # ที่, tone before the vowel above
        ("ก\u0e49\u0e39", "ก\u0e39\u0e49"),  # กู้, tone before the vowel below
        ("สิทธ\u0e4c\u0e34", "สิทธ\u0e34\u0e4c"),  # สิทธิ์
        ("\u0e40\u0e40ม่", "\u0e41ม่"),  # เ twice for แ
        ("ซอย ๑๐๐\u00a0 ABC\n", "ซอย 100 abc"),
    ],
)
def test_normalise(typed, proper):
    assert thai.normalise(typed) == proper


@given(st.text(alphabet=st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B)))
def test_normalise_twice_is_normalise_once(text):
    once = thai.normalise(text)

    assert thai.normalise(once) == once


@pytest.mark.parametrize(
    "names",
    [
        ["กา", "เก", "ขา", "เข", "คำ", "แพ", "ไม", "ฮา"],
        ["กก", "กา", "กาง", "เก", "เกม", "แก", "โก", "ใก", "ไก", "ขอ"],
        ["มา", "ม่า", "ม้า", "มาก"],
        ["ปา", "ป่า", "ป้า", "ปาก"],
        ["กาก", "กาก่", "ก่าก"],
    ],
)
def test_sort_key_orders_like_a_dictionary(names):
    assert sorted(set(names), key=thai.sort_key) == names


def test_leading_vowels_stand_behind_their_consonant():
    assert thai.sort_key("เกม") == "กเม"
    assert thai.sort_key("เก่ง") == "กเง\x0102"


def test_a_lone_leading_vowel_stays():
    assert thai.sort_key("เ") == "เ"
    assert thai.sort_key("") == ""


@given(st.text(alphabet="กขคมเแา่้ ", max_size=8))
def test_the_two_spellings_of_one_name_have_one_key(name):
    assert thai.sort_key(name) == thai.sort_key(thai.normalise(name))
    assert len(thai.sort_key(name)) <= 2 * len(name) + 1


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("081 234 5678", "0812345678"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "0812345678"),
        ("+66 81 234 5678", "0812345678"),
        ("+66 (0)81 234 5678", "0812345678"),
        ("0066812345678", "0812345678"),
        ("66812345678", "0812345678"),
        ("075\u2013000\u2013000", "075000000"),
        ("02 000 0000", "020000000"),
    ],
)
def test_parse_phone(typed, digits):
    assert thai.parse_phone(typed) == digits


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "ใส่เฉพาะตัวเลขของเบอร์โทรศัพท์ เช่น 081 234 5678"),
        ("ไม่มี", "ใส่เฉพาะตัวเลขของเบอร์โทรศัพท์ เช่น 081 234 5678"),
        ("²812345678", "ใส่เฉพาะตัวเลขของเบอร์โทรศัพท์ เช่น 081 234 5678"),
        ("081 234 567", "ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"),
        ("081 234 56789", "ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"),
        ("061234567", "ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"),
        ("1812345678", "ใส่เบอร์โทรศัพท์ให้ครบ 10 หลัก (เบอร์บ้าน 9 หลัก)"),
    ],
)
def test_parse_phone_says_what_to_do(typed, sentence):
    with pytest.raises(thai.PhoneRefused) as refused:
        thai.parse_phone(typed)

    assert str(refused.value) == sentence


@given(st.text())
def test_parse_phone_gives_digits_or_refuses(text):
    try:
        digits = thai.parse_phone(text)
    except thai.PhoneRefused:
        return

    assert thai.NUMBER.fullmatch(digits)


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("0812345678", "081 234 5678"),
        ("075000000", "075 00 0000"),
        ("020000000", "02 000 0000"),
        ("1567", "1567"),
        ("", ""),
    ],
)
def test_show_phone(digits, shown):
    assert thai.show_phone(digits) == shown


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "ไม่ถึง 1 นาที"),
        (timedelta(minutes=40), "40 นาที"),
        (timedelta(hours=3, minutes=59), "3 ชม."),
        (timedelta(hours=24), "1 วัน"),
        (timedelta(hours=28), "1 วัน 4 ชม."),
        (-timedelta(hours=28), "1 วัน 4 ชม."),
    ],
)
def test_length_words(length, words):
    assert thai.length_words(length) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "เมื่อสักครู่"),
        (timedelta(minutes=5), "เมื่อ 5 นาทีที่แล้ว"),
        (timedelta(hours=23, minutes=59), "เมื่อ 23 ชม. ที่แล้ว"),
        (timedelta(days=2, hours=3), "เมื่อ 2 วันก่อน"),
    ],
)
def test_ago_words(length, words):
    assert thai.ago_words(length) == words


@pytest.mark.parametrize(
    "typed",
    ["5/12/2569", "05/12/69", "5-12-2569", "5.12.2569", "5 ธ.ค. 2569", "5 ธันวาคม 2569", "5 ธันวาคม พ.ศ. 2569",
     "๕/๑๒/๒๕๖๙", " 5 / 12 / 2569 ", "2026-12-05", "5/12/2026"],
)  # fmt: skip
def test_parse_thai_date_reads_what_people_write(typed):
    assert thai.parse_thai_date(typed) == date(2026, 12, 5)


@pytest.mark.parametrize(
    "typed", ["", "พรุ่งนี้", "12/2569", "31/2/2569", "5 ธค 256", "5/13/2569", "5 xx 2569", "0/1/2569"]
)
def test_parse_thai_date_refuses_what_is_no_day(typed):
    with pytest.raises(thai.DateRefused):
        thai.parse_thai_date(typed)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [("9", 9, 0), ("9.30", 9, 30), ("09:05", 9, 5), ("14.05 น.", 14, 5), ("๑๓.๐๐", 13, 0)],
)
def test_parse_thai_time_reads_what_people_write(typed, hour, minute):
    assert thai.parse_thai_time(typed) == time(hour, minute)


@pytest.mark.parametrize("typed", ["", "24.00", "9.60", "บ่ายโมง", "9.5"])
def test_parse_thai_time_refuses_what_is_no_time(typed):
    with pytest.raises(thai.DateRefused):
        thai.parse_thai_time(typed)


@pytest.mark.parametrize(
    "typed", ["\u0e33\u0e33\u0e48", "\u0e48\u0e33\u0e48", "\u0e4d\u0e48\u0e32\u0e48", "น\u0e33\u0e49\u0e33"]
)
def test_normalise_of_odd_marks_stays_as_it_is(typed):
    once = thai.normalise(typed)

    assert thai.normalise(once) == once
