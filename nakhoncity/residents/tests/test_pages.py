"""What pages know of the resident at the browser, and what a stranger sees."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from nakhoncity.residents.decorators import resident_page, signed_in_resident
from nakhoncity.residents.middleware import ResidentMiddleware
from nakhoncity.residents.services import erase_resident
from nakhoncity.residents.sessions import COOKIE, revoke_sessions, start_session
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def mine(request):
    return HttpResponse("mine")


@pytest.fixture
def somchai():
    return ResidentFactory()


def visit(token="", view=lambda request: HttpResponse(str(request.resident)), method="get"):
    request = getattr(RequestFactory(), method)("/liff/my/")
    if token:
        request.COOKIES[COOKIE] = token
    return ResidentMiddleware(view)(request)


def signed_in(resident):
    return start_session(resident=resident, now=timezone.now(), user_agent="")


def test_middleware_finds_the_resident_of_the_cookie(somchai):
    assert visit(signed_in(somchai)).content.decode() == str(somchai)


@pytest.mark.parametrize("token", ["", "x", "\x00"])
def test_middleware_finds_nobody_without_a_living_session(somchai, token):
    assert visit(token).content == b"None"


def test_middleware_asks_nothing_until_a_page_wants_to_know(somchai, django_assert_num_queries):
    token = signed_in(somchai)

    with django_assert_num_queries(0):
        visit(token, view=mine)


def test_middleware_asks_once_however_often_a_page_wants_to_know(somchai, django_assert_num_queries):
    token = signed_in(somchai)

    with django_assert_num_queries(1):
        visit(token, view=lambda request: HttpResponse([str(request.resident), str(request.resident)]))


@pytest.mark.parametrize("end", [revoke_sessions, erase_resident])
def test_middleware_forgets_who_was_signed_out_or_erased(somchai, end):
    token = signed_in(somchai)
    end(resident=somchai, now=timezone.now())

    assert visit(token).content == b"None"


def test_signed_in_resident_opens_the_page(somchai):
    view = signed_in_resident(mine)

    assert visit(signed_in(somchai), view=view).content == b"mine"


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 401)])
def test_signed_in_resident_shows_strangers_the_way_in_and_nothing_else(method, status):
    view = signed_in_resident(mine)

    response = visit(view=view, method=method)

    page = response.content.decode()
    assert response.status_code == status
    shown = ["data-liff-signin" in page, "<noscript>" in page, "tel:" in page, "mine" in page]
    assert shown == [True, True, True, False]


def test_resident_page_is_never_stored_and_lets_the_sdk_of_line_in(settings):
    response = visit(view=resident_page(mine))

    assert "no-store" in response["Cache-Control"]
    assert response._csp_update["script-src"] == settings.LIFF_HOSTS


def test_resident_page_is_packed_for_browsers_that_can_unpack():
    view = resident_page(lambda _request: HttpResponse("ไฟดับ " * 200))
    request = RequestFactory().get("/liff/my/", headers={"Accept-Encoding": "gzip, deflate, br"})

    response = ResidentMiddleware(view)(request)

    assert (response["Content-Encoding"], len(response.content) < 400) == ("gzip", True)
