"""The administrators' pages of accounts: passwords for once, the second step reset, accounts shut and opened."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from nakhoncity.history.models import AccessEntry, Change
from nakhoncity.staff.accounts import ONE_TIME_FOR
from nakhoncity.staff.factors import uses_second_step
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.tests.factories import DepartmentFactory, StaffFactory
from nakhoncity.staff.tests.second_step import give_app

pytestmark = pytest.mark.django_db
PEOPLE, WICHAI = "/staff/settings/people/", "/staff/settings/people/wichai/"
ACTS = ["password/", "factors/reset/", "sessions/end/", "shut/", "reopen/"]
ODD = "กรุณาใช้ตัวอักษรภาษาอังกฤษตัวเล็ก ตัวเลข จุด หรือขีด โดยขึ้นต้นด้วยตัวอักษรหรือตัวเลข"
PASSWORD, EXPIRED = "secret-2569", "รหัสผ่านชั่วคราวหมดอายุแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบ"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wichai():
    return StaffFactory(username="wichai", display_name="วิชัย")


@pytest.fixture
def boss():
    return StaffFactory(username="boss", display_name="กมล", role="admin")


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


def sign_in(password=PASSWORD):
    client = Client()
    return client, client.post("/staff/login/", {"login": "wichai", "password": password})


def told_of(member):
    found = Change.objects.filter(object_pk=str(member.pk), content_type__model="staffmember", actor__isnull=False)
    return [(change.actor.username, change.changes) for change in found.order_by("pk")]


@pytest.mark.parametrize("role", [role for role in StaffMember.Role.values if role != "admin"])
@pytest.mark.parametrize("path", [PEOPLE, WICHAI, *(f"{WICHAI}{act}" for act in ACTS)])
def test_only_administrators_come_here(client, wichai, role, path):
    client.force_login(StaffFactory(role=role))

    answers = {client.get(path).status_code, client.post(path).status_code}

    assert answers <= {403, 405}
    assert 403 in answers


def test_people_stand_in_thai_order_with_shut_accounts_last(desk, wichai):
    StaffFactory(username="gone", display_name="กานดา", is_active=False)
    StaffFactory(username="kesorn", display_name="เกษร")

    assert [one.display_name for one in desk.get(PEOPLE).context["people"]] == ["กมล", "เกษร", "วิชัย", "กานดา"]


@pytest.mark.parametrize("wanted", ["วิชัย", "WICH", "กองช่าง"])
def test_people_are_found_by_name_sign_in_name_and_office(desk, wanted):
    StaffFactory(username="wichai", display_name="วิชัย", department=DepartmentFactory(name_th="กองช่าง"))

    page = desk.get(PEOPLE, {"q": wanted})

    assert [one.username for one in page.context["people"]] == ["wichai"]


def test_people_nobody_found_says_so(desk):
    assert "ไม่พบบัญชีที่ค้นหา" in desk.get(PEOPLE, {"q": "ไม่มี"}).content.decode()


def test_people_page_costs_the_same_with_many(desk, django_assert_num_queries):
    desk.get(PEOPLE)
    for _ in range(30):
        StaffFactory()

    with django_assert_num_queries(4):
        desk.get(PEOPLE)


def test_new_account_signs_in_once_and_has_to_choose_a_password(desk):
    office = DepartmentFactory(code="CLERK")
    sent = {"username": " Wichai ", "display_name": "วิชัย", "role": "officer", "department": office.code}

    member, password = desk.post(PEOPLE, sent).context["made"]

    client, signed_in = sign_in(password)
    assert (member.username, member.department) == ("wichai", office)
    assert (signed_in["Location"], client.get("/staff/")["Location"]) == ("/staff/", "/staff/account/password/")
    assert password not in str(told_of(member))


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"username": "boss"}, "id_username", "มีชื่อผู้ใช้นี้แล้ว กรุณาใช้ชื่ออื่น"),
        (
            {"username": "สมชาย"},
            "id_username",
            ODD,
        ),
        ({"username": ""}, "id_username", "กรุณาใส่ชื่อผู้ใช้"),
        ({"display_name": ""}, "id_display_name", "กรุณาใส่ชื่อที่แสดง"),
        ({"role": "king"}, "id_role", "กรุณาเลือกบทบาท"),
        ({"department": "NOWHERE"}, "id_department", "กรุณาเลือกหน่วยงาน"),
    ],
)
def test_bad_new_account_says_what_to_do_and_loses_nothing(desk, changed, field, words):
    office = DepartmentFactory(code="CLERK")
    sent = {"username": "wichai", "display_name": "วิชัย", "role": "clerk", "department": office.code, **changed}

    response = desk.post(PEOPLE, sent)

    assert (response.status_code, response.context["errors"]) == (422, [(field, words)])
    assert [response.context["form"][name].value() for name in sent] == list(sent.values())
    assert not StaffMember.objects.filter(display_name="วิชัย").exists()


def test_one_time_password_ends_the_old_one_and_the_sessions(desk, wichai):
    at_home, _answer = sign_in()

    password = desk.post(f"{WICHAI}password/").context["password"]

    assert at_home.get("/staff/account/").status_code == 302
    assert (sign_in()[1].status_code, sign_in(password)[1].status_code) == (422, 302)


def test_one_time_password_is_over_after_72_hours(desk, wichai, clock):
    password = desk.post(f"{WICHAI}password/").context["password"]
    clock.shift(ONE_TIME_FOR - timedelta(minutes=1))
    in_time = sign_in(password)[1].status_code
    clock.shift(timedelta(minutes=1))

    too_late = sign_in(password)[1]

    assert (in_time, too_late.status_code) == (302, 422)
    assert too_late.context["errors"] == [("id_login", EXPIRED)]


def test_expired_password_is_told_to_nobody_who_does_not_know_it(desk, wichai, clock):
    desk.post(f"{WICHAI}password/")
    clock.shift(ONE_TIME_FOR)

    assert EXPIRED not in sign_in("wrong")[1].content.decode()


def test_one_time_password_stands_in_no_history(desk, wichai):
    password = desk.post(f"{WICHAI}password/").context["password"]

    told = told_of(wichai)

    assert [who for who, _changes in told] == ["boss"]
    assert (told[0][1]["password"], password in str(told)) == (["•••", "•••"], False)


def test_reset_takes_the_second_step_and_the_sessions(desk, wichai, now):
    at_home, _answer = sign_in()
    give_app(wichai, now)

    response = desk.post(f"{WICHAI}factors/reset/")

    assert (response["Location"], uses_second_step(member=wichai)) == (WICHAI, False)
    assert at_home.get("/staff/account/").status_code == 302
    assert ("boss", {"การยืนยันตัวตนสองขั้นตอน": ["ตั้งค่าแล้ว", "ล้างโดยผู้ดูแลระบบ"]}) in told_of(wichai)


def test_sessions_are_ended(desk, wichai):
    at_home, _answer = sign_in()

    desk.post(f"{WICHAI}sessions/end/")

    assert at_home.get("/staff/account/").status_code == 302
    assert sign_in()[1].status_code == 302


def test_shut_account_is_out_at_once_and_opens_again(desk, wichai):
    at_home, _answer = sign_in()

    desk.post(f"{WICHAI}shut/")
    shut = (at_home.get("/staff/account/").status_code, sign_in()[1].status_code)
    desk.post(f"{WICHAI}reopen/")

    assert (shut, sign_in()[1].status_code) == ((302, 422), 302)


@pytest.mark.parametrize("act", ACTS[:4])
def test_nobody_does_it_to_himself(desk, boss, act):
    assert desk.post(f"/staff/settings/people/boss/{act}").status_code == 404
    boss.refresh_from_db()
    assert (boss.is_active, boss.must_change_password) == (True, False)


@pytest.mark.parametrize("username", ["nobody", "../boss", "%00", "ก" * 300])
def test_nobody_is_404(desk, username):
    assert desk.get(f"/staff/settings/people/{username}/").status_code in {404, 400}


def test_looking_at_an_account_is_noted(desk, wichai, boss):
    desk.get(WICHAI)

    assert list(AccessEntry.objects.values_list("member", "what", "key")) == [(boss.pk, "account", "wichai")]


# The command, for the day when no administrator can sign in


def test_command_takes_the_second_step(wichai, now, capsys):
    give_app(wichai, now)

    call_command("reset_factor", "wichai")

    assert uses_second_step(member=wichai) is False
    assert capsys.readouterr().out == "wichai: 1 taken away, 0 sessions ended. The next sign-in sets up anew.\n"


def test_command_says_that_there_is_no_such_account(db):
    with pytest.raises(CommandError, match="There is no account nobody; nothing was changed"):
        call_command("reset_factor", "nobody")
