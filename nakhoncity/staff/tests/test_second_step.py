"""Signing in by two steps: nothing opens between them, tries are counted, a new member is led to what is due first."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from nakhoncity.staff.signin import CODE
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.staff.tests.second_step import app_code, give_app

pytestmark = pytest.mark.django_db
LOGIN, SECOND, HOME = "/staff/login/", "/staff/login/second/", "/staff/"
INBOX = "/staff/inbox/mine/"
PASSWORD = "secret-2569"
WRONG = "รหัสไม่ถูกต้องหรือใช้ไปแล้ว กรุณารอให้แอปแสดงรหัสใหม่แล้วใส่อีกครั้ง"


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wichai(now):
    member = StaffFactory(username="wichai")
    member.secret, member.codes = give_app(member, now - timedelta(minutes=5))
    return member


def give_password(client, **more):
    return client.post(LOGIN, {"login": "wichai", "password": PASSWORD, **more})


def test_right_password_leads_to_the_second_step(client, clock, wichai):
    response = give_password(client)

    assert (response.status_code, response["Location"]) == (302, SECOND)
    assert "_auth_user_id" not in client.session


def test_nothing_opens_between_the_steps(client, clock, wichai):
    give_password(client)

    response = client.get(INBOX)

    assert response["Location"] == f"{LOGIN}?next={INBOX}"


def test_right_code_opens_the_page_that_was_asked_for(client, clock, wichai, now):
    give_password(client, next=INBOX)

    response = client.post(SECOND, {"code": app_code(wichai.secret, now)})

    assert (response.status_code, response["Location"]) == (302, INBOX)
    assert client.get(INBOX).status_code == 200


def test_recovery_code_opens_too(client, clock, wichai):
    give_password(client)

    assert client.post(SECOND, {"code": wichai.codes[0]})["Location"] == HOME


def test_wrong_code_says_what_to_do(client, clock, wichai):
    give_password(client)

    response = client.post(SECOND, {"code": "000000"})

    assert (response.status_code, response.context["errors"]) == (422, [("id_code", WRONG)])


def test_empty_code_is_asked_for_and_does_not_count(client, clock, wichai):
    give_password(client)

    answers = [client.post(SECOND, {"code": ""}).status_code for _ in range(CODE.most + 1)]

    assert answers == [422] * (CODE.most + 1)


def test_sixth_wrong_code_waits_five_minutes_even_for_the_right_one(client, clock, wichai, now):
    give_password(client)
    for _ in range(CODE.most):
        client.post(SECOND, {"code": "000000"})

    response = client.post(SECOND, {"code": app_code(wichai.secret, now)})

    assert response.status_code == 429
    assert "กรุณารออีก 5 นาทีแล้วลองใหม่" in response.context["errors"][0][1]


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "1", "null", '{"id":"x"}', '{"id":"AA","response":{"userHandle":"AA"}}', "กขค"]
)
def test_nonsense_of_a_passkey_is_refused(client, clock, wichai, credential):
    give_password(client)

    response = client.post(SECOND, {"credential": credential})

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_second_step_without_the_first_leads_back(client, db):
    response = client.get(SECOND, follow=True)

    assert response.redirect_chain == [(LOGIN, 302)]
    assert "หมดเวลายืนยันตัวตน" in response.content.decode()


def test_second_step_waits_a_quarter_of_an_hour(client, clock, wichai, now):
    give_password(client)
    clock.shift(timedelta(minutes=16))

    response = client.post(SECOND, {"code": app_code(wichai.secret, now + timedelta(minutes=16))})

    assert response["Location"] == LOGIN


def test_cancelling_forgets_the_password(client, clock, wichai, now):
    give_password(client)

    response = client.post(SECOND, {"cancel": "1"})

    assert response["Location"] == LOGIN
    assert client.post(SECOND, {"code": app_code(wichai.secret, now)})["Location"] == LOGIN


def test_code_of_a_member_who_was_shut_meanwhile_does_not_open(client, clock, wichai, now):
    give_password(client)
    wichai.is_active = False
    wichai.save()

    client.post(SECOND, {"code": app_code(wichai.secret, now)})

    assert client.get(INBOX).status_code == 302


def test_who_has_no_second_step_signs_in_by_one(client, clock, db):
    StaffFactory(username="wichai")

    assert give_password(client)["Location"] == HOME


# What is due first


def test_required_second_step_leads_to_setting_it_up(client, clock, settings):
    settings.STAFF_MFA = "required"
    StaffFactory(username="wichai")
    give_password(client)

    assert client.get(INBOX)["Location"] == reverse("staff:second-factor")
    assert client.get(reverse("staff:second-factor")).status_code == 200
    assert client.post("/staff/logout/")["Location"] == LOGIN


def test_required_second_step_lets_in_who_has_passed_it(client, clock, settings, wichai, now):
    settings.STAFF_MFA = "required"
    give_password(client)
    client.post(SECOND, {"code": app_code(wichai.secret, now)})

    assert client.get(INBOX).status_code == 200


def test_session_from_before_it_was_required_begins_again(client, clock, settings, wichai):
    client.force_login(wichai)
    settings.STAFF_MFA = "required"

    response = client.get(INBOX)

    assert (response["Location"], "_auth_user_id" in client.session) == (LOGIN, False)


def test_required_second_step_guards_the_configuration_too(client, clock, settings):
    settings.STAFF_MFA = "required"
    client.force_login(StaffFactory(username="boss", role="admin"))

    assert client.get("/admin/")["Location"] == reverse("staff:second-factor")


def test_open_pages_ask_nothing(client, clock, settings):
    settings.STAFF_MFA = "required"
    client.force_login(StaffFactory(username="wichai"))

    assert client.get("/contact/").status_code in {200, 503}


def test_one_time_password_leads_to_choosing_another(client, clock, db):
    client.force_login(StaffFactory(username="wichai", must_change_password=True))

    assert client.get(INBOX)["Location"] == reverse("staff:password")
