"""Signing in and out: the same answer for every failure, limits that lock nobody else, sessions that end."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import NoReverseMatch, reverse

from nakhoncity.city.models import CityProfile, RateLimit
from nakhoncity.staff.signin import (
    CODE,
    NAME,
    NAME_FROM_ADDRESS,
    SignInLocked,
    code_tries,
    give_back_attempt,
    password_tries,
    take_attempt,
)
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
LOGIN = "/staff/login/"
PASSWORD = "secret-2569"
REFUSED = "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง กรุณาตรวจสอบแล้วลองใหม่"


@pytest.fixture
def wichai():
    return StaffFactory(username="wichai")


def sign_in(client, name="wichai", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": name, "password": password}, **extra)


def test_login_page_is_thai_and_never_stored(client):
    response = client.get(LOGIN)

    page = response.content.decode()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "เข้าสู่ระบบสำหรับเจ้าหน้าที่" in page
    assert CityProfile.current().phone in page


def test_login_signs_in_and_leads_to_the_desk(client, wichai):
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, reverse("backoffice:home"))
    assert client.session["_auth_user_id"] == str(wichai.pk)


def test_login_takes_a_name_in_capitals_with_spaces(client, wichai):
    assert sign_in(client, name=" Wichai ").status_code == 302


def test_login_changes_the_session_key(client, wichai):
    client.get(LOGIN)
    session = client.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_login_leads_to_the_page_that_was_asked_for(client, wichai):
    response = client.post(f"{LOGIN}?next=/staff/inbox/all/", {"login": "wichai", "password": PASSWORD})

    assert response["Location"] == "/staff/inbox/all/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_login_never_leads_away_from_the_town(client, wichai, elsewhere):
    response = client.post(LOGIN, {"login": "wichai", "password": PASSWORD, "next": elsewhere})

    assert response["Location"] == reverse("backoffice:home")


def test_login_answers_unknown_names_wrong_passwords_and_closed_accounts_alike(client, wichai):
    StaffFactory(username="gone", is_active=False)

    answers = [
        sign_in(client, name, password)
        for name, password in [("nobody", PASSWORD), ("wichai", "wrong"), ("gone", PASSWORD)]
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert [answer.context["errors"] for answer in answers] == [[("id_login", REFUSED)]] * 3


def test_login_names_the_empty_fields(client):
    response = sign_in(client, name="", password="")

    assert response.status_code == 422
    assert response.context["errors"] == [("id_login", "กรุณาใส่ชื่อผู้ใช้"), ("id_password", "กรุณาใส่รหัสผ่าน")]


@pytest.mark.parametrize("name", ["a\x00b", "ก" * 5001, "' OR 1=1 --"])
def test_login_survives_odd_names(client, name):
    assert sign_in(client, name=name).status_code == 422


def test_login_answers_a_script_with_the_page_too(client, wichai):
    response = sign_in(client, password="wrong", HTTP_ACCEPT="application/json")

    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_login_names_minutes_and_phone_after_five_failures(client, wichai, now):
    with time_machine.travel(now, tick=False):
        for _ in range(NAME_FROM_ADDRESS.most):
            sign_in(client, password="wrong")
        response = sign_in(client)

    assert response.status_code == 429
    assert response.context["errors"] == [
        ("id_login", f"ใส่ชื่อผู้ใช้หรือรหัสผ่านผิดหลายครั้ง กรุณารออีก 5 นาทีแล้วลองใหม่ หรือโทร {CityProfile.current().phone}")
    ]


def test_login_locks_unknown_names_with_the_same_words(client, wichai, now):
    pages = []
    with time_machine.travel(now, tick=False):
        for name in ("wichai", "nobody"):
            for _ in range(NAME_FROM_ADDRESS.most + 1):
                response = sign_in(client, name=name, password="wrong")
            pages.append(response.context["errors"])

    assert pages[0] == pages[1]


def test_login_opens_again_when_the_minutes_are_over(client, wichai, now):
    with time_machine.travel(now, tick=False):
        for _ in range(NAME_FROM_ADDRESS.most + 1):
            sign_in(client, password="wrong")
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        assert sign_in(client).status_code == 302


def test_login_of_a_colleague_at_the_same_address_stays_open(client, wichai, now):
    StaffFactory(username="suda")
    with time_machine.travel(now, tick=False):
        for _ in range(NAME_FROM_ADDRESS.most + 1):
            sign_in(client, password="wrong")

        assert sign_in(client, name="suda").status_code == 302


def test_login_of_the_same_name_from_another_address_stays_open(client, wichai, settings, now):
    settings.TRUSTED_PROXIES = 1
    with time_machine.travel(now, tick=False):
        for _ in range(40):
            sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR="203.0.113.66")

        response = sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.7")

    assert response.status_code == 302


def test_login_is_not_opened_by_an_address_that_callers_make_up(client, wichai, settings, now):
    settings.TRUSTED_PROXIES = 1
    with time_machine.travel(now, tick=False):
        for n in range(NAME_FROM_ADDRESS.most + 1):
            response = sign_in(client, password="wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 203.0.113.66")

    assert response.status_code == 429


def test_right_tries_do_not_count(now):
    for _ in range(20):
        take_attempt(tries=password_tries(name="wichai", address="203.0.113.7"), now=now)
        give_back_attempt(tries=password_tries(name="Wichai ", address="203.0.113.7"))

    assert set(RateLimit.objects.values_list("count", flat=True)) == {0}


def test_take_attempt_locks_a_name_that_many_addresses_try(now):
    for n in range(NAME.most):
        take_attempt(tries=password_tries(name="wichai", address=f"203.0.113.{n}"), now=now)

    with pytest.raises(SignInLocked) as locked:
        take_attempt(tries=password_tries(name="wichai", address="198.51.100.1"), now=now)

    assert locked.value.minutes == 15


def test_take_attempt_keeps_no_name_and_no_address(now):
    take_attempt(tries=password_tries(name="wichai", address="203.0.113.7"), now=now)

    keys = " ".join(RateLimit.objects.values_list("key", flat=True))
    assert ("wichai" in keys, "203.0.113" in keys) == (False, False)


def test_take_attempt_locks_the_codes_of_one_member_only(now):
    for _ in range(CODE.most):
        take_attempt(tries=code_tries(member_id=1), now=now)
    take_attempt(tries=code_tries(member_id=2), now=now)

    with pytest.raises(SignInLocked) as locked:
        take_attempt(tries=code_tries(member_id=1), now=now)

    assert locked.value.minutes == 5


def test_session_is_dead_once_the_account_is_closed(client, wichai):
    sign_in(client)
    wichai.is_active = False
    wichai.save()

    response = client.get(reverse("backoffice:home"))

    assert (response.status_code, response["Location"].split("?")[0]) == (302, LOGIN)


def test_session_is_dead_once_the_password_changed(client, wichai):
    sign_in(client)
    wichai.set_password("another-2569")
    wichai.save()

    assert client.get(reverse("backoffice:home")).status_code == 302


def test_logout_ends_the_session(client, wichai):
    sign_in(client)

    response = client.post("/staff/logout/")

    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert "_auth_user_id" not in client.session


def test_logout_by_a_link_is_refused(client, wichai):
    sign_in(client)

    assert client.get("/staff/logout/").status_code == 405
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "password/change/", "email/", "inactive/", "login/code/"]
)
@pytest.mark.parametrize("prefix", ["/accounts/", "/staff/", "/staff/accounts/"])
def test_account_pages_of_the_library_do_not_exist(client, prefix, path):
    client.force_login(StaffFactory())

    assert client.get(prefix + path).status_code == 404


def test_account_names_of_the_library_lead_nowhere():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_login_works_and_locks_while_redis_is_away(client, wichai, settings, now):
    dead = {"BACKEND": "nakhoncity.kit.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": dead}

    with time_machine.travel(now, tick=False):
        works = sign_in(client).status_code
        client.post("/staff/logout/")
        for _ in range(NAME_FROM_ADDRESS.most + 1):
            locked = sign_in(client, password="wrong").status_code

    assert (works, locked) == (302, 429)
