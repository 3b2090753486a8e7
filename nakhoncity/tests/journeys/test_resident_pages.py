"""Residents' pages in a real browser: without script, without position, on a dead line, and for every reader."""

import re

import pytest
from PIL import Image

from nakhoncity.tests.journeys.gates import faults_of
from nakhoncity.tests.journeys.people import PHONE, REFERENCE, picture
from nakhoncity.tests.portal import wait_for

pytestmark = pytest.mark.journey

LIFF = "/liff/1000000002-simulate"
IN_LINE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36 Line/15.0.0"
GPS_DENIED = "ยังไม่ได้อนุญาตให้ใช้ตำแหน่ง กรุณาเลื่อนแผนที่ให้หมุดตรงจุดที่พบปัญหา หรือพิมพ์ชื่อชุมชน ถนน หรือจุดสังเกต"
OFFLINE = "ยังไม่ได้ส่ง เพราะอินเทอร์เน็ตขัดข้อง ข้อมูลที่กรอกไว้ยังอยู่ครบ เมื่อมีสัญญาณให้กด “ส่งอีกครั้ง”"
WORDS = "มืดมาก เด็กเดินกลับบ้านน่ากลัว"
METRES_PER_DEGREE = 110_574


@pytest.fixture
def phone(browser, request):
    """A page of a telephone with these options of a browser's context."""
    contexts = []

    def take(**options):
        context = browser.new_context(**{**PHONE, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield take
    for context in contexts:
        context.close()


def open_as(page, portal, person, path):
    """Open a LIFF address from somebody's chat, and wait until he is signed in and the address is clean."""
    page.goto(f"{portal.simulator_url}{LIFF}/{path}?as={person}")
    page.wait_for_url(lambda address: "#" not in address)
    page.wait_for_load_state("networkidle")


def go_to(page, portal, step):
    """A new report without a picture, about the first matter, up to a step."""
    page.goto(f"{portal.url}/liff/report/?new=1")
    page.get_by_text("ไม่มีภาพ ข้ามขั้นนี้").click()
    page.wait_for_url("**/what/")
    page.locator("label.tile").first.click()
    page.wait_for_url("**/where/")
    if step == "detail":
        page.locator("#id_address_text").fill("หน้าตลาด")
        page.locator("button.is-primary").click()
        page.wait_for_url("**/detail/")
        page.locator("label.chip").first.click()


def own_references(page, portal):
    """The references in the list of whoever is signed in."""
    page.goto(f"{portal.url}/liff/my/")
    return set(REFERENCE.findall(page.locator("main").text_content()))


def test_report_without_script(phone, portal):
    page = phone(java_script_enabled=False)
    page.goto(f"{portal.url}/liff/report/")
    page.locator("#id_photos").set_input_files(picture("plain", width=800, height=600))
    page.get_by_role("button", name="ส่งภาพที่เลือก").click()
    assert page.locator(".photo").count() == 1

    page.get_by_role("button", name="ต่อไป").click()
    page.locator("label.tile").first.click()
    page.get_by_role("button", name="ต่อไป").click()
    page.locator("#id_address_text").fill("หน้าตลาด")
    page.get_by_role("button", name="ต่อไป").click()
    page.get_by_role("button", name="ส่งเรื่อง").click()
    assert page.title().startswith("พบข้อผิดพลาด:")
    page.locator("label.chip").first.click()
    page.locator("#id_phone").fill("๐๘๑ ๒๓๔ ๕๖๗๘")
    page.get_by_role("button", name="ส่งเรื่อง").click()

    reference = page.locator(".panel__ref").inner_text()
    page.get_by_role("link", name="ติดตามเรื่องนี้").click()
    assert ("/track/" in page.url, reference in page.locator("main").inner_text()) == (True, True)


def test_position_refused_says_so_and_the_pin_is_moved_by_buttons(phone, portal):
    page = phone(permissions=[])
    go_to(page, portal, "where")
    page.get_by_role("button", name="ใช้ตำแหน่งของฉันตอนนี้").click()
    page.get_by_text(GPS_DENIED, exact=True).wait_for()

    # The first tap puts the pin where the map begins, ten metres north; each further one moves it on.
    north = page.get_by_role("button", name="เลื่อนหมุดไปทางเหนือ 10 เมตร")
    north.click()
    first = float(page.locator("#id_lat").input_value())
    north.click()
    north.click()

    moved = (float(page.locator("#id_lat").input_value()) - first) * METRES_PER_DEGREE
    assert round(moved, 1) == 20.0
    page.get_by_role("button", name="ลงตำแหน่งนี้").click()
    page.get_by_text("ปักหมุดแล้ว").wait_for()


def test_sent_twice_with_a_lost_answer_is_one_case(phone, portal):
    page = phone()
    open_as(page, portal, "anan", "my/")
    before = own_references(page, portal)
    go_to(page, portal, "detail")

    def lose_the_answer(route):
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/liff/report/detail/", lose_the_answer, times=1)
    page.get_by_role("button", name="ส่งเรื่อง").dblclick()
    page.get_by_text(OFFLINE, exact=True).wait_for()
    page.get_by_role("button", name="ส่งอีกครั้ง").dblclick()
    page.wait_for_url("**/done/**")
    reference = page.locator(".panel__ref").inner_text()

    page.go_back()
    assert page.locator(".panel__ref").inner_text() == reference
    assert own_references(page, portal) - before == {reference}


def test_words_typed_on_a_dead_line_are_still_there(phone, portal):
    page = phone()
    go_to(page, portal, "detail")
    page.context.set_offline(True)
    page.locator("#id_text").fill(WORDS)
    page.get_by_role("button", name="ส่งเรื่อง").click()
    page.get_by_text(OFFLINE, exact=True).wait_for()

    page.context.set_offline(False)
    page.reload()

    # From the telephone, or from the server if the line came back in time to save the draft.
    text = page.locator("#id_text")
    wait_for(lambda: text.input_value() == WORDS, within_s=10, what="the words are back")


def test_other_person_on_the_same_telephone_sees_nothing_of_the_first(phone, portal):
    malee = phone(user_agent=IN_LINE)
    open_as(malee, portal, "malee", "my/")
    hers = own_references(malee, portal)
    somchai = malee.context.new_page()
    seen = []

    def note(words):
        seen.append(words)

    somchai.expose_function("note", note)
    somchai.add_init_script(
        "addEventListener('DOMContentLoaded', () => { const look = () => { const h = document.querySelector('main h1');"
        "if (h && getComputedStyle(h).visibility === 'visible') note(h.closest('main').innerText);"
        "requestAnimationFrame(look); }; look(); })"
    )

    open_as(somchai, portal, "somchai", f"my/{min(hers)}/")
    somchai.get_by_text("ไม่พบหน้านี้").first.wait_for()

    assert len(hers) > 1
    assert [words for words in seen if min(hers) in words] == []


def test_silent_line_is_said_with_a_way_out_and_the_phone(phone, portal):
    page = phone(user_agent=IN_LINE)
    page.clock.install()
    page.route("**/liff/sdk.js", lambda route: route.fulfill(body="window.liff={init:()=>new Promise(()=>{})}"))
    with page.expect_response("**/liff/sdk.js"):
        page.goto(f"{portal.url}/liff/report/photo/")
    notice = page.locator("[data-liff-notice]")
    assert notice.is_hidden()

    page.clock.run_for(6_000)

    assert notice.is_visible()
    assert notice.get_by_role("link", name="เปิดด้วยเบราว์เซอร์").get_attribute("href").endswith("openExternalBrowser=1")
    assert notice.get_by_role("link", name="โทร").get_attribute("href").startswith("tel:")


@pytest.mark.parametrize("is_friend", [True, False])
def test_home_says_who_gets_no_messages(phone, portal, is_friend):
    page, flag = phone(), str(is_friend).lower()
    fake = (
        "window.liff={init:async()=>{},isLoggedIn:()=>true,isInClient:()=>false,getDecodedIDToken:()=>null,"
        f"getIDToken:()=>'x',async getFriendship(){{window.name='asked';return {{friendFlag:{flag}}}}}}}"
    )
    page.route("**/liff/sdk.js", lambda route: route.fulfill(body=fake))
    page.goto(f"{portal.url}/liff/")

    wait_for(lambda: page.evaluate("window.name") == "asked", within_s=10, what="the page asks LINE")
    assert page.get_by_text("ท่านยังไม่ได้เพิ่มเพื่อน").is_visible() != is_friend


def test_expired_token_logs_in_again_at_the_same_address_and_only_once(phone, portal):
    page = phone()
    fake = (
        "window.liff={init:async()=>{},isLoggedIn:()=>true,isInClient:()=>false,getContext:()=>({}),"
        "getDecodedIDToken:()=>({sub:'U',exp:1}),getIDToken:()=>'x',logout(){window.name+='logout ';},"
        "login(o){window.name+=o.redirectUri+' ';}}"
    )
    page.route("**/liff/sdk.js", lambda route: route.fulfill(body=fake))
    address = f"{portal.url}/liff/my/NST-69-000001/"
    page.goto(address)
    wait_for(lambda: "http" in page.evaluate("window.name"), within_s=10, what="the page logs in")

    page.reload()
    page.get_by_text("LINE ไม่ยืนยันตัวตนของท่าน").wait_for()

    assert page.evaluate("window.name") == f"logout {address} "


# A report under way; pages as they come are looked at in test_every_page.py


def test_steps_of_a_report_are_for_everybody(phone, portal, tmp_path):
    page = phone()
    found = {}
    page.goto(f"{portal.url}/liff/report/")
    found["photo"] = faults_of(page)
    Image.new("RGB", (40, 30)).save(tmp_path / "photo.png")
    page.locator("#id_photos").set_input_files(tmp_path / "photo.png")
    page.wait_for_url("**/what/")
    page.get_by_text(re.compile("ดูทั้งหมด")).click()
    found["what"] = faults_of(page)
    page.locator("label.tile").first.click()
    page.wait_for_url("**/where/")
    page.get_by_role("button", name="เลื่อนหมุดไปทางใต้ 10 เมตร").click()
    found["where"] = faults_of(page)
    page.get_by_role("button", name="ลงตำแหน่งนี้").click()
    page.wait_for_url("**/detail/")
    found["detail"] = faults_of(page)
    page.get_by_role("button", name="ส่งเรื่อง").click()
    page.locator(".errors").wait_for()
    assert page.evaluate("document.activeElement.className") == "errors"
    found["detail refused"] = faults_of(page)
    page.locator("label.chip").first.click()
    page.locator("#id_phone").fill("0812345678")
    page.get_by_role("button", name="ส่งเรื่อง").click()
    page.wait_for_url("**/done/**")
    found["done"] = faults_of(page)

    assert found == {name: [] for name in found}
