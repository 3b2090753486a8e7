"""/admin/: for administrators, in Thai, refusing what can't be with a sentence, under a policy of its own."""

import re
from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.tests.factories import CategoryFactory, file_one
from nakhoncity.administration.site import site
from nakhoncity.city.models import Area, CityProfile, Holiday
from nakhoncity.city.services import seed_city
from nakhoncity.history.models import AccessEntry, Change
from nakhoncity.staff.models import ActingHolder, Department, Position, StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory
from nakhoncity.tests.counting import statements

pytestmark = pytest.mark.django_db
PAGES = ("changelist", "add", "change", "delete", "history")


def name_of(model, page):
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


@pytest.fixture
def boss(client):
    member = StaffFactory(
        role="admin", username="boss", display_name="ดวงใจ", department=DepartmentFactory(code="CLERK")
    )
    client.force_login(member)
    return member


@pytest.fixture
def rows(boss, now):
    """A row of each table."""
    office = DepartmentFactory(code="STREETS")
    position = PositionFactory(department=office)
    return {
        CityProfile: CityProfile.objects.get(),
        Area: Area.objects.first(),
        Holiday: Holiday.objects.create(day=date(2026, 12, 10), name="วันรัฐธรรมนูญ"),
        Department: office,
        Position: position,
        ActingHolder: ActingHolder.objects.create(position=position, member=boss, from_date=date(2026, 12, 1)),
        StaffMember: boss,
        Category: CategoryFactory(department=office),
        Change: Change.objects.first(),
        AccessEntry: AccessEntry.objects.create(member=boss, what="case", key="NST-69-000001", at=now, window=1),
    }


def addresses(rows):
    """Every page of every table that is offered."""
    for model, admin in site._registry.items():
        for page in PAGES:
            if page in admin.offered:
                arguments = [] if page in {"changelist", "add"} else [rows[model].pk]
                yield reverse(name_of(model, page), args=arguments)


def test_these_tables_are_open(rows):
    assert set(site._registry) == set(rows)


def test_every_page_opens_for_an_administrator_at_a_bounded_cost(client, rows):
    client.get(reverse("admin:index"))
    costs = {}
    for address in addresses(rows):
        with statements() as seen:
            response = client.get(address)
        costs[address] = (response.status_code, len(seen))

    # The list of the one town is its one row; rows that are only added have no history.
    ways_on = {path for path, (status, _) in costs.items() if status == 302}
    assert ways_on == {
        "/admin/city/cityprofile/",
        *(reverse(name_of(model, "history"), args=[rows[model].pk]) for model in (Change, AccessEntry)),
    }
    assert {path: cost for path, cost in costs.items() if cost[0] not in {200, 302} or cost[1] > 12} == {}


@pytest.mark.parametrize("model", [Holiday, Department, Category, Change], ids=lambda model: model.__name__)
def test_a_list_costs_the_same_however_long_it_is(client, boss, model):
    def cost():
        with statements() as seen:
            assert client.get(reverse(name_of(model, "changelist"))).status_code == 200
        return len(seen)

    CategoryFactory()
    Holiday.objects.create(day=date(2026, 1, 1), name="วันหยุด")
    client.get(reverse("admin:index"))
    few = cost()
    for number in range(20):
        Holiday.objects.create(day=date(2026, 2, number + 1), name="วันหยุด")
        CategoryFactory(department=DepartmentFactory())

    assert cost() == few <= 8


@pytest.mark.parametrize("role", [role for role in StaffMember.Role.values if role != "admin"])
def test_others_of_the_staff_are_refused_everywhere(rows, role):
    client = Client()
    client.force_login(StaffFactory(role=role))

    statuses = {client.get(address).status_code for address in [reverse("admin:index"), *addresses(rows)]}

    assert statuses == {403}


def test_who_is_not_signed_in_signs_in_as_staff_do(rows):
    found = {
        Client().get(address)["Location"].split("?")[0] for address in ["/admin/", "/admin/login/", *addresses(rows)]
    }

    assert found == {reverse("staff:login")}


def test_signed_in_the_admins_own_login_leads_in(client, boss):
    assert client.get("/admin/login/")["Location"] == reverse("admin:index")


def test_the_staffs_settings_lead_here(client, boss):
    page = client.get(reverse("backoffice:settings")).content.decode()

    assert {reverse("admin:index"), reverse("admin:history_change_changelist")} <= set(
        re.findall('href="([^"]+)"', page)
    )


def test_the_policy_names_no_other_host(client, boss):
    policy = client.get(reverse("admin:index"))["Content-Security-Policy"]

    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert (rules["script-src"], rules["style-src"]) == ("'self' 'unsafe-eval'", "'self' 'unsafe-inline'")
    assert re.findall(r"https?://", policy) == []


def test_other_pages_keep_the_strict_policy(client, boss):
    policy = client.get(reverse("backoffice:keys"))["Content-Security-Policy"]

    assert re.findall("unsafe", policy) == []


# --- the town ------------------------------------------------------------------------------------


