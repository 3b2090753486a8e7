"""Another town, started as a stranger would: the main job from chat to repair, and not a word of the first town."""

import pytest

from nakhoncity.tests.journeys.gates import faults_of
from nakhoncity.tests.journeys.people import DESK, PHONE, Person, sign_in
from nakhoncity.tests.journeys.test_main_story import repair_lamp, report_lamp
from nakhoncity.tests.portal import running_portal
from nakhoncity.tests.test_second_town import FIRST_TOWN

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def tarnthip():
    """`TOWN=tarnthip make run`."""
    with running_portal(TOWN="tarnthip") as portal:
        yield portal


def names_the_first(page):
    """What of the first town stands on this page, seen or not."""
    found = FIRST_TOWN.search(page.content())
    return found and found.group()


def test_another_town_takes_and_repairs_a_lamp_under_its_own_name(tarnthip, browser):
    with Person(browser, PHONE) as malee, Person(browser, DESK) as clerk, Person(browser, DESK) as officer:
        malee.goto(f"{tarnthip.url}/")
        assert (malee.title().endswith("ธารทิพย์ซิตี้"), names_the_first(malee), faults_of(malee)) == (True, None, [])

        reference = report_lamp(malee, tarnthip)
        assert (reference[:4], names_the_first(malee)) == ("TTP-", None)
        sign_in(clerk, tarnthip, "clerk")
        repair_lamp(clerk, officer, tarnthip, reference)
        assert [names_the_first(page) for page in (clerk, officer)] == [None, None]

        malee.goto(f"{tarnthip.simulator_url}/chat/malee/")
        result = malee.locator("#messages > li", has_text=reference).filter(has_text="เปลี่ยนหลอดไฟแล้ว สว่างทั้งซอย")
        result.wait_for(timeout=60_000)
        assert FIRST_TOWN.search(result.inner_text()) is None

        for page, path in [(malee, "/liff/my/"), (malee, "/en/"), (malee, "/contact/"), (clerk, "/staff/dashboard/")]:
            page.goto(f"{tarnthip.url}{path}")
            assert (path, names_the_first(page)) == (path, None)
