"""Every page of the portal in a browser: before anything has happened, with a town's work in it, and refusing a form.

Driven by the table of addresses (nakhoncity/tests/tour.py), so that a new page is looked at from its first day. Here
the portal runs inside the test, for what stands behind an address must be known; journeys proper use `make run`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile

from nakhoncity.kit.language import COOKIE, OWN_CHOICE, WITHOUT_TWIN
from nakhoncity.tests.addresses import ANYBODY, PAGE, REPORTER, SOMCHAI, filled, values
from nakhoncity.tests.journeys.gates import faults_now
from nakhoncity.tests.journeys.people import DESK, PHONE
from nakhoncity.tests.portal import wait_for
from nakhoncity.tests.tour import KEY_FORM, TOUR
from nakhoncity.tests.town import cookies_of, empty_town, full_town

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ON_THE_PHONE = {REPORTER, SOMCHAI}
# Django takes a secret of 32 letters in the cookie and the same in the form.
CSRF = "a" * 32
# What a browser says of an answer; those that matter are noted by themselves.
REFUSED = re.compile(r"the server responded with a status of [45]")
# LINE is away; the pages say so after six seconds, which nobody here waits for.
LIFF = "window.liff={init:()=>new Promise(()=>{})}"
SEND = """([path, fields, csrf]) => {
  const make = (name, properties) => Object.assign(document.createElement(name), properties);
  const form = make('form', {id: 'to-send', method: 'post', action: path, enctype: 'multipart/form-data'});
  for (const [name, value] of Object.entries({csrfmiddlewaretoken: csrf, ...fields}))
    form.append(make('input', value === null ? {type: 'file', name, id: 'sent'} : {type: 'hidden', name, value}));
  document.body.append(form);
}"""


class Visitor:
    """Somebody with a browser who notes what goes wrong in it."""

    def __init__(self, browser: "Browser", host: str, who: str) -> None:
        self.host, self.troubles, self.under_way = host, [], set()
        device = PHONE if who in ON_THE_PHONE else DESK
        self.context: BrowserContext = browser.new_context(**device)
        cookies = {**cookies_of(who), django_settings.CSRF_COOKIE_NAME: CSRF}
        self.context.add_cookies([{"name": name, "value": value, "url": host} for name, value in cookies.items()])
        self.context.route("**/liff/sdk.js", lambda route: route.fulfill(body=LIFF, content_type="text/javascript"))
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("console", self._note_words)
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_answer)
        for end in ("requestfinished", "requestfailed"):
            self.page.on(end, lambda request: self.under_way.discard(request))  # noqa: PLW0108 (it takes no built-in)

    def _note_words(self, said: Any) -> None:
        """Browsers call an answer that refuses an error; it is none."""
        if said.type in {"error", "warning"} and not REFUSED.search(said.text):
            self.troubles.append(f"console: {said.text}")

    def _note_request(self, request: "Request") -> None:
        self.under_way.add(request)
        address = urlsplit(request.url)
        is_ours = f"{address.scheme}://{address.netloc}" == self.host or address.scheme in {"data", "blob"}
        if not is_ours and request.url != django_settings.LIFF_SDK_URL:
            self.troubles.append(f"asks another host: {request.url}")

    def _note_answer(self, response: "Response") -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.troubles.append(f"part refused: {response.status} {response.url}")

    def look(self) -> list[str]:
        """What is wrong with the page at hand, and what went wrong on the way to it."""
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self._wait_until_quiet()
        faults = [*faults_now(self.page), *self.troubles]
        self.troubles.clear()
        return faults

    def _wait_until_quiet(self) -> None:
        for _try in range(100):
            self.page.wait_for_timeout(20)
            if not self.under_way:
                return
        wait_for(lambda: not self.under_way, within_s=1, what=f"{self.page.url} is quiet")

    def visit(self, path: str) -> int:
        """Open a page; its status."""
        answer = self.page.goto(self.host + path, wait_until="load")
        assert answer is not None
        return answer.status

    def send(self, path: str, fields: Mapping[str, Any]) -> int:
        """Send a form from the page at hand, whatever the page offers itself; the status of what comes."""
        files = {name: value for name, value in fields.items() if isinstance(value, SimpleUploadedFile)}
        words = {name: None if name in files else str(value) for name, value in fields.items()}
        if not self.page.url.startswith(self.host):
            self.visit("/privacy/")
        self.page.evaluate(SEND, [path, words, CSRF])
        for file in files.values():
            sent = {"name": file.name, "mimeType": file.content_type, "buffer": file.read()}
            self.page.locator("#sent").set_input_files(sent)
        with self.page.expect_navigation(wait_until="load") as answer:
            self.page.evaluate("document.getElementById('to-send').submit()")
        return answer.value.status

    def close(self) -> None:
        """Shut the browser."""
        self.context.close()


@pytest.fixture
def visitors(browser: "Browser", live_server: Any) -> Iterator[Any]:
    """A browser for each of the town's people, opened when it is needed first."""
    known: dict[str, Visitor] = {}

    def visitor(who: str) -> Visitor:
        if who not in known:
            known[who] = Visitor(browser, live_server.url, who)
        return known[who]

    yield visitor
    for each in known.values():
        each.close()


