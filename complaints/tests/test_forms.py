"""What forms make of odd input: a clear Thai sentence, or nothing of what nobody typed."""

from datetime import date, time

import pytest

from complaints.forms import DetailForm, UpdateForm, WhatForm, WhereForm
from complaints.models.case import Complaint
from complaints.tests.factories import CategoryFactory, file_one

pytestmark = pytest.mark.django_db
ASKS_FOR_PLACE = "กรุณาปักหมุด หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต"
NO_PIN = "ตำแหน่งของหมุดไม่ถูกต้อง กรุณาปักหมุดใหม่ หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต"


def sentences(form) -> set[str]:
    return {str(text) for texts in form.errors.values() for text in texts}


def update_form(**data) -> UpdateForm:
    return UpdateForm({"version": 1, **data}, cases=Complaint.objects.all())


@pytest.mark.parametrize("code", ["", "NO_SUCH_MATTER", "ก" * 41, "\x00", "MATTER_0' OR 1=1", "-1"])
def test_what_asks_for_a_category_that_exists(code):
    form = WhatForm({"category": code})

    assert not form.is_valid()
    assert len(sentences(form)) == 1
    assert "Null" not in str(sentences(form))


def test_what_refuses_a_category_that_is_offered_no_more():
    gone = CategoryFactory(is_active=False)

    assert sentences(WhatForm({"category": gone.code})) == {"กรุณาเลือกเรื่องที่ต้องการแจ้ง"}


@pytest.mark.parametrize("data", [{}, {"lat": "8.4"}, {"address_text": "   "}, {"address_text": "\x00\x00"}])
def test_where_asks_for_a_place(data):
    assert sentences(WhereForm(data)) == {ASKS_FOR_PLACE}


@pytest.mark.parametrize("lat", ["nan", "inf", "-inf", "91", "-90.5", "1e999", "แปด", "8,4", "0x8", "\x00"])
def test_where_says_that_a_pin_is_nowhere(lat):
    assert sentences(WhereForm({"lat": lat, "lon": "99.9"})) == {NO_PIN}


@pytest.mark.parametrize("accuracy", ["abc", "nan", "inf", "-5", "1e300", "100001", "9" * 41])
def test_where_forgets_an_accuracy_that_says_nothing(accuracy):
    form = WhereForm({"lat": "8.4", "lon": "99.9", "accuracy": accuracy[:40]})

    assert form.is_valid()
    assert form.cleaned_data["accuracy"] is None


def test_where_keeps_a_good_pin():
    form = WhereForm({"lat": "8.4", "lon": "99.9", "accuracy": "12.5"})

    assert form.is_valid()
    assert (form.cleaned_data["lat"], form.cleaned_data["lon"], form.cleaned_data["accuracy"]) == (8.4, 99.9, 12.5)


def test_detail_says_by_how_much_5001_letters_are_too_long():
    form = DetailForm({"text": "ก" * 5001}, category=None, needs_phone=False)

    assert sentences(form) == {"ข้อความยาวเกิน 1,000 ตัวอักษร กรุณาย่อให้สั้นลง (ขณะนี้ 5,001 ตัวอักษร)"}


def test_detail_drops_nul_and_control_characters():
    form = DetailForm({"text": "ไฟ\x00ดับ\x07\r\nหน้าตลาด"}, category=None, needs_phone=False)

    assert form.is_valid()
    assert form.cleaned_data["text"] == "ไฟดับ\nหน้าตลาด"


def test_detail_takes_1000_letters_between_blanks():
    form = DetailForm({"text": f"  {'ก' * 1000}\n"}, category=None, needs_phone=False)

    assert form.is_valid()
    assert len(form.cleaned_data["text"]) == 1000


@pytest.mark.parametrize("version", ["", "abc", "0", "-3", "1.5", "\x00"])
def test_update_needs_a_version_that_is_a_number(version):
    form = update_form(version=version)

    assert list(form.errors) == ["version"]


@pytest.mark.parametrize("field", ["category", "department", "assignee", "agency"])
@pytest.mark.parametrize("key", ["0", "-1", "999999", str(10**30), "abc", "1; DROP TABLE"])
def test_update_refuses_an_id_that_is_not_there(field, key):
    form = update_form(**{field: key})

    assert form.errors == {field: ["ไม่มีตัวเลือกนี้แล้ว กรุณาเลือกใหม่"]}


@pytest.mark.parametrize(
    "day", ["31/2/2569", "0/0/0", "99/99/9999", "พรุ่งนี้", "2026-13-01", "1/1/9999", "\x00", "1" * 41]
)
def test_update_refuses_a_day_that_is_none(day):
    form = update_form(expected_date=day)

    assert form.errors.get("expected_date") or form.cleaned_data["expected_date"] is None
    assert "Null" not in str(form.errors)


def test_update_reads_an_appointment_in_thai_digits():
    form = update_form(appointment_date="๒๗/๑๑/๒๕๖๙", appointment_time="๑๓.๓๐")

    assert form.is_valid()
    local = form.cleaned_data["appointment_at"]
    assert (local.date(), local.time(), local.utcoffset().total_seconds()) == (date(2026, 11, 27), time(13, 30), 25200)


@pytest.mark.parametrize("year", ["69", "2026", "99999", "abc", "-2570"])
def test_update_refuses_a_year_that_is_no_plan_year(year):
    form = update_form(plan_year=year)

    assert sentences(form) == {"กรุณาใส่ปีงบประมาณเป็นปี พ.ศ. สี่หลัก เช่น 2570"}


@pytest.mark.parametrize("typed", ["NST-69-000002", "nst-69-2", "69-2", "2", "000002", "๒", " ๖๙-๒ "])
def test_update_finds_the_older_case_by_any_form_of_its_number(typed):
    file_one()
    older = file_one()
    for _ in range(10):
        file_one()

    form = update_form(duplicate_of=typed)

    assert form.is_valid()
    assert form.cleaned_data["duplicate_of"] == older


@pytest.mark.parametrize("typed", ["99", "70-1", "NST", "%", "_", "1' OR '1'='1", "\x00x", "-1", "1234567"])
def test_update_says_that_there_is_no_such_case(typed):
    file_one()

    assert sentences(update_form(duplicate_of=typed)) == {"ไม่พบเรื่องเลขที่นี้ กรุณาตรวจสอบเลขที่เรื่อง"}


@pytest.mark.parametrize("name", ["public_text", "internal_text"])
def test_update_takes_no_5001_letters(name):
    assert list(update_form(**{name: "ก" * 5001}).errors) == [name]
