"""A member's own account: what he sets up, takes away and ends, and what a computer left open can't do."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from nakhoncity.kit.sealing import unseal
from nakhoncity.staff.browsers import browser_words
from nakhoncity.staff.factors import uses_second_step
from nakhoncity.staff.tasks import sweep_sessions
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.staff.tests.second_step import app_code, give_app
from nakhoncity.staff.views.account import UNDER_WAY

pytestmark = pytest.mark.django_db
ACCOUNT, APP, PASSKEY = "/staff/account/", "/staff/account/second-factor/app/", "/staff/account/second-factor/passkey/"
CODES, CHANGE = "/staff/account/recovery-codes/", "/staff/account/password/"
PASSWORD, NEW = "secret-2569", "ฝนตกที่คลองหน้าเมือง"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wichai():
    return StaffFactory(username="wichai")


@pytest.fixture
def desk(client, wichai):
    """A browser in which he has just signed in."""
    sign_in(client)
    return client


def sign_in(client, **more):
    client.post("/staff/login/", {"login": "wichai", "password": PASSWORD}, **more)
    return client


def remove_page(member):
    return f"/staff/account/second-factor/{Authenticator.objects.get(user=member, type='totp').pk}/remove/"


# The app


def test_app_page_keeps_its_secret_until_it_is_set_up(desk):
    first, second = (desk.get(APP).context["secret"] for _ in range(2))

    assert first == second


def test_app_is_set_up_by_its_first_code_and_shows_the_codes_once(desk, wichai, now):
    desk.get(APP)
    secret = unseal(desk.session[UNDER_WAY])

    response = desk.post(APP, {"code": app_code(secret, now)})

    assert (response.status_code, len(response.context["codes"])) == (200, 10)
    assert uses_second_step(member=wichai)
    assert desk.get(ACCOUNT).context["codes_left"] == 10


def test_app_secret_is_sealed_in_the_session(desk):
    shown = desk.get(APP).context["secret"].replace(" ", "")

    assert shown not in str(dict(desk.session))


def test_wrong_first_code_says_what_may_be_wrong(desk):
    desk.get(APP)

    response = desk.post(APP, {"code": "000000"})

    assert (response.status_code, response.context["errors"][0][0]) == (422, "id_code")
    assert "ตั้งเป็นอัตโนมัติ" in response.context["errors"][0][1]


def test_second_tap_on_setting_up_leads_to_the_account(desk, wichai, now):
    desk.get(APP)
    code = {"code": app_code(unseal(desk.session[UNDER_WAY]), now)}
    desk.post(APP, code)
    desk.get(APP)
    again = {"code": app_code(unseal(desk.session[UNDER_WAY]), now)}

    assert desk.post(APP, again)["Location"] == ACCOUNT


def test_passkey_that_answers_another_challenge_is_refused(desk, wichai):
    desk.get(PASSKEY)

    for credential in ('{"id": "AA"}', "[]", "1", '"x"', '{"id":"AA","rawId":"AA","type":"public-key","response":{}}'):
        response = desk.post(PASSKEY, {"credential": credential})
        assert (response.status_code, response.context["errors"][0][0]) == (422, "id_credential")
    assert not uses_second_step(member=wichai)


@pytest.mark.parametrize("page", [APP, PASSKEY])
def test_nothing_is_set_up_where_the_town_wants_none(desk, settings, page):
    settings.STAFF_MFA = "off"

    assert desk.get(page).status_code == 404


# Changes that a computer left open must not make


def test_removing_asks_no_password_of_who_has_just_given_it(desk, wichai, now):
    give_app(wichai, now)

    response = desk.post(remove_page(wichai))

    assert (response["Location"], uses_second_step(member=wichai)) == (ACCOUNT, False)


def test_removing_asks_for_the_password_after_a_quarter_of_an_hour(desk, wichai, now, clock):
    give_app(wichai, now)
    clock.shift(timedelta(minutes=16))

    response = desk.post(remove_page(wichai))

    assert response.context["errors"] == [("id_current_password", "กรุณาใส่รหัสผ่านปัจจุบัน")]
    assert uses_second_step(member=wichai)


def test_wrong_password_changes_nothing_and_is_counted(desk, wichai, now, clock):
    give_app(wichai, now)
    clock.shift(timedelta(minutes=16))

    answers = [desk.post(remove_page(wichai), {"current_password": "wrong"}).status_code for _ in range(6)]

    assert (answers, uses_second_step(member=wichai)) == ([422] * 5 + [429], True)


def test_right_password_counts_for_the_next_quarter_too(desk, wichai, now, clock):
    give_app(wichai, now)
    clock.shift(timedelta(minutes=16))

    first = desk.post(CODES, {"current_password": PASSWORD})
    second = desk.post(CODES)

    assert [len(page.context["codes"]) for page in (first, second)] == [10, 10]
    assert first.context["codes"] != second.context["codes"]


def test_somebody_elses_factor_is_not_there(desk, now):
    suda = StaffFactory(username="suda")
    give_app(suda, now)

    assert desk.post(remove_page(suda)).status_code == 404
    assert uses_second_step(member=suda)


def test_who_has_no_second_step_has_no_codes(desk):
    assert desk.get(CODES).status_code == 404


# The password


def test_new_password_signs_in_and_ends_the_other_sessions(desk, wichai):
    other = sign_in(Client())

    response = desk.post(CHANGE, {"password": NEW, "again": NEW})

    assert response["Location"] == ACCOUNT
    assert (desk.get(ACCOUNT).status_code, other.get(ACCOUNT).status_code) == (200, 302)
    wichai.refresh_from_db()
    assert wichai.check_password(NEW)


@pytest.mark.parametrize(
    ("password", "again", "fields"),
    [
        ("", "", ["id_password", "id_again"]),
        (NEW, "another", ["id_again"]),
        ("short", "short", ["id_password"]),
        ("password1234", "password1234", ["id_password"]),
        (PASSWORD, PASSWORD, ["id_password"]),
    ],
)
def test_bad_password_is_refused(desk, wichai, password, again, fields):
    response = desk.post(CHANGE, {"password": password, "again": again})

    assert (response.status_code, [field for field, _words in response.context["errors"]]) == (422, fields)
    wichai.refresh_from_db()
    assert wichai.check_password(PASSWORD)


def test_first_password_leads_to_the_desk(client, wichai):
    wichai.must_change_password = True
    wichai.save()
    sign_in(client)

    response = client.post(CHANGE, {"password": NEW, "again": NEW})

    assert response["Location"] == "/staff/"
    assert client.get("/staff/inbox/mine/").status_code == 200


# Where he is signed in


def test_account_lists_where_he_is_signed_in(desk, wichai):
    sign_in(Client(), headers={"User-Agent": ANDROID})

    sessions = desk.get(ACCOUNT).context["sessions"]

    assert sorted((words, is_here) for _session, words, is_here in sessions) == [
        ("Chrome – Android", False),
        ("เบราว์เซอร์ที่ไม่รู้จัก", True),
    ]


def test_signing_out_elsewhere_leaves_this_one(desk):
    others = [sign_in(Client()) for _ in range(2)]

    desk.post("/staff/account/sessions/end/")

    assert [client.get(ACCOUNT).status_code for client in (desk, *others)] == [200, 302, 302]


def test_one_session_is_ended(desk):
    other, third = sign_in(Client()), sign_in(Client())
    row = UserSession.objects.get(session_key=other.session.session_key)

    desk.post(f"/staff/account/sessions/{row.pk}/end/")

    assert [client.get(ACCOUNT).status_code for client in (desk, other, third)] == [200, 302, 200]


def test_nobody_ends_somebody_elses_session(desk):
    StaffFactory(username="suda")
    hers = Client()
    hers.post("/staff/login/", {"login": "suda", "password": PASSWORD})
    row = UserSession.objects.get(user__username="suda")

    desk.post(f"/staff/account/sessions/{row.pk}/end/")
    desk.post("/staff/account/sessions/end/")

    assert hers.get(ACCOUNT).status_code == 200


def test_sweep_forgets_what_is_over_and_nothing_else(desk, clock, monkeypatch, now):
    monkeypatch.setattr("nakhoncity.staff.tasks.database_now", lambda: now + timedelta(hours=11))
    sweep_sessions()
    kept = (Session.objects.count(), UserSession.objects.count())
    monkeypatch.setattr("nakhoncity.staff.tasks.database_now", lambda: now + timedelta(hours=13))
    sweep_sessions()
    sweep_sessions()

    assert (kept, Session.objects.count(), UserSession.objects.count()) == ((1, 1), 0, 0)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Chrome – Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge – Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari – iPhone"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/120 Safari/537.36 Line/14.0", "LINE – Android"),
        ("", "เบราว์เซอร์ที่ไม่รู้จัก"),
    ],
)
def test_browser_in_words(user_agent, words):
    assert browser_words(user_agent) == words
