"""A town to be visited, before anything has happened and with a few dozen cases; and the cookies of its people."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import Login
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.models.record import Rating
from complaints.services.answers import answer_result
from complaints.services.drafts import save_draft, start_draft
from complaints.services.extensions import ask_extension
from complaints.services.photos import attach_to_draft
from complaints.services.seed import seed_categories
from complaints.services.signs import make_sign
from complaints.tests.desk import assigned, move
from complaints.tests.doors import browser_of, picture_file
from complaints.tests.factories import file_one
from complaints.views.draft import keep_draft
from nakhoncity.backoffice import demo
from nakhoncity.backoffice.demo_town import seed_residents
from nakhoncity.city.services import propose_holidays, seed_city
from nakhoncity.city.tests.factories import issue
from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access
from nakhoncity.kit.images import read_picture
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import ActingHolder, Position, StaffMember
from nakhoncity.staff.services import seed_demo_staff, seed_departments
from nakhoncity.staff.stages import SecondStep
from nakhoncity.staff.tests.second_step import give_app
from nakhoncity.tests.addresses import ANYBODY, HALF_WAY, REPORTER, SOMCHAI

MAYOR = "mayor"
LINE_ID = "U57229086ea96e241299f4026f4584737"


def somchai() -> Resident:
    """The resident whom most cases of the full town belong to."""
    return Resident.objects.get(line_user_id=LINE_ID)


def empty_town() -> None:
    """Offices, categories, staff and residents; nothing has happened."""
    seed_city()
    seed_departments()
    seed_categories()
    seed_demo_staff()
    seed_residents(now=timezone.now())


def full_town() -> None:
    """The same with cases in every state, a wish for more time, a key, and a report under way."""
    empty_town()
    now = timezone.now()
    demo.seed_past(now=now, past=5)
    demo.seed_soon(now=now)
    Complaint.objects.filter(reporter__display_name__in=["มาลี", "อนันต์"]).update(reporter=somchai())
    _every_state(now)
    _ask_for_time(now)
    issue(now=now)
    make_sign(title="เสาไฟหน้าวัด", category=None, place=None, member=_engineering(), now=now)
    _appoint(now)
    _begin_report()


def _appoint(now: datetime) -> None:
    """Somebody answers for the mayor, who has an app; somebody has looked at a case; the year has holidays."""
    member = _engineering()
    mayor = Position.objects.get(kind=Position.Kind.MAYOR)
    ActingHolder.objects.create(position=mayor, member=member, from_date=bangkok_date(now))
    give_app(StaffMember.objects.get(username=MAYOR), now - timedelta(hours=1))
    propose_holidays(year=bangkok_date(now).year)
    case = Complaint.objects.latest("pk").reference
    record_access(member=member, what=AccessEntry.What.CASE, key=case, now=now)


def _every_state(now: datetime) -> None:
    """Cases of Somchai in every state that has a page of its own: which ones the demo holds depends on the hour."""
    head, light = _engineering(), Category.objects.get(code="STREETLIGHT")
    _new, asked, done, ended = (
        file_one(now=now - timedelta(hours=1), category=light, reporter=somchai(), text="ไฟกะพริบหน้าตลาด")
        for _ in range(4)
    )
    move(assigned(asked, head), head, "ask_resident", public_text="ไฟดวงใด")
    for case in (done, ended):
        move(assigned(case, head), head, "resolve", outcome="answered", public_text="เรียบร้อยแล้ว")
    ended.refresh_from_db()
    answer_result(complaint=ended, verdict=Rating.Verdict.GOOD, resident=somchai(), now=now)


def _ask_for_time(now: datetime) -> None:
    """A case that is worked on, and the wish of who works on it."""
    head, light = _engineering(), Category.objects.get(code="STREETLIGHT")
    case = file_one(now=now - timedelta(hours=1), category=light, reporter=somchai(), text="ไฟกะพริบหน้าตลาด")
    move(assigned(case, head), head, "start")
    case.refresh_from_db()
    ask_extension(
        complaint=case,
        member=head,
        reason=Reason.PARTS,
        day=bangkok_date(case.due_at + timedelta(days=3)),
        note="รออะไหล่",
        now=now,
    )


def _engineering() -> StaffMember:
    return StaffMember.objects.select_related("department").get(username="head-engineering")


def _begin_report() -> None:
    now = timezone.now()
    draft = start_draft(resident=None, now=now)
    attach_to_draft(draft=draft, picture=read_picture(picture_file()), now=now)
    place = {"lat": 8.43, "lon": 99.96, "accuracy": 10, "address_text": "หน้าตลาด"}
    save_draft(draft_id=draft.pk, changes={"category": "STREETLIGHT", **place}, resident=None, now=now)


def client_of(who: str, **options: Any) -> Client:
    """A browser of one of the town's people, without a screen."""
    if who == ANYBODY:
        return Client(**options)
    if who == SOMCHAI:
        return browser_of(somchai(), **options)
    if who == HALF_WAY:
        return _half_way(Client(**options))
    if who != REPORTER:
        return browser_of(StaffMember.objects.get(username=who), **options)
    client = Client(**options)
    draft = ReportDraft.objects.order_by("created_at").last()
    if draft:
        client.cookies.load(keep_draft(HttpResponse(), draft).cookies.output(header=""))
    return client


def _half_way(client: Client) -> Client:
    """The browser in which the mayor has given his password, as allauth remembers it."""
    login = Login(user=StaffMember.objects.get(username=MAYOR), email_verification="none")
    login.state = {"stages": {"current": SecondStep.key}}
    session = SessionStore()
    session[LOGIN_SESSION_KEY] = login.serialize()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def cookies_of(who: str) -> dict[str, str]:
    """The same as cookies for a browser with a screen."""
    return {name: morsel.value for name, morsel in client_of(who).cookies.items()}
