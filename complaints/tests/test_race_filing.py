"""Filing by many at once: one draft one case, one case one number, no picture and no word lost."""

from collections import Counter

import pytest
from django.db import connection

from complaints.models.case import Complaint
from complaints.models.draft import ReferenceCounter, ReportDraft
from complaints.models.record import Photo
from complaints.services.drafts import start_draft
from complaints.tests.factories import NOW, CategoryFactory
from nakhoncity.tests.crew import PROCESSES, without_unique

ACTS = "complaints.tests.race_acts"
NO_LOCKS = f"{ACTS}.no_row_locks"
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite serialises writers and hides the race"
)


@pytest.fixture(autouse=True)
def category(transactional_db):
    return CategoryFactory()


def everybody(name, **arguments):
    return [(f"{ACTS}.{name}", {"now": NOW.isoformat(), **arguments})] * PROCESSES


def new_drafts(number):
    return [str(start_draft(resident=None, now=NOW).pk) for _ in range(number)]


def shares(things):
    """What each of the eight gets, as even as can be."""
    return [things[n::PROCESSES] for n in range(PROCESSES)]


# One draft, one case


@on_postgresql
def test_one_draft_sent_by_eight_is_one_case_with_one_reference(crew):
    drafts = new_drafts(1)

    answers = crew.act(everybody("file_drafts", drafts=drafts))

    assert answers == [["NST-69-000001"]] * PROCESSES
    assert Complaint.objects.count() == 1


@on_postgresql
def test_one_draft_sent_by_eight_is_several_cases_without_the_unique_draft(crew):
    drafts = new_drafts(1)

    with without_unique("complaints_complaint", "draft_id"):
        crew.act(everybody("file_drafts", drafts=drafts))
        cases = Complaint.objects.count()

    assert cases > 1


# One case, one number


def file_shares(crew, number, name="file_drafts", **how):
    """The eight share the filing of so many new drafts; all references, or names of errors."""
    acts = [(f"{ACTS}.{name}", {"drafts": mine, "now": NOW.isoformat()}) for mine in shares(new_drafts(number))]
    return [reference for mine in crew.act(acts, **how) for reference in mine]


@on_postgresql
def test_eight_filing_56_drafts_get_56_references_in_a_new_year(crew):
    assert not ReferenceCounter.objects.exists()

    references = file_shares(crew, 56)

    assert sorted(references) == [f"NST-69-{n:06d}" for n in range(1, 57)]


@on_postgresql
def test_eight_filing_56_drafts_lose_some_when_numbers_are_highest_plus_one(crew):
    references = file_shares(crew, 56, without=f"{ACTS}.highest_reference_plus_one")

    assert Counter(references)["IntegrityError"] > 0


def test_fifty_filings_at_once_are_fifty_references_and_no_error(crew):
    references = file_shares(crew, 50, "file_drafts_at_once")

    assert sorted(references) == [f"NST-69-{n:06d}" for n in range(1, 51)]
    assert Complaint.objects.count() == 50


# Pictures that come while the report is being filed


def file_among_pictures(crew, tmp_path, **how):
    """Each files five drafts while four pictures come for each; how many pictures came to no case."""
    acts = [
        (f"{ACTS}.file_among_pictures", {"drafts": mine, "now": NOW.isoformat()}) for mine in shares(new_drafts(40))
    ]
    crew.act(acts, media=tmp_path, **how)
    assert (Complaint.objects.count(), Photo.objects.count()) == (40, 160)
    return Photo.objects.filter(complaint=None).count()


@on_postgresql
def test_pictures_that_come_during_the_filing_all_reach_the_case(crew, tmp_path):
    assert file_among_pictures(crew, tmp_path) == 0


@on_postgresql
def test_pictures_that_come_during_the_filing_are_lost_without_the_drafts_lock(crew, tmp_path):
    assert file_among_pictures(crew, tmp_path, without=NO_LOCKS) > 0


def hang_by_eight(crew, tmp_path, **how):
    """Eight hang pictures on the same ten drafts; how many drafts have more than five."""
    drafts = new_drafts(10)
    crew.act(everybody("attach_pictures", drafts=drafts), media=tmp_path, **how)
    taken = Counter(Photo.objects.values_list("draft_id", flat=True))
    return sum(number > 5 for number in taken.values())


@on_postgresql
def test_eight_pictures_at_once_are_five(crew, tmp_path):
    assert hang_by_eight(crew, tmp_path) == 0
    assert Photo.objects.count() == 50


@on_postgresql
def test_eight_pictures_at_once_are_more_than_five_without_the_drafts_lock(crew, tmp_path):
    assert hang_by_eight(crew, tmp_path, without=NO_LOCKS) > 0


# Two tabs, eight here, that type into one draft


def type_by_eight(crew, **how):
    (draft,) = new_drafts(1)
    acts = [
        (f"{ACTS}.type_into_draft", {"draft": draft, "names": [f"{n}-{m}" for m in range(10)], "now": NOW.isoformat()})
        for n in range(PROCESSES)
    ]
    crew.act(acts, **how)
    return len(ReportDraft.objects.get(pk=draft).fields)


@on_postgresql
def test_eight_tabs_keep_every_field(crew):
    assert type_by_eight(crew) == 80


@on_postgresql
def test_eight_tabs_lose_fields_without_the_drafts_lock(crew):
    assert type_by_eight(crew, without=NO_LOCKS) < 80
