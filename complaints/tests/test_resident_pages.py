"""A resident's own pages: what waits for him, who has his case and until when, and the last word."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models.record import Rating
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.doors import browser_of
from complaints.tests.factories import CategoryFactory, file_one
from complaints.views.home import latest_cases
from complaints.workflow import Outcome, Status
from nakhoncity.kit.thai import thai_date, thai_datetime
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory

pytestmark = pytest.mark.django_db

LINE = "Mozilla/5.0 (Linux; Android 10) Line/15.0.0"


@pytest.fixture
def head():
    return StaffFactory(role="head", department=DepartmentFactory(name_th="งานไฟฟ้าสาธารณะ"))


@pytest.fixture
def somchai():
    return ResidentFactory()


@pytest.fixture
def browser(somchai):
    return browser_of(somchai)


def a_case(head, somchai, *, age=timedelta(hours=1), **category):
    matter = CategoryFactory(department=head.department, **category)
    return file_one(now=timezone.now() - age, category=matter, reporter=somchai)


def move(case, head, name, **fields):
    update_complaint(
        complaint_id=case.pk,
        update=Update(move=name, **fields),
        actor=Actor.of_staff(head),
        who=head.role,
        now=timezone.now(),
    )
    case.refresh_from_db()
    return case


def at_work(case, head):
    move(case, head, "triage", category=case.category, department=case.department)
    return move(case, head, "assign", assignee=head)


def resolved(case, head):
    move(at_work(case, head), head, "start")
    return move(case, head, "resolve", outcome=Outcome.FIXED, public_text="เปลี่ยนหลอดแล้ว")


def page_of(browser, name, case, query=""):
    return browser.get(reverse(f"complaints:{name}", args=[case.reference]) + query).content.decode()


def answer(browser, case, **data):
    return browser.post(reverse("complaints:rate", args=[case.reference]), data, follow=True)


# The list


def test_my_list_puts_first_what_waits_for_the_resident(browser, head, somchai):
    waiting = resolved(a_case(head, somchai), head)
    running = a_case(head, somchai)

    page = browser.get(reverse("complaints:my")).content.decode()

    places = [page.find(word) for word in ("รอท่านตอบ", waiting.reference, "<h2>กำลังดำเนินการ", running.reference)]
    assert (-1 not in places, places == sorted(places)) == (True, True)


def test_my_list_without_cases_has_one_way_on(browser):
    page = browser.get(reverse("complaints:my")).content.decode()

    report = f'<a class="btn is-primary" href="{reverse("complaints:report-start")}">'
    assert ("ยังไม่มีเรื่องที่แจ้ง" in page, page.count(report)) == (True, 1)


def test_my_list_keeps_silent_about_others(browser, head):
    other = a_case(head, ResidentFactory())

    assert other.reference not in browser.get(reverse("complaints:my")).content.decode()


# The case: who has it, until when


def test_case_names_the_office_and_the_date(browser, head, somchai):
    case = a_case(head, somchai)

    page = page_of(browser, "my-case", case)

    assert '<dt>ผู้รับผิดชอบ</dt><dd class="strong">งานไฟฟ้าสาธารณะ</dd>' in page
    assert f'<dt>จะแล้วเสร็จภายใน</dt><dd class="strong">{thai_datetime(case.due_at)}</dd>' in page


def test_case_past_its_date_says_so(browser, head, somchai):
    case = a_case(head, somchai, age=timedelta(hours=60))

    page = page_of(browser, "my-case", case)

    assert ("<dt>ครบกำหนดไปแล้วเมื่อ</dt>" in page, "เกินกำหนด 12 ชม." in page) == (True, True)


def test_case_with_a_question_shows_it_and_opens_the_form(browser, head, somchai):
    case = move(a_case(head, somchai), head, "ask_resident", public_text="เสาต้นไหนคะ")

    page = page_of(browser, "my-case", case)

    assert page.count("เสาต้นไหนคะ") == 2
    assert ("เทศบาลรอข้อมูลจากท่าน" in page, '<details class="more" id="add" open>' in page) == (True, True)


def test_case_referred_names_the_agency(browser, head, somchai):
    agency = DepartmentFactory(name_th="การไฟฟ้าส่วนภูมิภาค", is_external=True, level="external", parent=None)
    soon = timezone.localdate() + timedelta(days=3)
    case = at_work(a_case(head, somchai), head)

    move(case, head, "refer", agency=agency, expected_date=soon, reason="เสาของการไฟฟ้า")

    page = page_of(browser, "my-case", case)
    assert '<dt>ส่งต่อให้</dt><dd class="strong">การไฟฟ้าส่วนภูมิภาค</dd>' in page
    assert f'<dt>หยุดเวลาไว้ถึง</dt><dd class="strong">{thai_date(soon)}</dd>' in page


def test_case_taken_into_a_plan_names_the_year(browser, head, somchai):
    case = a_case(head, somchai)
    words = {"public_text": "รับเข้าแผน", "department": head.department}

    move(case, head, "close_planned", plan_year=2571, expected_date=date(2027, 3, 1), **words)

    assert '<dt>รับเข้าแผนปี</dt><dd class="strong">2571</dd>' in page_of(browser, "my-case", case)


def test_added_words_stand_on_the_case(browser, head, somchai):
    case = a_case(head, somchai)

    page = browser.post(reverse("complaints:my-case", args=[case.reference]), {"text": "ยังดับอยู่ค่ะ"}, follow=True)

    assert ("ยังดับอยู่ค่ะ" in page.content.decode(), "ส่งข้อมูลเพิ่มแล้ว" in page.content.decode()) == (True, True)


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "กรุณาพิมพ์ข้อความหรือแนบภาพ"), ("x" * 1001, "ข้อความยาวเกิน 1,000 ตัวอักษร")]
)
def test_added_words_have_their_limits(browser, head, somchai, text, sentence):
    case = a_case(head, somchai)

    response = browser.post(reverse("complaints:my-case", args=[case.reference]), {"text": text})

    assert (response.status_code, sentence in response.content.decode()) == (422, True)


def test_tracking_link_is_to_read_only(head, somchai):
    case = a_case(head, somchai)
    address = reverse("complaints:track", args=[case.tracking_token])
    stranger = browser_of()

    page = stranger.get(address).content.decode()

    assert ("งานไฟฟ้าสาธารณะ" in page, "<form" in page, "ขอถอนเรื่องนี้" in page) == (True, False, False)
    assert stranger.post(address, {"text": "x"}).status_code == 405


# The last word


def test_verdict_is_asked_once_the_case_is_resolved(browser, head, somchai):
    case = resolved(a_case(head, somchai), head)

    page = page_of(browser, "rate", case)

    assert ("<h1>แก้ไขแล้ว เรียบร้อยดีหรือไม่</h1>" in page, page.count('name="verdict"')) == (True, 3)
    assert thai_datetime(case.answer_until) in page


def test_verdict_before_that_says_when_it_will_be_asked(browser, head, somchai):
    case = a_case(head, somchai)

    page = page_of(browser, "rate", case)

    assert ("<h1>ยังตอบไม่ได้</h1>" in page, 'name="verdict"' in page) == (True, False)


def test_good_is_thanked_and_asks_how_content(browser, head, somchai):
    case = resolved(a_case(head, somchai), head)

    page = answer(browser, case, verdict="good").content.decode()

    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert ("<h1>ขอบคุณที่ตอบ</h1>" in page, page.count('name="stars"')) == (True, 5)


def test_stars_are_kept_and_not_asked_again(browser, head, somchai):
    case = resolved(a_case(head, somchai), head)
    answer(browser, case, verdict="good")

    page = answer(browser, case, stars="5", text="ไวมาก").content.decode()

    rating = Rating.objects.get()
    assert (rating.stars, rating.text) == (5, "ไวมาก")
    assert ('name="stars"' in page, "ให้" in page) == (False, True)


def test_not_fixed_sends_the_case_back_with_a_new_date(browser, head, somchai):
    case = resolved(a_case(head, somchai), head)

    page = answer(browser, case, verdict="not_fixed", text="ดับอีกแล้ว").content.decode()

    case.refresh_from_db()
    assert case.status == Status.REOPENED
    assert ("<h1>ส่งกลับไปแก้ไขอีกครั้งแล้ว</h1>" in page, thai_datetime(case.due_at) in page) == (True, True)


def test_closed_case_can_still_be_sent_back(browser, head, somchai):
    case = resolved(a_case(head, somchai), head)
    answer(browser, case, verdict="good")

    assert 'href="?reopen=1"' in page_of(browser, "rate", case)
    page = page_of(browser, "rate", case, "?reopen=1")
    assert ("<h1>ขอให้แก้ไขอีกครั้ง</h1>" in page, '<input type="hidden" name="verdict" value="not_fixed">' in page) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({}, "id_verdict", "กรุณาเลือกว่าเรียบร้อยหรือไม่"),
        ({"verdict": "perhaps"}, "id_verdict", "กรุณาเลือกว่าเรียบร้อยหรือไม่"),
        ({"verdict": "good", "text": "x" * 1001}, "id_text", "ข้อความยาวเกิน 1,000 ตัวอักษร กรุณาย่อให้สั้นลง"),
        ({"stars": "6"}, "id_stars", "กรุณาเลือกคะแนน"),
        ({"stars": "5"}, "id_stars", "กรุณาเลือกก่อนว่าเรียบร้อยหรือไม่ แล้วจึงให้คะแนน"),
    ],
)
def test_odd_verdict_changes_nothing_and_says_what_to_do(browser, head, somchai, data, field, sentence):
    case = resolved(a_case(head, somchai), head)

    response = answer(browser, case, **data)

    case.refresh_from_db()
    assert (response.status_code, case.status) == (422, Status.RESOLVED)
    assert f'<a href="#{field}">{sentence}</a>' in response.content.decode()


@pytest.mark.parametrize("name", ["my-case", "rate", "withdraw"])
def test_page_of_another_residents_case_is_not_found(browser, head, name):
    case = a_case(head, ResidentFactory())
    address = reverse(f"complaints:{name}", args=[case.reference])

    assert (browser.get(address).status_code, browser.post(address, {"verdict": "good"}).status_code) == (404, 404)


# Two people, one telephone


def test_case_opened_inside_line_stays_hidden_until_its_owner_is_known(browser, head, somchai):
    address = reverse("complaints:my-case", args=[a_case(head, somchai).reference])

    page = browser.get(address, headers={"User-Agent": LINE}).content.decode()

    assert ('<html lang="th" class="is-resident is-checking">' in page, 'tabindex="-1" data-private' in page) == (
        True,
        True,
    )
    assert f'<meta name="resident" content="{somchai.line_mark}">' in page


def test_case_opened_elsewhere_is_seen_at_once(browser, head, somchai):
    page = page_of(browser, "my-case", a_case(head, somchai))

    assert ("is-checking" in page, "data-private" in page) == (False, False)


# The home page's part


def test_latest_cases_are_three_of_his_own_that_wait_first(head, somchai):
    old = resolved(a_case(head, somchai, age=timedelta(hours=40)), head)
    new = [a_case(head, somchai, age=timedelta(hours=n)) for n in (1, 2, 3)]
    a_case(head, ResidentFactory())

    cards = latest_cases(somchai, timezone.now())

    assert [card.number for card in cards] == [old.reference, new[0].reference, new[1].reference]


def test_home_shows_them_to_nobody_else(head, somchai):
    case = a_case(head, somchai)
    address = reverse("front:liff-home")

    pages = [browser_of(person).get(address).content.decode() for person in (somchai, ResidentFactory(), None)]

    assert [case.reference in page for page in pages] == [True, False, False]
