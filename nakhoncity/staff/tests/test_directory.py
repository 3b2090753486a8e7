"""The slot for accounts that people have already: connected by the member himself, and no way in for anybody else."""

from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from nakhoncity.staff.directory import is_connected
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.tests.factories import StaffFactory
from nakhoncity.staff.tests.issuer import issuer
from nakhoncity.staff.tests.second_step import give_app

pytestmark = pytest.mark.django_db
LOGIN, ACCOUNT, SIGN_IN = "/staff/login/", "/staff/account/", "/staff/login/directory/"
CONNECT, DISCONNECT = "/staff/account/directory/", "/staff/account/directory/remove/"
CALLBACK = "/staff/directory/town/callback/"
PASSWORD, NUMBER = "secret-2569", "S-1-5-21"
SAID = {"sub": NUMBER, "name": "นายเครื่องหมาย", "email": "mark@example.go.th", "preferred_username": "boss"}


@pytest.fixture
def town(settings):
    """The other side, and our settings for it."""
    with issuer(client_id=settings.OIDC_CLIENT_ID, secret=settings.OIDC_CLIENT_SECRET) as played:
        settings.OIDC_ISSUER, settings.OIDC_NAME = played.url, "บัญชีจังหวัด"
        providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
        providers["openid_connect"]["APPS"][0]["settings"]["server_url"] = played.url
        settings.SOCIALACCOUNT_PROVIDERS = providers
        played.claims = SAID
        yield played


@pytest.fixture
def wichai():
    return StaffFactory(username="wichai")


@pytest.fixture
def desk(client, wichai):
    client.post(LOGIN, {"login": "wichai", "password": PASSWORD})
    return client


def come_back(client, town, led_away):
    assert led_away.status_code == 302
    return client.get(town.authorize(led_away["Location"]))


def sign_in(client, town, **more):
    return come_back(client, town, client.post(SIGN_IN, more))


def connect(desk, town):
    return come_back(desk, town, desk.post(CONNECT))


def told(client, page=LOGIN):
    return [str(message) for message in client.get(page).context["messages"]]


def test_member_connects_and_signs_in_by_it(desk, town, wichai):
    connected = connect(desk, town)
    client = Client()

    signed_in = sign_in(client, town, next="/staff/inbox/mine/")

    assert (connected["Location"], is_connected(wichai)) == (ACCOUNT, True)
    assert signed_in["Location"] == "/staff/inbox/mine/"
    assert client.session["_auth_user_id"] == str(wichai.pk)


def test_we_ask_for_nothing_but_who_it_is(client, town):
    asked = parse_qs(urlsplit(client.post(SIGN_IN)["Location"]).query)

    assert (asked["scope"], asked["code_challenge_method"]) == (["openid"], ["S256"])
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]


def test_only_the_number_is_kept(desk, town):
    connect(desk, town)
    sign_in(Client(), town)

    kept = SocialAccount.objects.get()
    assert (kept.uid, kept.extra_data, SocialToken.objects.count()) == (NUMBER, {"id_token": {"sub": NUMBER}}, 0)


def test_nobody_gets_an_account_by_having_one_there(client, town):
    StaffFactory(username="boss", role="admin")

    response = sign_in(client, town)

    assert (response["Location"], StaffMember.objects.count(), "_auth_user_id" in client.session) == (LOGIN, 1, False)
    assert told(client) == ["บัญชีจังหวัดนี้ยังไม่ได้เชื่อมกับบัญชีเจ้าหน้าที่ กรุณาเข้าสู่ระบบด้วยชื่อผู้ใช้และรหัสผ่าน แล้วเชื่อมที่หน้าบัญชีของฉัน"]


