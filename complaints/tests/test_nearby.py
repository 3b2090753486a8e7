"""Joining instead of repeating, and what was said before: only what the reader may know, only what is near."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent, Follower
from complaints.services.answers import follow
from complaints.services.drafts import save_draft, start_draft
from complaints.services.nearby import find_joinable, find_said_before
from complaints.tests.desk import assigned, move
from complaints.tests.doors import browser_of
from complaints.tests.factories import CategoryFactory, file_one, hours
from complaints.views.draft import keep_draft
from nakhoncity.kit.geo import METRES_PER_DEGREE, Point
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
HERE = Point(8.4304, 99.9631)
SECRET = "ถ้อยคำที่ไม่ควรมีใครเห็น"


def north(metres):
    return Point(HERE.lat + metres / METRES_PER_DEGREE, HERE.lon)


@pytest.fixture
def lamp():
    return CategoryFactory(code="STREETLIGHT", duplicate_radius_m=50, duplicate_window_days=14)


@pytest.fixture
def malee():
    return ResidentFactory(display_name="มาลี")


def near(category, now, resident=None, find=find_joinable):
    found = find(category=category, place=HERE, resident=resident, now=now)
    return [(one.complaint, one.metres) for one in found]


def ended(case, now, **fields):
    moments = dict.fromkeys(("resolved_at", "closed_at", "clock_stopped_at"), now)
    fields = {"status": "closed", "outcome": "fixed", **moments, **fields}
    Complaint.objects.filter(pk=case.pk).update(**fields)
    return Complaint.objects.get(pk=case.pk)


# What is found


def test_open_cases_are_found_the_nearest_first(lamp, now):
    far, close = (file_one(now=now - hours(1), category=lamp, place=north(m)) for m in (40, 12))

    assert near(lamp, now) == [(close, 10), (far, 40)]


@pytest.mark.parametrize(
    "hidden",
    [
        {"is_public": False},
        {"is_confidential": True, "is_public": False},
        {"promised": False},
        {"needs_category": True},
    ],
)
def test_what_nobody_may_know_is_not_found(lamp, now, hidden):
    case = file_one(now=now - hours(1), category=lamp, place=HERE)
    Complaint.objects.filter(pk=case.pk).update(**hidden)

    assert near(lamp, now) == []


def test_cases_of_a_private_category_are_not_found(now):
    private = CategoryFactory(is_public=False)
    file_one(now=now - hours(1), category=private, place=HERE)

    assert near(private, now) == []


def test_own_case_is_found_even_where_nobody_else_may_know_it(now, malee):
    private = CategoryFactory(is_public=False)
    case = file_one(now=now - hours(1), category=private, place=HERE, reporter=malee)

    found = find_joinable(category=private, place=HERE, resident=malee, now=now)

    assert [(one.complaint, one.is_mine) for one in found] == [(case, True)]


def test_other_matters_other_places_and_old_ones_are_not_found(lamp, now):
    file_one(now=now - hours(1), category=CategoryFactory(), place=HERE)
    file_one(now=now - hours(1), category=lamp, place=north(60))
    file_one(now=now - hours(1), category=lamp, place=None)
    file_one(now=now - timedelta(days=15), category=lamp, place=HERE)
    ended(file_one(now=now - hours(1), category=lamp, place=HERE), now)

    assert near(lamp, now) == []


def test_without_a_pin_nothing_is_near(lamp, now):
    file_one(now=now - hours(1), category=lamp, place=HERE)

    assert find_joinable(category=lamp, place=None, resident=None, now=now) == []


def test_ended_cases_of_90_days_were_said_before(lamp, now):
    recent = ended(file_one(now=now - timedelta(days=89), category=lamp, place=HERE), now - timedelta(days=88))
    ended(file_one(now=now - timedelta(days=95), category=lamp, place=HERE), now - timedelta(days=91))

    assert [case for case, _metres in near(lamp, now, find=find_said_before)] == [recent]


def test_looking_around_costs_one_statement(lamp, now, django_assert_num_queries):
    for _ in range(5):
        file_one(now=now - hours(1), category=lamp, place=HERE)

    with django_assert_num_queries(1):
        assert len(near(lamp, now)) == 3


# In the form


def at_the_end(resident=None, **fields):
    """A browser whose report has matter and place, at its last step."""
    client = browser_of(resident)
    draft = start_draft(resident=resident, now=timezone.now())
    changes = {"category": "STREETLIGHT", "lat": HERE.lat, "lon": HERE.lon, "address_text": "หน้าวัด", **fields}
    save_draft(draft_id=draft.pk, changes=changes, resident=resident, now=timezone.now())
    client.cookies.load(keep_draft(HttpResponse(), draft).cookies.output(header=""))
    return client


@pytest.fixture
def known(lamp):
    """Somebody's open case at this place."""
    return file_one(now=timezone.now() - hours(1), category=lamp, place=HERE, reporter=ResidentFactory(), text=SECRET)


def join(client, case):
    return client.post(reverse("complaints:report-join", args=[case.reference]))


def test_last_step_shows_the_known_case_and_nothing_of_its_words(known, malee):
    page = at_the_end(malee).get(reverse("complaints:report-detail")).content.decode()

    assert ("เป็นเรื่องเดียวกัน ขอติดตามด้วย" in page, SECRET in page) == (True, False)