def form_of(client, address):
    """What the form of a page would send if nothing was changed."""
    form = client.get(address).context["adminform"].form
    sent = {}
    for bound in form:
        value = bound.field.prepare_value(bound.initial) if hasattr(bound.field, "prepare_value") else bound.initial
        if value is not None and value is not False:
            sent[bound.html_name] = value
    return sent


def test_the_town_is_edited_seen_at_once_and_survives_the_seed(client, boss):
    address = reverse("admin:city_cityprofile_change", args=[1])
    CityProfile.current()

    response = client.post(address, form_of(client, address) | {"phone": "0 7534 2880", "opens": "๘.๐๐"})
    seed_city()

    assert (response.status_code, CityProfile.current().phone, CityProfile.current().opens) == (
        302,
        "0 7534 2880",
        time(8, 0),
    )
    assert "0 7534 2880" in Client().get(reverse("front:home")).content.decode()
    change = Change.objects.first()
    assert (change.actor, change.changes) == (
        boss,
        {"phone": ["0 7500 0000", "0 7534 2880"], "opens": ["08:30:00", "08:00:00"]},
    )


def test_an_unchanged_form_changes_nothing(client, boss):
    address = reverse("admin:city_cityprofile_change", args=[1])
    before = CityProfile.objects.values().get(), Change.objects.count()

    client.post(address, form_of(client, address))

    assert (CityProfile.objects.values().get(), Change.objects.count()) == before


# --- sentences -----------------------------------------------------------------------------------


def errors(response):
    return response.context["adminform"].form.errors


def test_bad_json_is_named_by_its_line(client, rows):
    address = reverse("admin:complaints_category_change", args=[rows[Category].pk])

    response = client.post(address, form_of(client, address) | {"questions": '[\n {"code": "KIND",}\n]'})

    assert errors(response) == {
        "questions": ["อ่านข้อมูลไม่ได้ที่บรรทัด 2 ตัวที่ 18 กรุณาตรวจเครื่องหมายคำพูด จุลภาค และวงเล็บให้ครบคู่ ตามตัวอย่าง"]
    }
    assert "&quot;KIND&quot;,}" in response.content.decode()


def test_a_question_without_words_is_refused(client, rows):
    address = reverse("admin:complaints_category_change", args=[rows[Category].pk])
    question = '[{"code": "KIND", "datatype": "text"}]'

    response = client.post(address, form_of(client, address) | {"questions": question})

    assert errors(response) == {"questions": ["คำถามที่ 1: ต้องมีข้อความภาษาไทย (label_th)"]}


@pytest.mark.parametrize("typed", ["31/2/2569", "พรุ่งนี้"])
def test_a_day_that_is_none_is_refused(client, boss, typed):
    response = client.post(reverse("admin:city_holiday_add"), {"day": typed, "name": "วันหยุด"})

    assert (response.status_code, list(errors(response))) == (200, ["day"])


@pytest.mark.parametrize("typed", ["5/12/2569", "๕ ธันวาคม ๒๕๖๙", "5 ธ.ค. 69"])
def test_days_are_typed_as_thais_write_them(client, boss, typed):
    client.post(reverse("admin:city_holiday_add"), {"day": typed, "name": "วันพ่อ"})

    assert Holiday.objects.get().day == date(2026, 12, 5)


def test_a_day_is_shown_in_the_buddhist_era(client, rows):
    listed = client.get(reverse("admin:city_holiday_changelist")).content.decode()
    form = client.get(reverse("admin:city_holiday_change", args=[rows[Holiday].pk])).content.decode()

    assert "วันพฤหัสบดีที่ 10 ธ.ค. 2569" in listed
    assert 'value="10/12/2569"' in form


def test_an_office_below_itself_is_refused(client, rows):
    unit = DepartmentFactory(code="UNIT", level="unit", parent=rows[Department])
    address = reverse("admin:staff_department_change", args=[rows[Department].pk])

    response = client.post(address, form_of(client, address) | {"parent": unit.pk})

    assert errors(response) == {"parent": ["หน่วยงานขึ้นกับตัวเองหรือหน่วยงานในสังกัดไม่ได้"]}


def test_an_office_that_moves_takes_its_units_along(client, rows):
    unit = DepartmentFactory(code="UNIT", level="unit", parent=rows[Department])
    house = DepartmentFactory(code="HOUSE")
    address = reverse("admin:staff_department_change", args=[rows[Department].pk])

    client.post(address, form_of(client, address) | {"parent": house.pk})

    unit.refresh_from_db()
    assert unit.path == "HOUSE/STREETS/UNIT/"


def test_the_last_administrator_stays_one(client, boss):
    address = reverse("admin:staff_staffmember_change", args=[boss.pk])

    response = client.post(address, form_of(client, address) | {"role": "clerk"})

    sentence = "ต้องมีผู้ดูแลระบบที่เปิดใช้งานอย่างน้อยหนึ่งคน กรุณาตั้งผู้ดูแลระบบคนอื่นก่อน"
    assert errors(response) == {"__all__": [sentence]}


