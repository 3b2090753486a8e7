"""What the town's own cases teach, once a day; and what a process knows of it."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.word import CategoryWord
from complaints.services import words
from complaints.services.measuring import measure, read_halves
from complaints.services.seed import seed_categories
from complaints.tests.factories import file_one
from nakhoncity.staff.services import seed_departments
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
SECRET = "ซักกะบุงกี"


@pytest.fixture(autouse=True)
def _nothing_kept():
    words.forget_words()
    yield
    words.forget_words()


@pytest.fixture
def town(db):
    seed_departments()
    seed_categories()


@pytest.fixture
def clerk_of_town(town):
    return StaffFactory(username="clerk", role="clerk")


def worked(text, code, **fields):
    """A case whose category staff have seen."""
    case = file_one(text=text, category=Category.objects.get(code=code), **fields)
    Complaint.objects.filter(pk=case.pk).update(status="triaged")
    return Complaint.objects.get(pk=case.pk)


def suggested(text):
    return [category.code for category, _why in words.suggest_categories(text=text)]


def runs_of(code):
    return set(CategoryWord.objects.filter(category__code=code).values_list("run", flat=True))


def test_sentences_are_ten_and_more_for_each_category_and_none_twice(town):
    teaching, measuring = words.teaching_sentences(), words.measuring_sentences()
    texts = [text for text, _code in [*teaching, *measuring]]

    per_category = dict.fromkeys(Category.objects.values_list("code", flat=True), 0)
    for _text, (code,) in [*teaching, *measuring]:
        per_category[code] += 1
    assert (len(set(texts)), min(per_category.values()) >= 10) == (len(texts), True)
    assert len(measuring) == len(teaching) >= 120


def test_a_new_town_suggests_from_the_first_day(town, now):
    words.learn_words(now=now)

    assert suggested("ไฟหน้าปากซอยดับมาสามวันแล้วค่ะ")[0] == "STREETLIGHT"


def test_unlearned_sentences_meet_the_mark(town, now):
    words.learn_words(now=now)

    met = sum(code in suggested(text) for text, (code,) in words.measuring_sentences())

    assert met >= 0.75 * len(words.measuring_sentences())


def test_cases_teach_what_nobody_put_down(town, now):
    for n in range(4):
        worked(f"{SECRET}แตก บ้านเลขที่ {n}", "FOOTPATH", now=now)

    words.learn_words(now=now)

    assert suggested(f"ตรงนี้{SECRET}")[0] == "FOOTPATH"


@pytest.mark.parametrize(
    "hidden",
    [
        {"is_confidential": True, "is_public": False},
        {"needs_category": True},
        {"status": "new"},
        {"received_at": "2020-01-01T00:00:00Z"},
    ],
)
def test_what_must_not_teach_does_not(town, now, hidden):
    cases = [worked(f"{SECRET}แตก {n}", "FOOTPATH", now=now) for n in range(4)]
    Complaint.objects.filter(pk__in=[case.pk for case in cases]).update(**hidden)

    words.learn_words(now=now)

    assert not any(run and run in SECRET for run in runs_of("FOOTPATH") if len(run) == 5)


def test_a_sensitive_category_learns_from_our_sentences_only(town, now):
    for n in range(4):
        worked(f"{SECRET}แตก {n}", "WELFARE", now=now)

    words.learn_words(now=now)

    assert not any(run in SECRET for run in runs_of("WELFARE") if len(run) == 5)


def test_sweep_learns_once_a_day(town, now):
    learned = [words.sweep_words(now=now + timedelta(hours=hours)) > 0 for hours in (0, 1, 19, 21)]

    assert learned == [True, False, False, True]


def test_learning_twice_leaves_one_set(town, now):
    first = words.learn_words(now=now)
    second = words.learn_words(now=now)

    assert first == second == CategoryWord.objects.count()


def test_a_category_that_is_offered_no_more_is_not_suggested(town, now):
    words.learn_words(now=now)
    Category.objects.filter(code="STREETLIGHT").update(is_active=False)
    words.forget_words()

    assert "STREETLIGHT" not in suggested("ไฟถนนดับ")


def test_a_process_reads_the_words_once_in_ten_minutes(town, now, django_assert_num_queries):
    words.learn_words(now=now)
    suggested("ไฟดับ")

    with django_assert_num_queries(1):
        suggested("ถนนเป็นหลุม")


# Measuring


def csv_of(*rows):
    return io.StringIO("text,category,received_at\n" + "".join(f'"{t}","{c}",{at}\n' for t, c, at in rows))


def test_halves_are_by_time_and_without_repetitions(town):
    rows = [
        ("หลุม", "ROAD", "2026-01-04"),
        ("ไฟดับ 1", "STREETLIGHT", "2026-01-01"),
        ("หมา", "ANIMAL,NOISE", "2026-01-03"),
    ]

    earlier, later = read_halves(csv_of(*rows, ("ไฟดับ 2!", "STREETLIGHT", "2026-01-02")))

    assert (earlier, later) == ([("ไฟดับ 1", ["STREETLIGHT"])], [("หมา", ["ANIMAL", "NOISE"]), ("หลุม", ["ROAD"])])


def test_what_has_no_label_we_know_is_left_out(town):
    assert read_halves(csv_of(("อะไร", "UNHEARD_OF", ""), ("หลุม", "ROAD", ""))) == ([], [("หลุม", ["ROAD"])])


def test_any_of_several_labels_is_a_hit(town):
    measured = measure([], [("ไฟดับทั้งซอย", ["NOISE", "STREETLIGHT"]), ("zzz", ["ROAD"])])

    assert (measured.later.texts, measured.later.top_3, measured.later.mean_top_3) == (2, 50.0, pytest.approx(200 / 3))


def test_command_prints_the_figures(town, tmp_path, capsys):
    path = tmp_path / "labelled.csv"
    path.write_text(csv_of(("หลุม", "ROAD", "1"), ("ไฟดับ", "STREETLIGHT", "2")).getvalue(), encoding="utf-8-sig")

    call_command("measure_suggestions", str(path))

    said = capsys.readouterr().out
    assert "learned on 1 earlier texts" in said
    assert "later half: n 1, top-1 100.0 %, top-3 100.0 %, top-3 averaged over 1 categories 100.0 %" in said


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe", b""])
def test_command_says_what_the_file_lacks(town, tmp_path, content):
    path = tmp_path / "labelled.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError):
        call_command("measure_suggestions", str(path))


# Where it is shown


def test_search_that_found_nothing_is_answered_with_categories(client, town, now):
    words.learn_words(now=now)

    answer = client.post("/liff/report/suggest/", {"text": "ไฟหน้าบ้านไม่ติด"})

    assert json.loads(answer.content)["categories"][0] == "STREETLIGHT"


@pytest.mark.parametrize("text", ["", "\x00", "x" * 5000])
def test_search_survives_odd_words(client, town, text):
    assert client.post("/liff/report/suggest/", {"text": text}).json() == {"categories": []}


def test_case_without_a_category_shows_what_it_may_be(client, town, now, clerk_of_town):
    words.learn_words(now=now)
    case = file_one(text="ไฟถนนดับหน้าวัด", category=Category.objects.get(code="OTHER"), needs_category=True)
    client.force_login(clerk_of_town)

    page = client.get(f"/staff/cases/{case.reference}/")

    guesses = page.context["guesses"]["found"]
    assert (guesses[0][0].code, "ไฟถนน" in guesses[0][1].because[0]) == ("STREETLIGHT", True)
    assert f'data-pick="#id_category" data-pick-move="triage" value="{guesses[0][0].pk}"' in page.content.decode()


def test_case_with_a_category_is_not_guessed_at(client, town, now, clerk_of_town):
    case = file_one(text="ไฟถนนดับหน้าวัด", category=Category.objects.get(code="ROAD"))
    client.force_login(clerk_of_town)

    assert client.get(f"/staff/cases/{case.reference}/").context["guesses"] is None
