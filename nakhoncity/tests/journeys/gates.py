"""What every page has to pass: axe, 320 px without sideways scrolling, no English leftover, no Gregorian year."""

import re
from typing import TYPE_CHECKING

from nakhoncity.tests.portal import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is no word: LINE's own name, addresses, references, a key of the keyboard.
NO_WORDS = re.compile(r"\bLINE\b|@\w+|\bNST-[\d-]+|\bCtrl\b")
LABELS = "[...document.querySelectorAll('[aria-label],[placeholder],[alt]')].filter(e => e.checkVisibility?.() ?? true)"
NARROW = 320


def faults_of(page: "Page") -> list[str]:
    """Everything that is wrong with the page as it stands; its context needs `bypass_csp`. Its width is put back."""
    page.wait_for_load_state("networkidle")
    if not page.evaluate("Boolean(window.axe)"):
        page.add_script_tag(path=ROOT / "node_modules" / "axe-core" / "axe.min.js")
    run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
    faults = [violation["id"] for violation in page.evaluate(run, WCAG)["violations"]]
    size = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 740})
    if page.evaluate("document.documentElement.scrollWidth") > NARROW:
        faults.append(f"wider than {NARROW} px")
    page.set_viewport_size(size)
    attributes = f"{LABELS}.map(e => [e.ariaLabel, e.placeholder, e.alt].join(' ')).join(' ')"
    said = f"{page.title()} {page.inner_text('body')} {page.evaluate(attributes)}"
    words = NO_WORDS.sub(" ", said)
    return faults + re.findall(r"[A-Za-z]{2,}", words) + re.findall(r"\b20\d\d\b", words)
