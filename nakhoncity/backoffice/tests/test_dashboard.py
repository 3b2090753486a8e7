"""A department's dashboard: its figures, where they lead, who may see it, and what a poll costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.services.escalation import sweep_escalations
from complaints.services.events import Actor
from complaints.services.moves import Update, update_complaint
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r'href="(/staff/inbox/[^"]+\?[^"]+)"(?:(?!</a>).)*?>(\d+)(?=\s*<)', re.DOTALL)


@pytest.fixture
def head(client):
    member = StaffFactory(role="head")
    client.force_login(member)
    return member


def address_of(department):
    return reverse("backoffice:dashboard", args=[department.code])


def move(complaint, member, name, *, at, **given):
    update_complaint(
        complaint_id=complaint.pk, update=Update(move=name, **given), actor=Actor.of_staff(member), who="head", now=at
    )


@pytest.fixture
def busy_office(head):
    """One case late, one near its end, one waiting for its reporter, one done today, one just come in."""
    now = timezone.now()
    PositionFactory(department=head.department, holder=head, title_th="ผู้อำนวยการสำนักทดสอบ")
    light, road = CategoryFactory(department=head.department), CategoryFactory(department=head.department)
    late = file_one(category=light, now=now - timedelta(hours=50))
    file_one(category=road, now=now - timedelta(hours=43))
    waiting = file_one(category=road, now=now - timedelta(hours=5))
    done = file_one(category=light, now=now - timedelta(hours=4))
    file_one(category=light, now=now)
    move(late, head, "triage", at=now - timedelta(hours=49), category=light, department=head.department)
    move(late, head, "take", at=now - timedelta(hours=48))
    move(waiting, head, "ask_resident", at=now - timedelta(hours=2), public_text="จุดไหน")
    move(done, head, "triage", at=now - timedelta(hours=3), category=light, department=head.department)
    move(done, head, "resolve", at=now - timedelta(minutes=1), outcome="answered", public_text="เสร็จแล้ว")
    sweep_escalations(now=now)
    return head.department


def test_dashboard_numbers_lead_to_exactly_their_cases(client, busy_office):
    page = client.get(address_of(busy_office)).content.decode()

    found = {}
    for address, number in NUMBER.findall(page):
        listed = client.get(address.replace("&amp;", "&")).context["total"]
        found[address] = (int(number), listed)
    assert len(found) > 20
    assert {address: pair for address, pair in found.items() if pair[0] != pair[1]} == {}


def test_dashboard_names_the_post_a_late_case_was_reported_to(client, head, busy_office):
    first = client.get(address_of(busy_office)).context["urgent"][0]

    assert (first["clock"].css, first["case"].told) == ("is-overdue", "ผู้อำนวยการสำนักทดสอบ")


def test_dashboard_without_cases_says_so(client, head):
    page = client.get(address_of(head.department)).content.decode()

    assert "ไม่มีเรื่องค้าง" in page


def test_dashboard_poll_answers_304_when_nothing_changed(client, busy_office):
    etag = client.get(address_of(busy_office))["ETag"]

    poll = client.get(address_of(busy_office), headers={"If-None-Match": etag, "HX-Request": "true"})

    assert (poll.status_code, poll.content) == (304, b"")


def test_dashboard_poll_brings_the_part_after_a_change(client, head, busy_office):
    etag = client.get(address_of(busy_office))["ETag"]
    move(Complaint.objects.get(status="assigned"), head, "start", at=timezone.now())

    poll = client.get(address_of(busy_office), headers={"If-None-Match": etag, "HX-Request": "true"})

    assert (poll.status_code, "<html" in poll.content.decode()) == (200, False)


def test_dashboard_of_another_office_is_not_found(client, head):
    assert client.get(address_of(DepartmentFactory())).status_code == 404


def test_dashboard_signed_out_leads_to_the_sign_in(client):
    response = client.get(address_of(DepartmentFactory()))

    assert response.url.startswith(reverse("staff:login"))
