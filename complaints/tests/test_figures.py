"""How the town does, in numbers: what counts, what is too little to say, what it costs."""

from datetime import timedelta

import pytest

from complaints.figures import Share, town_figures
from complaints.models.case import Complaint
from complaints.models.record import Rating
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import file_one, hours
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(office):
    return StaffFactory(role="head", department=office)


def advance(case, head, move, at, **fields):
    update_complaint(
        complaint_id=case.pk,
        update=Update(move=move, **fields),
        actor=Actor.of_staff(head),
        who=head.role,
        now=at,
    )


def repaired(category, head, *, filed, after, outcome="repaired"):
    """A case of the head's office that was repaired so long after it was filed."""
    case = file_one(now=filed, category=category)
    advance(case, head, "triage", filed, category=category, department=head.department)
    advance(case, head, "assign", filed, assignee=head)
    advance(case, head, "resolve", filed + after, outcome=outcome, public_text="เรียบร้อยแล้ว")
    return case


def test_a_new_town_has_no_figures(now):
    assert town_figures(now=now).is_empty


def test_few_cases_make_no_percentage_and_no_middle(now, category, head):
    for _ in range(9):
        repaired(category, head, filed=now - hours(30), after=hours(5), outcome="answered")

    shown = town_figures(now=now)

    assert (shown.on_time, shown.on_time.percent, shown.middle, shown.stars) == (Share(9, 9), None, None, None)


def test_ten_cases_make_both(now, category, head):
    for n in range(10):
        repaired(category, head, filed=now - hours(100), after=hours(5 * n + 5), outcome="answered")

    shown = town_figures(now=now)

    # The tenth took 50 hours of a promise of 48; the sixth of ten is the middle.
    assert (shown.on_time.percent, shown.middle, shown.repaired) == (90, hours(30), 10)


def test_open_and_overdue_are_counted_now_and_repairs_of_the_last_30_days(now, category, head):
    file_one(now=now - hours(1), category=category)
    file_one(now=now - hours(60), category=category)
    repaired(category, head, filed=now - timedelta(days=40), after=hours(5), outcome="answered")

    shown = town_figures(now=now)

    assert (shown.open, shown.overdue, shown.repaired) == (2, 1, 0)


def test_history_is_no_promise(now, category):
    file_one(now=now - hours(60), category=category)
    Complaint.objects.update(promised=False)

    assert town_figures(now=now).is_empty


def test_stars_are_the_mean_of_those_who_gave_some(now, category, head):
    for stars in [5, 5, 5, 4, 4, 4, 4, 4, 3, 3, None]:
        case = repaired(category, head, filed=now - hours(30), after=hours(5), outcome="answered")
        Rating.objects.create(complaint=case, number=1, verdict="good", stars=stars, given_at=now)

    shown = town_figures(now=now)

    assert (shown.stars, shown.raters) == (4.1, 10)


def test_figures_cost_three_statements(now, category, head, django_assert_num_queries):
    for _ in range(10):
        repaired(category, head, filed=now - hours(30), after=hours(5), outcome="answered")

    with django_assert_num_queries(3):
        town_figures(now=now)
