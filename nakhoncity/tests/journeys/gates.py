"""What every page has to pass: axe, no sideways scrolling, no English leftover, no Gregorian year."""

import re
from typing import TYPE_CHECKING

from nakhoncity.tests.portal import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN_AXE = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
# What is no word: LINE's own name, addresses, references, a key of the keyboard, kinds of picture files, a
# standard and its level.
NO_WORDS = re.compile(r"@\w+|\b(?:LINE|[A-Z]{2,5}-\d\d-\d{6}|Ctrl|JPEG|PNG|WebP|HEIC|WCAG|AA)\b")
LATIN, GREGORIAN = re.compile(r"[A-Za-z]{2,}"), re.compile(r"\b20\d\d\b")
# All that a reader sees or hears, but what is marked as not for reading or as another language.
SAID = """() => {
  const others = [...document.querySelectorAll('code, [translate=no], [lang]:not(html)')].map(e => e.innerText || '');
  const named = [...document.querySelectorAll('[aria-label],[placeholder],[alt],[title]')]
    .filter(e => e.checkVisibility?.() ?? true)
    .map(e => [e.ariaLabel, e.placeholder, e.alt, e.title].join(' '));
  const text = others.reduce((all, other) => all.replace(other, ' '), document.body.innerText);
  return [document.title, text, ...named].join(' ');
}"""
NARROW, HALF_A_PHONE = 320, 180


def faults_of(page: "Page") -> list[str]:
    """Everything that is wrong with the page once it is quiet; its width is put back."""
    page.wait_for_load_state("networkidle")
    return faults_now(page)


def faults_now(page: "Page") -> list[str]:
    """The same for a page that is quiet already."""
    return [*_axe(page), *_small_targets(page), *_too_wide(page), *_foreign_words(page)]


def _axe(page: "Page") -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        # Not as an element of the page, which its policy would forbid.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN_AXE, WCAG)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


# What a finger or a pointer has to hit, but links within a sentence, which lines of text hold.
SMALL_TARGETS = """least => [...document.querySelectorAll(
    'a[href], button, summary, select, textarea, input:not([type=hidden])')]
  .filter(e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
  .filter(e => !(getComputedStyle(e).display.startsWith('inline') && e.matches('p a, li a, td a, .small a')))
  .map(e => e.matches('input') && e.closest('label') || e)
  .map(e => [e.outerHTML.slice(0, 100), e.getBoundingClientRect()])
  .filter(([_html, box]) => box.width > 1 && box.height > 1 && box.bottom > 0)
  .filter(([_html, box]) => Math.min(box.width, box.height) < least - .5)
  .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)} px: ${html}`)"""
LEAST_RESIDENT_PX, LEAST_STAFF_PX = 48, 32
IS_STAFF = "document.documentElement.matches('.is-staff') || location.pathname.startsWith('/admin/')"


def _small_targets(page: "Page") -> list[str]:
    """Buttons and fields that old fingers or a hurried pointer miss (the town's own figures; WCAG asks for 24 px)."""
    is_staff = page.evaluate(IS_STAFF)
    return page.evaluate(SMALL_TARGETS, LEAST_STAFF_PX if is_staff else LEAST_RESIDENT_PX)


def _too_wide(page: "Page") -> list[str]:
    """At 320 px and with letters twice as large, which is a window half as wide; for residents on a phone too."""
    size = page.viewport_size
    assert size is not None
    faults = []
    is_staff = page.evaluate(IS_STAFF)
    for width in sorted({NARROW, size["width"] // 2, *([] if is_staff else [HALF_A_PHONE])}, reverse=True):
        page.set_viewport_size({"width": width, "height": size["height"]})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"wider than {width} px")
    page.set_viewport_size(size)
    return faults


def _foreign_words(page: "Page") -> list[str]:
    """English left over and years of another era on a Thai page; other pages speak their own language."""
    if page.evaluate("document.documentElement.lang") != "th":
        return []
    said = NO_WORDS.sub(" ", page.evaluate(SAID))
    return LATIN.findall(said) + GREGORIAN.findall(said)