def test_one_tap_follows_and_leads_to_the_case(known, malee):
    client = at_the_end(malee)

    response = join(client, known)

    assert response["Location"] == reverse("complaints:my-case", args=[known.reference])
    assert list(Follower.objects.values_list("complaint", "resident")) == [(known.pk, malee.pk)]
    assert Complaint.objects.count() == 1
    assert client.cookies["report"].value == ""


def test_two_taps_follow_once(known, malee):
    join(at_the_end(malee), known)
    join(at_the_end(malee), known)

    assert Follower.objects.count() == 1


def test_who_is_not_signed_in_reads_of_it_and_cannot_follow(known):
    client = at_the_end()

    page = client.get(reverse("complaints:report-detail")).content.decode()

    assert ("ไม่ต้องแจ้งซ้ำ" in page, "ขอติดตามด้วย" in page) == (True, False)
    assert join(client, known).status_code == 404


def test_a_case_that_is_not_near_cannot_be_followed(known, malee):
    client = at_the_end(malee, lat=HERE.lat + 1)

    assert join(client, known)["Location"] == reverse("complaints:report-detail")
    assert not Follower.objects.exists()


def test_a_case_that_ended_meanwhile_is_told_and_nothing_is_lost(known, malee):
    client = at_the_end(malee, text="มืดมาก")
    ended(known, timezone.now())

    response = client.post(reverse("complaints:report-join", args=[known.reference]), follow=True)

    assert "เรื่องนั้นเสร็จสิ้น" in response.content.decode()
    assert "มืดมาก" in response.content.decode()


def test_own_case_is_opened_not_followed(lamp, malee):
    own = file_one(now=timezone.now() - hours(1), category=lamp, place=HERE, reporter=malee)

    assert join(at_the_end(malee), own).status_code == 302
    assert not Follower.objects.exists()


def test_report_of_what_was_said_before_tells_staff_so(lamp, malee):
    before = ended(file_one(now=timezone.now() - hours(50), category=lamp, place=HERE), timezone.now() - hours(2))

    at_the_end(malee).post(reverse("complaints:report-detail"), {"text": "ยังดับ", "again_of": before.reference})

    case = Complaint.objects.get(text="ยังดับ")
    filed = ComplaintEvent.objects.get(complaint=case)
    assert filed.internal_text == f"ผู้แจ้งบอกว่าเคยแจ้งแล้ว ยังไม่เรียบร้อย: {before.reference}"


@pytest.mark.parametrize("made_up", ["NST-69-999999", "<script>", "x" * 30])
def test_what_was_not_offered_is_not_believed(lamp, malee, made_up):
    at_the_end(malee).post(reverse("complaints:report-detail"), {"text": "ยังดับ", "again_of": made_up})

    assert not ComplaintEvent.objects.exclude(internal_text="").exists()


def test_own_repair_of_late_is_sent_back_instead(lamp, malee):
    own = ended(file_one(now=timezone.now() - hours(50), category=lamp, place=HERE, reporter=malee), timezone.now())

    page = at_the_end(malee).get(reverse("complaints:report-detail"))

    assert [one.complaint for one in page.context["reopenable"]] == [own]
    assert f"{reverse('complaints:rate', args=[own.reference])}?reopen=1" in page.content.decode()


# Following


@pytest.fixture
def followed(known, malee, now):
    follow(complaint=known, resident=malee, now=now)
    return known


def test_follower_sees_where_it_stands_and_nothing_that_was_written(followed, malee):
    page = browser_of(malee).get(reverse("complaints:my-case", args=[followed.reference])).content.decode()

    assert (followed.reference in page, followed.department.name_th in page, SECRET in page) == (True, True, False)


def test_follower_finds_it_in_his_list(followed, malee):
    context = browser_of(malee).get(reverse("complaints:my")).context

    assert [row["case"] for row in context["followed"]] == [followed]


@pytest.mark.parametrize("door", ["my-case", "rate", "withdraw"])
def test_follower_changes_nothing(followed, malee, door):
    response = browser_of(malee).post(reverse(f"complaints:{door}", args=[followed.reference]), {"text": "ถอนเถอะ"})

    assert response.status_code == 404
    assert ComplaintEvent.objects.count() == 1


def test_follower_of_a_case_that_is_public_no_more_sees_it_no_more(followed, malee):
    Complaint.objects.filter(pk=followed.pk).update(is_public=False)

    assert browser_of(malee).get(reverse("complaints:my-case", args=[followed.reference])).status_code == 404


def test_who_does_not_follow_is_not_shown(followed):
    page = browser_of(ResidentFactory()).get(reverse("complaints:my-case", args=[followed.reference]))

    assert page.status_code == 404


def test_unfollowing_ends_it(followed, malee):
    response = browser_of(malee).post(reverse("complaints:unfollow", args=[followed.reference]))

    assert (response["Location"], Follower.objects.count()) == (reverse("complaints:my"), 0)


def test_follower_hears_of_the_end_once(followed, malee, head):
    head.department = followed.department
    head.save()
    move(assigned(followed, head), head, "resolve", outcome="answered", public_text="เรียบร้อยแล้ว")

    told = OutboundMessage.objects.filter(message_class=MessageClass.FOLLOWER)
    assert [row.dedupe_key.endswith(f":follower:{malee.pk}") for row in told] == [True]


def test_last_step_with_a_pin_costs_two_statements_more(known, malee, django_assert_num_queries):
    client = at_the_end(malee)
    client.get(reverse("complaints:report-detail"))

    with django_assert_num_queries(6):
        client.get(reverse("complaints:report-detail"))
