"""Each registered table records who created, changed and deleted what, on both databases."""

from datetime import date

import pytest
from auditlog.registry import auditlog
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from complaints.models.category import Category
from complaints.tests.factories import CategoryFactory
from nakhoncity.administration.changes import show
from nakhoncity.city.models import Area, CityMode, CityProfile, Holiday
from nakhoncity.city.services import confirm_holidays, seed_city
from nakhoncity.history.actor import KnowActor
from nakhoncity.history.models import AccessEntry, Change
from nakhoncity.kit.request_log import RequestLog
from nakhoncity.residents.models import Resident
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db


def acting_holder() -> ActingHolder:
    member = StaffFactory()
    return ActingHolder.objects.create(position=PositionFactory(), member=member, from_date=date(2026, 12, 1))


def profile() -> CityProfile:
    return CityProfile.objects.get()


# How a row of each table is made, and a field of it that somebody changes.
MADE = {
    CityProfile: (profile, "phone", "0 7534 2880"),
    Area: (lambda: Area.objects.create(kind="community", name="ชุมชนใหม่"), "name", "ชุมชนเก่า"),
    Holiday: (lambda: Holiday.objects.create(day=date(2026, 12, 5), name="วันพ่อ"), "name", "วันพ่อแห่งชาติ"),
    CityMode: (lambda: CityMode.objects.create(mode="normal"), "mode", "flood"),
    Department: (DepartmentFactory, "name_th", "สำนักช่าง"),
    Position: (PositionFactory, "title_th", "ผู้อำนวยการสำนัก"),
    ActingHolder: (acting_holder, "kind", "on_behalf"),
    StaffMember: (StaffFactory, "role", "clerk"),
    Category: (CategoryFactory, "sla_hours", 24),
    Resident: (ResidentFactory, "language", "en"),
}


def asked_by(member, do, *, is_open=False):
    """Do something as the view of a request by `member` would, through the middleware."""

    def view(request: HttpRequest) -> HttpResponse:
        do()
        return HttpResponse()

    page = login_not_required(view) if is_open else view
    request = RequestFactory().post("/")
    request.user = member

    def answer(request: HttpRequest) -> HttpResponse:
        middleware.process_view(request, page, (), {})
        return page(request)

    middleware = KnowActor(answer)
    middleware(request)


def changes_of(row):
    kind = ContentType.objects.get_for_model(row)
    return Change.objects.filter(content_type=kind, object_pk=str(row.pk)).order_by("pk")


def test_these_tables_have_a_history():
    assert set(auditlog.get_models()) == set(MADE)


@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_creating_changing_and_deleting_are_recorded_with_the_actor(model):
    make, field, value = MADE[model]
    boss = StaffFactory(role="admin", username="boss")
    if model is CityProfile:
        CityProfile.objects.all().delete()
    row = None

    def create():
        nonlocal row
        if model is CityProfile:
            seed_city()
        row = make()

    asked_by(boss, create)
    was = getattr(row, field)
    setattr(row, field, value)
    asked_by(boss, row.save)
    seen = list(changes_of(row).values_list("action", "actor__username"))[-2:]
    asked_by(boss, row.delete)
    gone = Change.objects.first()

    assert seen == [(Change.Action.CREATE, "boss"), (Change.Action.UPDATE, "boss")]
    assert Change.objects.all()[1].changes == {field: [was, value]}
    assert (gone.action, gone.actor, gone.content_type.model_class()) == (Change.Action.DELETE, boss, model)
    assert gone.changes[field][0] == value


def test_a_service_that_confirms_many_records_each():
    Holiday.objects.create(day=date(2026, 12, 5), name="วันพ่อ")
    Holiday.objects.create(day=date(2026, 12, 10), name="วันรัฐธรรมนูญ")
    before = Change.objects.count()

    confirm_holidays(year=2026)

    assert [row.changes for row in Change.objects.all()[: Change.objects.count() - before]] == [
        {"is_confirmed": [False, True]},
        {"is_confirmed": [False, True]},
    ]


