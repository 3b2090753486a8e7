"""The main job against `make run`'s own processes: a lamp is out, it is repaired, and the one who told it is asked.

And the case that falls due three minutes after the start: worker and beat, nobody's call, put it on the dashboard of
its department and tell its head, once.
"""

import re

import pytest

from nakhoncity.tests.journeys.people import DESK, PHONE, REFERENCE, Person, picture, sign_in
from nakhoncity.tests.portal import wait_for

pytestmark = pytest.mark.journey


def report_lamp(page, portal):
    """Malee opens แจ้งเรื่อง in her chat and sends a report with photo and place; returns the reference."""
    page.goto(f"{portal.simulator_url}/chat/malee/")
    page.get_by_role("button", name="แจ้งเรื่อง").click()
    page.wait_for_url("**/liff/report/photo/**")
    page.locator("#id_photos").set_input_files(picture("before"))
    page.wait_for_url("**/liff/report/what/**")
    page.locator("label.tile", has_text="ไฟฟ้าสาธารณะ").click()
    page.wait_for_url("**/liff/report/where/**")
    page.locator("#id_address_text").fill("หน้าตลาดหัวอิฐ")
    page.get_by_role("button", name="ต่อไป").click()
    page.wait_for_url("**/liff/report/detail/**")
    page.locator("#id_text").fill("ไฟดับมา 3 คืนแล้ว มืดมาก")
    page.locator("input[type=radio]").first.check(force=True)
    page.get_by_role("button", name="ส่งเรื่อง").click()
    page.wait_for_url("**/liff/report/done/**")
    return REFERENCE.search(page.locator("main").inner_text())[0]


def repair_lamp(clerk, officer, portal, reference):
    """The clerk, who is signed in, hands the case to Manop, who repairs it; returns the message as he saw it before."""
    clerk.goto(f"{portal.url}/staff/inbox/new/")
    row = clerk.locator("tr", has_text=reference)
    assert row.locator(".badge").inner_text().startswith("เหลือ 1 วัน 23 ชม.")
    row.locator("a").click()
    clerk.locator("#id_move").select_option("triage")
    clerk.get_by_role("button", name="บันทึก", exact=True).click()
    clerk.get_by_text("คัดกรองแล้ว รอมอบหมาย").wait_for()
    clerk.locator("#id_move").select_option("assign")
    worker = clerk.locator("#id_assignee option", has_text="มานพ").inner_text()
    clerk.locator("#id_assignee").select_option(label=worker)
    clerk.get_by_role("button", name="บันทึก", exact=True).click()
    clerk.locator(".case__side", has_text="มานพ").wait_for()

    sign_in(officer, portal, "officer-light")
    officer.goto(f"{portal.url}/staff/inbox/mine/")
    officer.locator("tr", has_text=reference).locator("a").click()
    officer.locator("#id_move").select_option("start")
    officer.get_by_role("button", name="บันทึก", exact=True).click()
    officer.locator(".case__head", has_text="กำลังดำเนินการ").wait_for()
    officer.locator("#id_move").select_option("resolve")
    officer.locator("#id_outcome").select_option("fixed")
    officer.locator("#id_public_text").fill("เปลี่ยนหลอดไฟแล้ว สว่างทั้งซอย")
    officer.locator("#id_photos").set_input_files(picture("after", width=1600, height=1200))
    officer.locator("#preview .bubble").get_by_text("ยังไม่เรียบร้อย").wait_for()
    preview = officer.locator("#preview .bubble").inner_text()
    officer.get_by_role("button", name="บันทึก", exact=True).click()
    officer.locator(".case__head", has_text="แก้ไขแล้ว รอผู้แจ้งยืนยัน").wait_for()
    return preview


def is_said(page, words):
    """Whether the page says so once it is loaded anew."""
    page.reload()
    return page.get_by_text(words).count()


def test_lamp_is_reported_repaired_and_confirmed(portal, browser):
    with Person(browser, PHONE) as malee, Person(browser, DESK) as clerk, Person(browser, DESK) as officer:
        reference = report_lamp(malee, portal)
        assert re.search(r"ภายในวันที่\s+\d{1,2} \S+ 25\d\d เวลา \d\d\.\d\d น\.", malee.locator("main").inner_text())

        malee.goto(f"{portal.simulator_url}/chat/malee/")
        malee.locator("#messages > li", has_text=reference).filter(has_text="รับเรื่องแล้ว").first.wait_for()

        sign_in(clerk, portal, "clerk")
        preview = repair_lamp(clerk, officer, portal, reference)

        malee.bring_to_front()
        result = malee.locator("#messages > li", has_text=reference).filter(has_text="เปลี่ยนหลอดไฟแล้ว สว่างทั้งซอย")
        result.wait_for(timeout=60_000)
        assert "เปลี่ยนหลอดไฟแล้ว สว่างทั้งซอย" in preview
        result.get_by_role("button", name="เรียบร้อยดี").click()
        malee.goto(f"{portal.simulator_url}/liff/1000000002-simulate/my/{reference}/?as=malee")
        malee.wait_for_url(f"{portal.url}/liff/my/{reference}/**")
        wait_for(lambda: is_said(malee, "ท่านยืนยันว่าเรียบร้อย"), within_s=30, what="her case says that she confirmed")


def test_case_that_falls_due_stands_on_the_dashboard_and_its_head_is_told_once(portal, browser):
    with Person(browser, DESK) as head, Person(browser, PHONE) as chat:
        sign_in(head, portal, "head-engineering")
        late = head.locator("tr", has_text=portal.due_reference)

        def is_overdue():
            head.goto(f"{portal.url}/staff/inbox/overdue/")
            return late.count()

        wait_for(is_overdue, within_s=240, what=f"{portal.due_reference} is overdue")
        assert late.locator(".badge").inner_text().startswith("เกินกำหนด")
        head.goto(f"{portal.url}/staff/dashboard/")
        head.locator("a.stat.is-bad").click()
        assert late.count() == 1

        chat.goto(f"{portal.simulator_url}/chat/head-engineering/")
        chat.get_by_text(portal.due_reference).first.wait_for(timeout=60_000)
        chat.wait_for_timeout(8_000)
        assert chat.locator("#messages").inner_text().count(portal.due_reference) == 1
