"""The people of the journeys, each with a browser of their own: they see and press what anybody would."""

import io
import re
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from nakhoncity.tests.portal import RunningPortal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "th-TH"}
DESK = {"viewport": {"width": 1366, "height": 768}, "locale": "th-TH"}
PASSWORD = "nakhon-demo-2569"
REFUSED_FORM = re.compile(r"status of 4(09|22)")
REFERENCE = re.compile(r"[A-Z]{3}-\d\d-\d{6}")


def picture(words: str, *, width: int = 4000, height: int = 3000) -> dict[str, object]:
    """A photo as a telephone takes it, with words in it so that two are never the same file."""
    image = Image.effect_noise((width // 8, height // 8), 60).resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((width // 3, height // 4, width // 2, height), fill=(40, 50, 90))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80, comment=words.encode())
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


class Person(AbstractContextManager["Page"]):
    """Somebody with a browser: a fresh context that is closed at the end, and no error in its console."""

    def __init__(self, browser: "Browser", device: dict[str, object]) -> None:
        self.context: BrowserContext = browser.new_context(**device)
        self.troubles: list[str] = []

    def __enter__(self) -> "Page":
        page = self.context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._note)
        return page

    def _note(self, said: "ConsoleMessage") -> None:
        """A refused form is an answer, not a trouble, though browsers call it one."""
        if said.type == "error" and not REFUSED_FORM.search(said.text):
            self.troubles.append(said.text)

    def __exit__(self, kind: object, *_: object) -> None:
        self.context.close()
        if kind is None:
            assert self.troubles == []


def sign_in(page: "Page", portal: RunningPortal, username: str) -> None:
    """Sign in at the staff door."""
    page.goto(f"{portal.url}/staff/login/")
    page.get_by_label("ชื่อผู้ใช้").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    page.wait_for_url("**/staff/inbox/**")
