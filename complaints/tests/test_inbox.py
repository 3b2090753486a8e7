"""The inbox: its views, what narrows them, its order, its polls."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.filters import VIEWS, Narrowing
from complaints.models.case import Complaint
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    member = StaffFactory(role="clerk")
    client.force_login(member)
    return member


def listed(client, view, **query):
    response = client.get(reverse("complaints:inbox", args=[view]), query)
    return [row["case"].pk for row in response.context["rows"]]


def test_inbox_puts_what_falls_due_first_on_top(client, clerk):
    late = file_one(now=timezone.now() - timedelta(hours=1))
    later = file_one(now=timezone.now())
    first = file_one(now=timezone.now() - timedelta(hours=50))

    assert listed(client, "all") == [first.pk, late.pk, later.pk]


def test_inbox_with_ended_cases_puts_the_newest_on_top(client, clerk):
    old = file_one(now=timezone.now() - timedelta(days=3))
    Complaint.objects.filter(pk=old.pk).update(status="closed", outcome="fixed")
    new = file_one(now=timezone.now())

    assert (listed(client, "any"), listed(client, "all")) == ([new.pk, old.pk], [new.pk])


def test_inbox_shows_what_was_called_done_in_part_for_a_month(client, clerk):
    now = timezone.now()
    fresh, old = file_one(now=now - timedelta(days=2)), file_one(now=now - timedelta(days=60))
    for case, days in ((fresh, 1), (old, 31)):
        closed = {"status": "closed", "outcome": "partly_fixed", "closed_at": now - timedelta(days=days)}
        Complaint.objects.filter(pk=case.pk).update(**closed)

    assert listed(client, "partly") == [fresh.pk]


def test_inbox_view_that_is_unknown_is_not_found(client, clerk):
    assert client.get(reverse("complaints:inbox", args=["nothing"])).status_code == 404


def test_inbox_narrows_by_category_and_says_so_in_a_chip(client, clerk):
    ours = file_one(category=CategoryFactory(name_th="ถนนชำรุด"))
    file_one()

    response = client.get(reverse("complaints:inbox", args=["all"]), {"category": ours.category.code})

    assert [row["case"].pk for row in response.context["rows"]] == [ours.pk]
    assert response.context["chips"] == [{"words": "ถนนชำรุด", "left": ""}]


def test_inbox_chip_takes_away_only_itself(client, clerk):
    response = client.get(reverse("complaints:inbox", args=["all"]), {"officer": "none", "level": "3"})

    assert [chip["left"] for chip in response.context["chips"]] == ["level=3", "officer=none"]


def test_inbox_narrowed_to_nothing_offers_to_clear(client, clerk):
    file_one()

    page = client.get(reverse("complaints:inbox", args=["all"]), {"category": "NOTHING"}).content.decode()

    assert "ไม่มีเรื่องที่ตรงกับตัวกรอง" in page


@pytest.mark.parametrize(
    "given",
    [
        {"officer": "๑"},
        {"officer": "1 OR 1"},
        {"level": "9"},
        {"received": "31/12/2569"},
        {"received": "2026-13-01"},
        {"department": "x\0"},
        {"category": "ก"},
        {"nothing": "1"},
    ],
)
def test_narrowing_that_cannot_be_read_narrows_nothing(given):
    assert Narrowing.read(given).given == {}


def test_narrowing_reads_back_what_it_gives():
    given = {"department": "ENG", "category": "ROAD", "officer": "7", "level": "3", "received": "2026-11-25"}

    assert Narrowing.read(given).given == given


def test_inbox_officer_with_an_absurd_number_finds_nothing(client, clerk):
    file_one()

    assert listed(client, "all", officer="9" * 40) == []


def test_inbox_counts_beside_it_are_those_of_its_views(client, clerk):
    file_one(now=timezone.now() - timedelta(hours=50))
    file_one(now=timezone.now())

    sides = client.get(reverse("complaints:inbox", args=["all"])).context["views"]

    shown = {item["view"].name: item["count"] for item in sides}
    assert shown == {name: len(listed(client, name)) if view.is_counted else None for name, view in VIEWS.items()}


def test_inbox_poll_brings_the_list_and_the_counts(client, clerk):
    case = file_one()

    part = client.get(reverse("complaints:inbox", args=["all"]), headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in part, f'data-key="{case.pk}"' in part, 'id="count-new" hx-swap-oob="true">1<' in part) == (
        False,
        True,
        True,
    )


def test_inbox_pages_lead_on_and_back(client, clerk, monkeypatch):
    monkeypatch.setattr("complaints.views.staff.PAGE", 2)
    cases = [file_one(now=timezone.now() - timedelta(hours=hours)) for hours in (5, 4, 3)]
    address = reverse("complaints:inbox", args=["all"])

    first = client.get(address).context["page"]
    second = client.get(address, {"cursor": first.next}).context["page"]
    back = client.get(address, {"cursor": second.previous}).context["page"]

    assert [[row.pk for row in page.rows] for page in (first, second, back)] == [
        [cases[0].pk, cases[1].pk],
        [cases[2].pk],
        [cases[0].pk, cases[1].pk],
    ]


def test_inbox_sorts_by_the_address_and_keeps_it_in_the_pager(client, clerk, monkeypatch):
    monkeypatch.setattr("complaints.views.staff.PAGE", 1)
    old = file_one(now=timezone.now() - timedelta(hours=5))
    new = file_one(now=timezone.now())

    response = client.get(reverse("complaints:inbox", args=["all"]), {"sort": "newest", "officer": "none"})

    assert (response.context["page"].rows, response.context["query"]) == ([new], "officer=none&sort=newest")
    assert old.reference not in response.content.decode()
