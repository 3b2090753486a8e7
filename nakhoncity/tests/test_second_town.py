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
from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.rich_menu import menu
from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
FIRST_TOWN = re.compile(r"นครศรี|นครซิตี้|\bNST-|@nakhon|Nakhon Si")


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


def addresses(case):
    """Every page that a resident or a member of staff opens with a case at hand."""
    ref = [case.reference]
    return [
        *(
            reverse(name)
            for name in ("front:home", "front:liff-home", "front:privacy", "complaints:find", "complaints:my")
        ),
        *(reverse(f"complaints:report-{step}") for step in ("start", "photo", "what")),
        *(reverse(f"complaints:{name}", args=ref) for name in ("report-done", "my-case", "rate", "case", "extension")),
        reverse("complaints:track", args=[case.tracking_token]),
        *(reverse("complaints:inbox", args=[view]) for view in ("all", "any")),
        reverse("complaints:extensions"),
        reverse("backoffice:dashboard", args=[case.department.code]),
        "/nothing/",
    ]


def test_no_page_of_another_town_names_the_first(client, case):
    client.force_login(case.assignee)
    client.cookies[COOKIE] = start_session(resident=case.reporter, now=timezone.now(), user_agent="")

    named = {
        address: found.group()
        for address in addresses(case)
        if (found := FIRST_TOWN.search(client.get(address, follow=True).content.decode()))
    }

    assert named == {}


def test_staff_sign_in_of_another_town_names_it(client, case):
    page = client.get(reverse("staff:login")).content.decode()

    assert ("ธารทิพย์ซิตี้" in page, FIRST_TOWN.search(page)) == (True, None)


def test_references_and_messages_of_another_town_are_its_own(case):
    said = json.dumps(list(OutboundMessage.objects.values_list("payload", flat=True)), ensure_ascii=False)

    assert (case.reference[:4], FIRST_TOWN.search(said)) == ("TTP-", None)


def test_rich_menu_of_another_town_names_no_other(case):
    assert FIRST_TOWN.search(json.dumps(menu(), ensure_ascii=False)) is None