def test_an_account_that_is_shut_is_out_at_once(client, boss):
    clerk = StaffFactory(role="clerk")
    his = Client()
    his.force_login(clerk)
    address = reverse("admin:staff_staffmember_change", args=[clerk.pk])
    form = form_of(client, address)
    form.pop("is_active")

    client.post(address, form)

    assert his.get(reverse("backoffice:home"))["Location"].startswith(reverse("staff:login"))


# --- consequences --------------------------------------------------------------------------------


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_a_changed_target_says_what_happens_to_open_cases(client, rows):
    case = file_one(now=timezone.now(), category=rows[Category])
    due_at = case.due_at
    address = reverse("admin:complaints_category_change", args=[rows[Category].pk])

    response = client.post(address, form_of(client, address) | {"sla_hours": 24}, follow=True)

    assert told(response)[0] == "เรื่องที่ยังไม่เสร็จ 1 เรื่องในหมวดนี้คงกำหนดแก้ไขเดิม กำหนดใหม่ใช้กับเรื่องที่รับหลังจากนี้"
    assert Complaint.objects.get(pk=case.pk).due_at == due_at


def test_holidays_are_confirmed_from_the_list_and_each_is_recorded(client, rows):
    address = reverse("admin:city_holiday_changelist")

    client.post(address, {"action": "confirm", "_selected_action": [rows[Holiday].pk]})

    assert (Holiday.objects.get().is_confirmed, Change.objects.first().actor) == (
        True,
        StaffMember.objects.get(username="boss"),
    )


# --- deleting ------------------------------------------------------------------------------------


def test_what_is_referred_to_is_not_deleted_and_says_why(client, rows):
    for _ in range(3):
        file_one(now=timezone.now(), category=rows[Category])
    address = reverse("admin:complaints_category_delete", args=[rows[Category].pk])

    page = client.get(address).content.decode()
    response = client.post(address, {"post": "yes"})

    assert "เรื่องร้องเรียน 3 รายการ" in page
    assert (response.status_code, Category.objects.filter(pk=rows[Category].pk).exists()) == (200, True)


def test_an_office_that_cooperates_in_a_category_is_not_deleted(client, rows):
    other = DepartmentFactory()
    rows[Category].cooperating.add(other)

    page = client.get(reverse("admin:staff_department_delete", args=[other.pk])).content.decode()

    assert "หมวดเรื่องร้องเรียน 1 รายการ" in page


def test_what_nothing_refers_to_is_deleted_and_recorded(client, rows):
    client.post(reverse("admin:city_holiday_delete", args=[rows[Holiday].pk]), {"post": "yes"})

    change = Change.objects.first()
    assert (Holiday.objects.count(), change.action, change.object_repr) == (0, Change.Action.DELETE, "วันรัฐธรรมนูญ")


@pytest.mark.parametrize("page", ["add", "delete"])
def test_accounts_are_neither_made_nor_deleted_here(client, boss, page):
    path = reverse("admin:staff_staffmember_changelist") + ("add/" if page == "add" else f"{boss.pk}/delete/")

    response = client.post(path, {"post": "yes"})

    assert (response.status_code in {302, 404}, StaffMember.objects.filter(pk=boss.pk).count()) == (True, 1)


# --- history -------------------------------------------------------------------------------------


def test_the_history_of_a_row_names_fields_and_both_values(client, rows):
    address = reverse("admin:city_holiday_change", args=[rows[Holiday].pk])
    client.post(address, {"day": "11/12/2569", "name": "วันรัฐธรรมนูญ", "is_confirmed": "on"})

    page = client.get(reverse("admin:city_holiday_history", args=[rows[Holiday].pk]))

    newest = page.context["rows"][0]
    assert (newest.action, newest.who) == ("แก้ไข", "ดวงใจ")
    assert sorted(newest.fields) == [("ยืนยันแล้ว", "ไม่ใช่", "ใช่"), ("วันที่", "10 ธ.ค. 2569", "11 ธ.ค. 2569")]


def test_who_reads_history_log_or_account_is_noted(client, boss):
    for address in [
        reverse("admin:history_change_changelist"),
        reverse("admin:history_accessentry_changelist"),
        reverse("admin:staff_staffmember_change", args=[boss.pk]),
        reverse("admin:staff_staffmember_history", args=[boss.pk]),
    ]:
        assert client.get(address).status_code == 200

    assert list(AccessEntry.objects.order_by("pk").values_list("member__username", "what", "key")) == [
        ("boss", "history", ""),
        ("boss", "access_log", ""),
        ("boss", "account", "boss"),
        ("boss", "history", f"บัญชีเจ้าหน้าที่ {boss.pk}"),
    ]


@pytest.mark.parametrize("model", [Change, AccessEntry], ids=lambda model: model.__name__)
def test_the_history_can_only_be_read(client, rows, model):
    row = rows[model]
    before = model.objects.filter(pk=row.pk).values().get()

    response = client.post(reverse(name_of(model, "change"), args=[row.pk]), {"key": "x", "object_repr": "x"})

    assert (response.status_code, model.objects.filter(pk=row.pk).values().get()) == (403, before)
