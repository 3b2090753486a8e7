"""Pages that span rooms: which layout they have, and what they say."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.urls import reverse

from nakhoncity.city.models import CityProfile
from nakhoncity.front import views

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["front:home", "front:privacy"])
def test_public_page_needs_no_script_and_no_line(client, name):
    response = client.get(reverse(name))

    page = response.content.decode()
    assert (response.status_code, "app/public.css" in page) == (200, True)
    assert ("<script" in page, "liff-sdk" in page) == (False, False)


@pytest.mark.parametrize("name", ["front:home", "front:liff-home"])
def test_home_leads_to_the_report_and_names_the_phone(client, name):
    page = client.get(reverse(name)).content.decode()

    assert (f'href="{reverse("complaints:report-start")}"' in page, CityProfile.current().phone in page) == (True, True)


def test_home_asks_for_the_figures_once_in_a_while(client, django_assert_num_queries):
    cache.clear()
    with django_assert_num_queries(3):
        client.get("/")
    with django_assert_num_queries(0):
        page = client.get("/")

    assert page.context["figures"].is_empty
    assert "ตัวเลขจะขึ้นเมื่อมีเรื่องแรก" in page.content.decode()


def test_home_leads_to_a_case_by_its_number(client):
    page = client.get("/").content.decode()

    assert 'method="get" action="/track/"' in page
    assert 'name="reference"' in page


def test_privacy_page_says_how_long_as_the_code_keeps_it(client, settings):
    settings.BACKUPS_KEPT = 21
    CityProfile.objects.update(cases_kept_years=5)
    CityProfile.forget()

    page = client.get("/privacy/").content.decode()

    assert ["5 ปีนับจากเรื่องเสร็จสิ้น" in page, "21 วัน" in page, "365 วัน" in page] == [True] * 3


@pytest.mark.parametrize(
    ("path", "home"), [("/liff/nothing/", "front:liff-home"), ("/staff/nothing/", "backoffice:home")]
)
def test_not_found_leads_to_the_home_of_its_reader(client, path, home):
    page = client.get(path).content.decode()

    assert f'<a class="btn is-primary is-wide" href="{reverse(home)}">' in page


@pytest.mark.parametrize(("door", "status"), [("bad_request", 400), ("server_error", 500)])
def test_last_page_names_the_phone(rf, door, status):
    arguments = [ValueError()] if door == "bad_request" else []

    response = getattr(views, door)(rf.get("/"), *arguments)

    assert (response.status_code, CityProfile.current().phone in response.content.decode()) == (status, True)


def test_last_page_needs_no_database(rf, monkeypatch):
    def gone():
        raise DatabaseError

    monkeypatch.setattr(CityProfile, "current", gone)

    assert "ระบบขัดข้อง" in views.server_error(rf.get("/")).content.decode()
