"""Pages for what went wrong: Thai, with a way on, and the last one needs nothing."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from nakhoncity.city.models import CityProfile
from nakhoncity.staff.tests.factories import StaffFactory


@pytest.mark.django_db
def test_404_says_what_to_do_and_names_the_phone(client):
    client.force_login(StaffFactory())

    response = client.get("/staff/no-such-page/")

    page = response.content.decode()
    assert response.status_code == 404
    assert ("<h1>ไม่พบหน้านี้</h1>" in page, CityProfile.current().phone in page) == (True, True)


@pytest.mark.django_db
def test_403_of_a_stale_form_is_thai():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/staff/login/", {"login": "a", "password": "b"})

    page = response.content.decode()
    assert response.status_code == 403
    assert ("ยังไม่ได้บันทึก" in page, "Forbidden" in page) == (True, False)


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_last_pages_need_no_context_and_no_database(name):
    page = render_to_string(name)

    assert ('lang="th"' in page, "โทรหาเทศบาล" in page) == (True, True)
