"""Another town's file: no page, card or number says the first one's name."""

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.city.services import seed_city
from nakhoncity.kit.geo import Point
from nakhoncity.kit.language import WITHOUT_TWIN
from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.rich_menu import menu
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.tests.addresses import ANYBODY, PAGE, filled, values
from nakhoncity.tests.tour import TOUR
from nakhoncity.tests.town import client_of, full_town

pytestmark = pytest.mark.django_db
# Its names, its neighbours, its numbers and its sign; “Nakhoncity” is what the program is called.
FIRST_TOWN = re.compile(
    r"นครศรี|นครซิตี้|ปากนคร|ปากพูน|โพธิ์เสด็จ|เมืองนคร|\bNST\b|@nakhon|Nakhon Si|Pak Phun|nakhoncity\.org|mark-stupa"
)
# The history of the one row that was another town until the test began.
PAST = "/admin/city/cityprofile/1/history/"
MANY_PAGES = 100


@pytest.fixture
def case(db):
    """A case of the other town, resolved, so that every message it owes has been written."""
    seed_city(path=settings.TOWN_FILE.with_name("tarnthip.json"), reset=True)
    member = StaffFactory(role="clerk", username="clerk")
    category = CategoryFactory(department=member.department)
    case = file_one(
        now=timezone.now(),
        category=category,
        reporter=ResidentFactory(),
        place=Point(14.2, 101.2),
        contact_phone="0812345678",
    )
    for name, given in {
        "triage": {"category": category, "department": member.department},
        "assign": {"assignee": member},
        "resolve": {"outcome": "fixed", "public_text": "เรียบร้อย"},
    }.items():
        update = Update(move=name, **given)
        update_complaint(
            complaint_id=case.pk, update=update, actor=Actor.of_staff(member), who="clerk", now=timezone.now()
        )
    return Complaint.objects.get(pk=case.pk)


def pages_of_the_tour():
    """Every page of the table of addresses, as each of its readers sees it, in both languages; with what it shows."""
    for address, entry in TOUR.items():
        if entry.answers != PAGE:
            continue
        for who in [entry.who, *entry.also]:
            client = client_of(who)
            for arguments in entry.arguments():
                path = filled(address, arguments)
                yield path, client.get(path).content.decode()
                if who == ANYBODY and not path.startswith(WITHOUT_TWIN):
                    yield f"/en{path}", client.get(f"/en{path}").content.decode()
        for fields in entry.wrong:
            arguments = entry.arguments()[0]
            path = filled(address, arguments)
            yield f"POST {path}", client_of(entry.who).post(path, values(fields, arguments)).content.decode()


def test_no_page_of_another_town_names_the_first(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.TOWN_FILE = settings.TOWN_FILE.with_name("tarnthip.json")
    seed_city(reset=True)
    full_town()

    visited = dict(pages_of_the_tour())

    visited.pop(PAST)
    named = {path: found.group() for path, page in visited.items() if (found := FIRST_TOWN.search(page))}
    assert named == {}
    assert len(visited) > MANY_PAGES


def test_staff_sign_in_of_another_town_names_it(client, case):
    page = client.get(reverse("staff:login")).content.decode()

    assert ("ธารทิพย์ซิตี้" in page, FIRST_TOWN.search(page)) == (True, None)


def test_references_and_messages_of_another_town_are_its_own(case):
    said = json.dumps(list(OutboundMessage.objects.values_list("payload", flat=True)), ensure_ascii=False)

    assert (case.reference[:4], FIRST_TOWN.search(said)) == ("TTP-", None)


def test_rich_menu_of_another_town_names_no_other(case):
    assert FIRST_TOWN.search(json.dumps(menu(), ensure_ascii=False)) is None