def pages(*, empty: bool = False) -> list[tuple[str, str]]:
    """The pages to look at: who, and where."""
    shown = {address: entry for address, entry in TOUR.items() if entry.answers == PAGE}
    found = []
    for address, entry in shown.items():
        if entry.is_for_empty_house or not empty:
            paths = [filled(address, arguments) for arguments in entry.arguments()]
            found += [(entry.who, path) for path in paths] + [(other, paths[0]) for other in entry.also]
    return found


def look_at_pages(visitors: Any, *, empty: bool) -> list[str]:
    """What is wrong with each page."""
    found = {}
    for who, path in pages(empty=empty):
        status = visitors(who).visit(path)
        faults = visitors(who).look()
        found[f"{path} as {who}"] = faults if status == 200 else [f"answers {status}", *faults]
    return told(found)


def told(found: Mapping[str, list[str]]) -> list[str]:
    """The pages at fault, each on a line: pytest would cut what is nested."""
    return [f"{name}: {', '.join(faults)}" for name, faults in found.items() if faults]


def test_pages_of_a_town_where_nothing_has_happened(visitors):
    empty_town()

    assert look_at_pages(visitors, empty=True) == []


def test_pages_of_a_town_at_work(visitors):
    full_town()

    assert look_at_pages(visitors, empty=False) == []


def test_pages_that_refuse_a_form(visitors):
    full_town()
    found = {}

    for address, entry in TOUR.items():
        for number, wrong in enumerate(entry.wrong):
            arguments = entry.arguments()[0]
            visitor = visitors(entry.who)
            status = visitor.send(filled(address, arguments), values(wrong, arguments))
            faults = visitor.look()
            found[f"{address} {number}"] = faults if status in {200, 409, 422} else [f"answers {status}", *faults]

    assert told(found) == []


def test_pages_in_english(visitors):
    full_town()
    found = {}
    for who, path in dict.fromkeys((who, path) for who, path in pages() if not path.startswith(WITHOUT_TWIN)):
        visitor = visitors(who)
        if path.startswith(OWN_CHOICE):
            visitor.context.add_cookies([{"name": COOKIE, "value": "en", "url": visitor.host}])
        status = visitor.visit(path if path.startswith(OWN_CHOICE) else f"/en{path}")
        spoken = visitor.page.evaluate("document.documentElement.lang")
        faults = visitor.look()
        found[f"{path} as {who}"] = faults if (status, spoken) == (200, "en") else [f"answers {status} in {spoken}"]

    assert told(found) == []


def test_page_that_shows_a_new_key(visitors):
    full_town()
    admin = visitors("admin")

    status = admin.send("/staff/settings/keys/", KEY_FORM)

    secret = admin.page.locator("section.is-call code").inner_text()
    assert (status, secret[:4], admin.look()) == (200, "nkc_", [])


def test_last_pages(visitors, monkeypatch):
    full_town()
    somebody, clerk = visitors(ANYBODY), visitors("clerk")
    found = {}

    def look_at(visitor, path, status, answered):
        found[path] = visitor.look() if answered == status else [f"answers {answered}"]

    for visitor, path, status in [
        (somebody, "/nothing/", 404),
        (clerk, "/staff/nothing/", 404),
        (clerk, "/staff/settings/keys/", 403),
        (somebody, "/?q=%00", 400),
        (somebody, "/liff/report/what/?again=1", 400),
    ]:
        look_at(visitor, path, status, visitor.visit(path))
    look_at(somebody, "/track/", 403, somebody.send("/track/", {"csrfmiddlewaretoken": "b" * 32}))
    monkeypatch.setattr("nakhoncity.front.views.home_tiles.all", lambda: 1 / 0)
    look_at(somebody, "/", 500, somebody.visit("/"))

    assert told(found) == []


BAD_PAGE = """<!doctype html><html lang="th"><head><title>หน้า</title></head><body>
<img src="data:image/png;base64,iVBORw0KGgo="><p style="width:700px">Save ปี 2026</p><p title="Close">ปิด</p>
<a href="/" style="display:block;width:60px;height:20px">ไป</a><code>nkc_x</code><span translate="no">admin</span>
<script>console.error('broken')</script><script src="https://example.org/x.js"></script></body></html>"""


def test_every_gate_shuts(visitors):
    visitor = visitors(ANYBODY)
    visitor.page.route("https://example.org/**", lambda route: route.fulfill(body=""))
    visitor.page.route("**/bad/", lambda route: route.fulfill(body=BAD_PAGE, content_type="text/html; charset=utf-8"))

    visitor.visit("/bad/")

    assert {fault.split(":")[0] for fault in visitor.look()} == {
        "image-alt", "60 x 20 px", "wider than 683 px", "wider than 320 px", "wider than 180 px", "Save", "Close",
        "2026", "console", "asks another host",
    }  # fmt: skip


def test_a_broken_policy_is_seen(visitors):
    visitor = visitors(ANYBODY)
    visitor.visit("/privacy/")

    visitor.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")

    assert "Content Security Policy" in " ".join(visitor.look())
