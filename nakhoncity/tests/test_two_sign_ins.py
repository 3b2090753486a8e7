"""One browser, signed in as resident and as staff: neither gives rights of the other."""

import pytest
from django.urls import reverse
from django.utils import timezone

from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def sign_in_resident(client):
    client.cookies[COOKIE] = start_session(resident=ResidentFactory(), now=timezone.now(), user_agent="")


def is_resident(client):
    return "data-liff-signin" not in client.get(reverse("complaints:my")).content.decode()


def is_staff(client):
    return client.get(reverse("backoffice:home")).status_code != 302 or not client.get(reverse("backoffice:home"))[
        "Location"
    ].startswith(reverse("staff:login"))


def test_resident_is_no_staff(client):
    sign_in_resident(client)

    assert (is_resident(client), is_staff(client)) == (True, False)


def test_staff_is_no_resident(client):
    client.force_login(StaffFactory(role="admin"))

    assert (is_resident(client), is_staff(client)) == (False, True)


def test_both_in_one_browser_stay_two_people(client):
    sign_in_resident(client)
    client.force_login(StaffFactory())

    assert (is_resident(client), is_staff(client)) == (True, True)


def test_signing_out_as_staff_leaves_the_resident_signed_in(client):
    sign_in_resident(client)
    client.force_login(StaffFactory())

    client.post(reverse("staff:logout"))

    assert (is_resident(client), is_staff(client)) == (True, False)
