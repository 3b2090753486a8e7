"""Pages that span rooms: which layout they have, and what they say."""

import pytest
from django.urls import reverse

from nakhoncity.city.models import CityProfile

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


@pytest.mark.parametrize(
    ("path", "home"), [("/liff/nothing/", "front:liff-home"), ("/staff/nothing/", "backoffice:home")]
)
def test_not_found_leads_to_the_home_of_its_reader(client, path, home):
    page = client.get(path).content.decode()

    assert f'<a class="btn is-primary is-wide" href="{reverse(home)}">' in page
