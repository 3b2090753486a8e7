"""Suggesting a category: words that somebody put down, runs of letters that texts taught, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.suggesting import (
    MOST_RUNS,
    Known,
    Lesson,
    Suggestion,
    fingerprint,
    learn,
    may_be_two,
    suggest,
    worth_saying,
)

KEYWORDS = {"STREETLIGHT": ["ไฟดับ", "มืด"], "ROAD": ["หลุม", "ถนน"], "ANIMAL": ["หมา"]}
TEXTS = [
    ("ไฟหน้าปากซอยไม่ติด", ["STREETLIGHT"]),
    ("โคมหน้าปากซอยไม่สว่าง", ["STREETLIGHT"]),
    ("ผิวจราจรยุบเป็นแอ่ง", ["ROAD"]),
    ("ทางยุบเป็นแอ่งลึก", ["ROAD"]),
]


def codes(text, known):
    return [one.code for one in suggest(text, known)]


@pytest.fixture
def known():
    return Known(keywords=KEYWORDS, lessons=learn(TEXTS))


def test_keyword_speaks_for_its_category_and_is_quoted(known):
    first = suggest("เมื่อคืนไฟดับทั้งซอยเลยค่ะ", known)[0]

    assert (first.code, "ไฟดับ" in first.because[0]) == ("STREETLIGHT", True)


def test_learned_runs_speak_where_no_keyword_does(known):
    assert codes("มีแอ่งลึกหน้าบ้าน ยุบ", known)[0] == "ROAD"


@pytest.mark.parametrize("text", ["", "   ", "!!!", "12", "zzz"])
def test_what_says_nothing_suggests_nothing(known, text):
    assert codes(text, known) == []


def test_longer_keywords_weigh_more():
    known = Known(keywords={"A": ["ไฟ"], "B": ["ไฟแดงเสีย"]}, lessons={})

    assert codes("ไฟแดงเสีย", known) == ["B", "A"]


@pytest.mark.parametrize("text", ["น้ําท่วม", "น้ำ ท่วม", "น้ำ-ท่วม!"])
def test_spelling_blanks_and_signs_make_no_difference(text):
    known = Known(keywords={"FLOOD": ["น้ำท่วม"]}, lessons={})

    assert codes(text, known) == ["FLOOD"]


def test_quotation_is_of_the_text_and_whole():
    known = Known(keywords={"A": []}, lessons={"A": Lesson(belief=0.0, runs={"ไฟด": 2.0, "ฟดบ": 1.0})})

    assert suggest("บ้านนี้ไฟดับ", known)[0].because == ("ไฟดั",)


def test_learning_takes_no_run_of_one_text_alone():
    lessons = learn([("กขค", ["A"]), ("งจฉ", ["B"])])

    assert {code: dict(lesson.runs) for code, lesson in lessons.items()} == {"A": {}, "B": {}}


def test_learning_forgets_digits():
    lessons = learn([("โทร 0812345678", ["A"]), ("โทร 0898765432", ["A"]), ("อื่น", ["B"])])

    assert not any(run.strip("0") == "" for run in lessons["B"].runs)
    assert not any("8" in run for run in lessons["A"].runs)


def test_learning_keeps_the_strongest_runs_only():
    words = ["".join(chr(0x0E01 + (n * step) % 44) for n in range(400)) for step in (3, 5, 7)]
    lessons = learn([(word, ["A"]) for word in [*words, *words]] + [("ฮฮฮ", ["B"])] * 40)

    assert len(lessons["A"].runs) == MOST_RUNS


def test_a_rare_category_is_believed_less():
    lessons = learn([("กก", ["A"])] * 9 + [("ขข", ["B"])])

    assert lessons["B"].belief < lessons["A"].belief


def test_two_close_ones_may_be_two_matters():
    known = Known(keywords=KEYWORDS, lessons={})
    both, one = suggest("ถนนเป็นหลุม ไฟดับ มืด", known), suggest("ไฟดับ มืด หมา", known)

    assert (may_be_two(both), may_be_two(one), may_be_two([])) == (True, False, False)


def test_weak_ones_are_not_worth_saying():
    found = [Suggestion("A", 9.0, ()), Suggestion("B", 4.0, ()), Suggestion("C", 2.5, ()), Suggestion("D", 1.0, ())]

    assert [one.code for one in worth_saying(found)] == ["A", "B"]
    assert worth_saying(found[3:]) == []


def test_fingerprint_is_the_same_for_texts_that_differ_in_signs_and_digits():
    assert fingerprint("ซอย 12 ไฟดับ!!") == fingerprint("ซอย 34 ไฟดับ")


@given(st.text(max_size=200))
def test_any_text_is_read(text):
    known = Known(keywords=KEYWORDS, lessons=learn([*TEXTS, (text, ["ANIMAL"])]))

    found = suggest(text, known)

    assert len(found) <= 3
    assert all(one.code in KEYWORDS and all(one.because) for one in found)