def test_a_cooperating_office_is_recorded_by_its_name():
    category, office = CategoryFactory(), DepartmentFactory(name_th="กองช่าง")

    category.cooperating.add(office)

    assert Change.objects.first().changes == {"cooperating": {"type": "m2m", "operation": "add", "objects": ["กองช่าง"]}}


def test_a_reference_is_recorded_by_its_name():
    category = CategoryFactory(department=DepartmentFactory(name_th="กองช่าง"))
    category.department = DepartmentFactory(name_th="กองคลัง")

    category.save()

    assert Change.objects.first().changes == {"department": ["กองช่าง", "กองคลัง"]}


def test_of_a_password_only_the_change_is_known():
    member = StaffFactory()
    member.set_password("another-secret-2569")

    member.save()

    assert Change.objects.first().changes == {"password": ["•••", "•••"]}


def test_no_value_of_a_resident_gets_into_the_history():
    malee = ResidentFactory(display_name="มาลีมาร์กเกอร์", phone="0899999555")
    malee.display_name, malee.phone = "มาลี", ""
    malee.save()
    malee.delete()

    said = str([(row.object_repr, row.changes) for row in Change.objects.all()])
    assert [mark for mark in ("มาลี", "0899999555", malee.line_user_id) if mark in said] == []
    assert "'display_name': ['•••', '•••']" in said


def test_what_a_resident_does_is_not_put_down_to_the_staff_at_the_same_browser():
    malee = ResidentFactory()
    malee.language = "en"

    asked_by(StaffFactory(), malee.save, is_open=True)

    assert Change.objects.first().actor is None


def test_signing_in_is_no_change(client):
    StaffFactory(username="clerk")
    before = Change.objects.count()

    client.post("/staff/login/", {"login": "clerk", "password": "secret-2569"})

    assert (client.session.get("_auth_user_id") is not None, Change.objects.count()) == (True, before)


def test_a_change_carries_the_number_of_its_request_in_the_logs(client):
    malee = ResidentFactory()

    def rename():
        malee.language = "en"
        malee.save()

    request = RequestFactory().get("/", headers={"X-Request-ID": "0123456789abcdef"})
    RequestLog(lambda _request: rename() or HttpResponse())(request)

    assert Change.objects.first().cid == "0123456789abcdef"


# --- only added ----------------------------------------------------------------------------------


def refused(statement):
    with pytest.raises(IntegrityError, match="only added"), transaction.atomic():
        statement()
    return True


def test_the_database_refuses_to_change_the_history(now):
    DepartmentFactory()
    member = StaffFactory()
    AccessEntry.objects.create(member=member, what="case", key="NST-69-000001", at=now, window=1)

    assert refused(lambda: Change.objects.update(object_repr="x"))
    assert refused(lambda: Change.objects.first().save())
    assert refused(lambda: AccessEntry.objects.update(key="x"))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's tables are emptied by DELETE between tests")
def test_postgresql_refuses_to_delete_it():
    DepartmentFactory()
    AccessEntry.objects.create(member=StaffFactory(), what="case", key="NST-69-000001", at=timezone.now(), window=1)

    assert refused(Change.objects.all().delete)
    assert refused(AccessEntry.objects.all().delete)


# --- in words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (Holiday._meta.get_field("day"), "2026-12-05", "5 ธ.ค. 2569"),
        (CityProfile._meta.get_field("opens"), "08:30:00", "08.30 น."),
        (Holiday._meta.get_field("is_confirmed"), True, "ใช่"),
        (StaffMember._meta.get_field("role"), "clerk", "เจ้าหน้าที่รับเรื่อง"),
        (StaffMember._meta.get_field("phone"), "•••", "•••"),
        (Category._meta.get_field("agencies"), ["DOH"], '["DOH"]'),
        (Department._meta.get_field("parent"), "None", "–"),
        (None, "x" * 400, "x" * 300 + "…"),
        (Change._meta.get_field("timestamp"), "2026-11-25 03:00:00", "25 พ.ย. 2569 10.00 น."),
    ],
)
def test_a_value_of_the_history_is_shown_as_people_read_it(field, value, words):
    assert show(field, value) == words