def test_shut_account_stays_shut(desk, town, wichai):
    connect(desk, town)
    wichai.is_active = False
    wichai.save()
    client = Client()

    assert sign_in(client, town)["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_second_step_is_asked_all_the_same(desk, town, wichai, now):
    connect(desk, town)
    give_app(wichai, now)
    client = Client()

    assert sign_in(client, town)["Location"] == "/staff/login/second/"
    assert "_auth_user_id" not in client.session


def test_one_account_there_is_one_member_here(desk, town, wichai):
    connect(desk, town)
    StaffFactory(username="suda")
    hers = Client()
    hers.post(LOGIN, {"login": "suda", "password": PASSWORD})

    connect(hers, town)

    assert [row.user for row in SocialAccount.objects.all()] == [wichai]
    assert told(hers, ACCOUNT) == ["บัญชีจังหวัดนี้เชื่อมกับบัญชีเจ้าหน้าที่อื่นแล้ว"]


def test_connecting_another_ends_the_first(desk, town):
    connect(desk, town)
    town.claims = {**SAID, "sub": "another"}

    connect(desk, town)

    assert [row.uid for row in SocialAccount.objects.all()] == ["another"]


def test_disconnected_signs_in_no_more(desk, town):
    connect(desk, town)

    desk.post(DISCONNECT)

    assert sign_in(Client(), town)["Location"] == LOGIN


@pytest.mark.parametrize(
    "claims", [{"aud": "somebody-else"}, {"iss": "https://evil.example"}, {"exp": 1}, {"sub": None}, {"aud": None}]
)
def test_a_token_for_others_opens_nothing(desk, town, claims):
    connect(desk, town)
    town.claims = {**SAID, **claims}
    client = Client()

    assert sign_in(client, town)["Location"] == LOGIN
    assert "_auth_user_id" not in client.session
    assert told(client) == ["ยังเข้าสู่ระบบด้วยบัญชีจังหวัดไม่ได้ กรุณาลองใหม่ หรือใช้ชื่อผู้ใช้และรหัสผ่าน"]


@pytest.mark.parametrize("query", ["", "code=x", "state=x&code=x", "error=access_denied", "code=%00&state=%00"])
def test_answer_to_no_question_of_this_browser_opens_nothing(client, town, query):
    assert client.get(f"{CALLBACK}?{query}").status_code in {302, 400}
    assert "_auth_user_id" not in client.session


def test_answer_to_another_browsers_question_opens_nothing(desk, town):
    connect(desk, town)
    address = town.authorize(Client().post(SIGN_IN)["Location"])
    victim = Client()

    assert victim.get(address)["Location"] == LOGIN
    assert "_auth_user_id" not in victim.session


def test_answer_comes_once(desk, town):
    connect(desk, town)
    client = Client()
    address = town.authorize(client.post(SIGN_IN)["Location"])
    client.get(address)
    client.post("/staff/logout/")

    assert client.get(address)["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_issuer_that_is_away_is_told_in_a_sentence(client):
    assert client.post(SIGN_IN)["Location"] == LOGIN
    assert told(client) == ["ติดต่อบัญชีหน่วยงานไม่ได้ในขณะนี้ กรุณาใช้ชื่อผู้ใช้และรหัสผ่าน"]


def test_sign_in_never_leads_elsewhere(desk, town):
    connect(desk, town)

    assert sign_in(Client(), town, next="https://evil.example/")["Location"] == "/staff/"


@pytest.mark.parametrize(("page", "is_named"), [(LOGIN, True), (CONNECT, True), (ACCOUNT, False)])
def test_only_pages_that_lead_there_name_its_host(desk, page, is_named):
    client = Client() if page == LOGIN else desk

    policy = client.get(page)["Content-Security-Policy"]

    assert ("form-action 'self' http://127.0.0.1:9" in policy) == is_named


def test_a_link_does_not_lead_away(client, town):
    assert client.get(SIGN_IN).status_code == 405


def test_without_an_issuer_nothing_is_here(desk, settings):
    settings.OIDC_ISSUER = settings.OIDC_NAME = ""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}

    answers = [desk.post(path).status_code for path in (SIGN_IN, CONNECT, DISCONNECT)]

    assert [*answers, desk.get(CALLBACK).status_code] == [404] * 4
    assert "บัญชีหน่วยงาน" not in Client().get(LOGIN).content.decode()
