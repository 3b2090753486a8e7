"""The desk in a real browser: two people on one case, undo, a case that comes in meanwhile, and every reader."""

import re

import pytest

from nakhoncity.tests.journeys.gates import faults_of
from nakhoncity.tests.journeys.people import DESK, PHONE, Person, sign_in

pytestmark = pytest.mark.journey
SAVE = {"name": "บันทึก", "exact": True}


def report_on_the_web(page, portal, words):
    """Somebody without LINE reports by telephone number; returns when the receipt stands there."""
    page.goto(f"{portal.url}/liff/report/?new=1")
    page.get_by_text("ไม่มีภาพ ข้ามขั้นนี้").click()
    page.wait_for_url("**/what/")
    page.locator("label.tile").first.click()
    page.wait_for_url("**/where/")
    page.locator("#id_address_text").fill("หน้าตลาด")
    page.locator("button.is-primary").click()
    page.wait_for_url("**/detail/")
    page.locator("input[type=radio]").first.check(force=True)
    page.locator("#id_text").fill(words)
    page.locator("#id_phone").fill("081 234 5678")
    page.locator("button.is-primary").click()
    page.wait_for_url("**/done/**")


def open_first(page, portal, view):
    """Open the first case of a view; returns its address."""
    page.goto(f"{portal.url}/staff/inbox/{view}/")
    page.locator(".list__a").first.click()
    page.wait_for_url("**/staff/cases/**")
    return page.url


def test_second_of_two_who_save_sees_both_versions_and_keeps_the_own_words(portal, browser):
    with Person(browser, DESK) as clerk, Person(browser, DESK) as supervisor:
        sign_in(clerk, portal, "clerk")
        sign_in(supervisor, portal, "supervisor")
        address = open_first(clerk, portal, "all")
        supervisor.goto(address)
        clerk.locator("#id_public_text").fill("ช่างจะเข้าดูพรุ่งนี้เช้า")

        supervisor.locator("#id_public_text").fill("ขอภาพอีกหนึ่งภาพ")
        supervisor.get_by_role("button", **SAVE).click()
        supervisor.get_by_role("button", name="เลิกทำ").wait_for()
        clerk.get_by_role("button", **SAVE).click()

        alert = clerk.get_by_role("alert")
        alert.wait_for()
        assert re.search(r"บันทึกเรื่องนี้เมื่อ", alert.inner_text())
        assert "ขอภาพอีกหนึ่งภาพ" in alert.inner_text()
        assert clerk.locator("#id_public_text").input_value() == "ช่างจะเข้าดูพรุ่งนี้เช้า"


def test_update_is_undone_within_ten_seconds(portal, browser):
    with Person(browser, DESK) as clerk:
        sign_in(clerk, portal, "clerk")
        open_first(clerk, portal, "new")
        clerk.locator("#id_move").select_option("triage")
        clerk.keyboard.press("Tab")
        clerk.locator("#id_public_text").press("Control+Enter")
        clerk.locator(".case__head", has_text="คัดกรองแล้ว รอมอบหมาย").wait_for()

        clerk.get_by_role("button", name="เลิกทำ").click()

        clerk.locator(".case__head", has_text="รอคัดกรอง").wait_for()


def test_new_case_is_offered_and_nothing_moves_under_the_cursor(portal, browser):
    with Person(browser, DESK) as clerk, Person(browser, PHONE) as resident:
        sign_in(clerk, portal, "clerk")
        clerk.goto(f"{portal.url}/staff/inbox/new/")
        before = clerk.locator("tr[data-key]").evaluate_all("rows => rows.map(row => row.dataset.key)")

        report_on_the_web(resident, portal, "ไฟดับหน้าตลาดเช้านี้")

        offer = clerk.get_by_role("button", name="มีเรื่องใหม่ 1 เรื่อง")
        offer.wait_for(timeout=45_000)
        shown = "rows => rows.map(row => row.dataset.key)"
        assert clerk.locator("tr[data-key]").evaluate_all(shown) == before
        offer.click()
        clerk.get_by_text("ไฟดับหน้าตลาดเช้านี้").wait_for()


def test_case_with_a_step_chosen_is_for_everybody(portal, browser):
    with Person(browser, DESK) as page:
        sign_in(page, portal, "clerk")
        open_first(page, portal, "all")
        page.locator("#id_move").select_option("close_planned")
        page.locator("#id_public_text").fill("รับไว้พิจารณา")
        preview = page.locator("#preview")
        preview.locator(".bubble").or_(preview.get_by_text("ผู้แจ้งรายนี้ไม่มี LINE")).first.wait_for()

        assert faults_of(page) == []
