"""A newcomer of the staff in a real browser: an account, a password of his own, an app, a passkey, a lost telephone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from nakhoncity.staff.tests.second_step import app_code
from nakhoncity.tests.journeys.gates import faults_of
from nakhoncity.tests.journeys.people import DESK, Person, sign_in

pytestmark = pytest.mark.journey
NAME, OWN = "newcomer", "ฝนตกที่คลองหน้าเมือง"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def open_account(admin, portal):
    """An administrator opens an account; the password that his page shows once."""
    admin.goto(f"{portal.url}/staff/settings/people/")
    admin.get_by_role("link", name="เปิดบัญชีใหม่").click()
    admin.locator("#id_display_name").fill("สมชาย")
    admin.locator("#id_username").fill(NAME)
    admin.locator("#id_department").select_option("CLERK")
    admin.get_by_role("button", name="เปิดบัญชี", exact=True).click()
    return admin.locator("code.strong").inner_text()


def give_password(page, portal, password):
    page.goto(f"{portal.url}/staff/login/")
    page.locator("#id_login").fill(NAME)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()


def sign_out(page):
    page.get_by_role("button", name="ออกจากระบบ", exact=True).first.click()
    page.wait_for_url("**/staff/login/")


def code_of(secret, *, steps=0):
    """What the app shows now, or a step later: each opens once, and nobody here waits for half a minute."""
    return app_code(secret, timezone.now() + timedelta(seconds=30 * steps))


def set_up_app(page, portal):
    page.goto(f"{portal.url}/staff/account/")
    page.get_by_role("link", name="ตั้งค่าการยืนยันตัวตนสองขั้นตอน").click()
    assert faults_of(page) == []
    page.get_by_role("link", name="แอปยืนยันตัวตนในโทรศัพท์").click()
    assert faults_of(page) == []
    page.locator("summary").click()
    secret = page.locator("details code").inner_text().replace(" ", "")
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="เปิดใช้แอปนี้").click()
    page.locator(".codes li").first.wait_for()
    assert faults_of(page) == []
    return secret


def add_passkey(page, portal):
    page.goto(f"{portal.url}/staff/account/second-factor/passkey/")
    assert faults_of(page) == []
    page.locator("#id_name").fill("คอมพิวเตอร์ที่ทำงาน")
    page.get_by_role("button", name="สร้างพาสคีย์").click()
    page.wait_for_url("**/staff/account/")
    page.get_by_text("คอมพิวเตอร์ที่ทำงาน").first.wait_for()
    assert faults_of(page) == []


def test_newcomer_sets_up_both_ways_signs_in_by_each_and_is_helped_when_all_is_lost(portal, browser):
    with Person(browser, DESK) as admin, Person(browser, DESK) as page:
        key = page.context.new_cdp_session(page)
        key.send("WebAuthn.enable")
        key.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        sign_in(admin, portal, "admin")
        give_password(page, portal, open_account(admin, portal))

        page.wait_for_url("**/staff/account/password/")
        assert faults_of(page) == []
        page.locator("#id_password").fill(OWN)
        page.locator("#id_again").fill(OWN)
        page.get_by_role("button", name="บันทึกรหัสผ่าน").click()
        page.wait_for_url("**/staff/inbox/**")

        secret = set_up_app(page, portal)
        add_passkey(page, portal)
        sign_out(page)
        give_password(page, portal, OWN)
        page.locator("#id_code").fill(code_of(secret, steps=1))
        assert faults_of(page) == []
        page.get_by_role("button", name="ยืนยัน", exact=True).click()
        page.wait_for_url("**/staff/inbox/**")

        sign_out(page)
        give_password(page, portal, OWN)
        page.get_by_role("button", name="ยืนยันด้วยพาสคีย์").click()
        page.wait_for_url("**/staff/inbox/**")

        admin.goto(f"{portal.url}/staff/settings/people/{NAME}/")
        assert faults_of(admin) == []
        admin.get_by_text("โทรศัพท์หายและไม่มีรหัสสำรอง").click()
        admin.get_by_role("button", name="ล้างการยืนยันตัวตน").click()
        admin.get_by_text("ล้างการยืนยันตัวตนสองขั้นตอนแล้ว").wait_for()
        page.reload()
        page.wait_for_url("**/staff/login/**")
        give_password(page, portal, OWN)
        page.wait_for_url("**/staff/inbox/**")
