"""`make screenshots`: pictures for the README, made from the demo as `make run` seeds it.

Each is what a person sees at that address: phone size for residents, desktop for staff. Run it after a page changes.
"""

import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from nakhoncity.tests.journeys.people import DESK, PHONE, sign_in
from nakhoncity.tests.portal import (
    CHROMIUM,
    CHROMIUM_OPTIONS,
    ROOT,
    RunningPortal,
    free_port,
    start_portal,
    stop_portal,
    wait_until_ready,
)

FOLDER = ROOT / "docs" / "screenshots"
LIFF = "/liff/1000000002-simulate"
WIDTH = {"phone": 360, "desk": 1100}
COLOURS = 128


def take(page: Page, name: str, kind: str) -> None:
    """One picture, small enough for a repository."""
    page.wait_for_load_state("networkidle")
    path = FOLDER / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as shot:
        height = round(shot.height * WIDTH[kind] / shot.width)
        small = shot.convert("RGB").resize((WIDTH[kind], height), Image.Resampling.LANCZOS)
    small.quantize(COLOURS).save(path, optimize=True)


def resident(browser: Browser, portal: RunningPortal) -> None:
    """Malee's telephone: home, the matter, the place, the receipt, her case."""
    page = browser.new_context(**{**PHONE, "device_scale_factor": 2}).new_page()
    page.goto(f"{portal.simulator_url}{LIFF}/?as=malee")
    page.wait_for_function("!location.hash")
    take(page, "home", "phone")
    page.goto(f"{portal.url}/liff/report/?new=1")
    page.get_by_text("ไม่มีภาพ ข้ามขั้นนี้").click()
    page.wait_for_url("**/what/")
    take(page, "what", "phone")
    page.locator("label.tile").first.click()
    page.wait_for_url("**/where/")
    take(page, "where", "phone")
    page.locator("#id_address_text").fill("หน้าตลาด")
    page.locator("button.is-primary").click()
    page.wait_for_url("**/detail/")
    page.locator("label.chip").first.click()
    page.locator("button.is-primary").click()
    page.wait_for_url("**/done/**")
    take(page, "done", "phone")


def desk(browser: Browser, portal: RunningPortal) -> None:
    """The desk: inbox, a case with a step chosen, the dashboard of an office."""
    page = browser.new_context(**DESK).new_page()
    sign_in(page, portal, "head-engineering")
    page.goto(f"{portal.url}/staff/inbox/office/")
    take(page, "inbox", "desk")
    page.locator(".list__a").nth(2).click()
    page.locator("#id_move").select_option("resolve")
    page.locator("#id_outcome").select_option("fixed")
    page.locator("#id_public_text").fill("แก้ไขเรียบร้อยแล้ว ขอบคุณที่แจ้งเทศบาล")
    page.locator("#preview > *").first.wait_for()
    page.wait_for_timeout(1500)
    take(page, "case", "desk")
    page.goto(f"{portal.url}/staff/dashboard/")
    take(page, "dashboard", "desk")


def main() -> None:
    """Start the portal, take all pictures, stop it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    data_dir, port = Path(tempfile.mkdtemp(prefix="portal-")).resolve(), free_port()
    process = start_portal(data_dir, port)
    try:
        portal = wait_until_ready(process, data_dir, port)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
            resident(browser, portal)
            desk(browser, portal)
            browser.close()
    finally:
        stop_portal(process, data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
