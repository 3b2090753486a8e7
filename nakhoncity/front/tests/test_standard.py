"""Contact, accessibility, and what machines look for on every site."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from nakhoncity.city.models import CityProfile
from nakhoncity.city.services import seed_city
from nakhoncity.staff.tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(db):
    seed_city()


def test_contact_names_the_number_the_hours_and_the_offices(client):
    DepartmentFactory(name_th="กองช่าง", level="division", public_phone="075123456")
    DepartmentFactory(name_th="การไฟฟ้า", level="external", is_external=True)

    page = client.get(reverse("front:contact")).content.decode()

    assert CityProfile.current().phone in page
    assert "08.30 น. – 16.30 น." in page.replace('<span class="nb">', "")
    assert ("กองช่าง" in page, "075 123 456" in page or "075 12 3456" in page, "การไฟฟ้า" in page) == (True, True, False)


def test_sitemap_lists_open_pages_in_both_languages(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 (our own page)
    places = [place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]

    assert {"http://localhost:8000/", "http://localhost:8000/en/contact/"} <= set(places)
    for place in places:
        assert client.get(place.removeprefix("http://localhost:8000")).status_code == 200, place


def test_robots_keep_out_of_pages_of_persons(client):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /track/\n" in text
    assert text.endswith("Sitemap: http://localhost:8000/sitemap.xml\n")


def test_security_txt_says_whom_to_tell_and_until_when(client, time_machine, now):
    time_machine.move_to(now)

    text = client.get("/.well-known/security.txt").content.decode()

    assert "Contact: http://localhost:8000/contact/\nExpires: 2027-11-25T00:00:00Z\n" in text


def test_favicon_is_the_mark(client):
    assert client.get("/favicon.ico")["Location"] == "/static/app/mark-stupa.svg"
