"""Styles, icons and scripts: what a page names is there, and what is there is named by something."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from nakhoncity.tests.portal import ROOT

ASSETS = ROOT / "nakhoncity" / "assets"
ROOMS = [ROOT / "templates", ROOT / "nakhoncity", *(ROOT / room for room in settings.ROOMS)]
# Drawn for rooms that are still to come (bookings, cameras and water, guides); who builds one strikes its line off.
ICONS_TO_COME = {
    "baht", "block", "book", "download", "forward", "gallery", "merge", "play", "print", "shield", "sign", "smoke",
    "traffic", "truck", "wheel",
}  # fmt: skip
CLASSES_TO_COME = {
    "avatar", "banner__head", "banner__more", "bubble__time", "bulk", "heat", "heat-1", "heat-2", "heat-3", "heat-4",
    "is-3", "is-5", "is-between", "is-full", "is-live", "is-normal", "is-off", "is-paper", "is-red", "is-siren",
    "is-ticked", "is-unknown", "is-watch", "option__bar", "rail__end", "scroll", "sheet", "sheet__sign", "skeleton",
    "slot", "split__side", "stat__row", "tick", "toast__time", "triage__card", "triage__text", "trio", "v0", "v4",
}  # fmt: skip


def sources(*kinds: str) -> str:
    """All that could name a style, an icon or a script, but tests and what is built."""
    paths = [path for folder in ROOMS for kind in kinds for path in folder.rglob(kind)]
    kept = [path for path in paths if not {"built", "tests", "simulator", "css"}.intersection(path.parts)]
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(kept))


@pytest.fixture(scope="module")
def pages() -> str:
    return sources("*.html", "*.py", "*.js", "*.json")


def icons() -> set[str]:
    return {path.stem for path in (ASSETS / "icons").glob("*.svg")}


def test_every_icon_that_a_page_names_is_drawn(pages):
    named = set(re.findall(r"""{% icon ["']([\w-]+)["']""", pages)) | set(re.findall(r"#i-([a-z][\w-]*)", pages))

    assert (len(named) > 20, named - icons()) == (True, set())


def test_every_icon_is_named(pages):
    unused = icons() - set(re.findall(r"""(?:["']|#i-)([a-z][\w-]*)""", pages))

    assert unused - ICONS_TO_COME == set()


def classes(style: str) -> set[str]:
    """The classes of a style sheet."""
    bare = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", style, flags=re.DOTALL)
    return set(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", bare))


def test_every_class_of_the_styles_is_named(pages):
    styled = classes("\n".join(path.read_text(encoding="utf-8") for path in (ASSETS / "css").glob("*.css")))

    unused = styled - set(re.findall(r"[\w-]+", pages))

    assert (len(styled) > 200, unused - CLASSES_TO_COME) == (True, set())


def imported_by(script: Path) -> set[Path]:
    """The modules of ours that a script asks for."""
    found = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""", script.read_text(encoding="utf-8"))
    return {(script.parent / name).resolve() for name in found}


def test_every_script_is_part_of_a_bundle():
    build = (ASSETS / "build.mjs").read_text(encoding="utf-8")
    bundles = {ASSETS / "js" / f"{name}.js" for name in ("resident", "staff", "map")}
    assert [path.name for path in bundles if path.stem not in build] == []

    reached, new = set(), bundles
    while new:
        reached |= new
        new = {module for script in new for module in imported_by(script)} - reached

    assert set((ASSETS / "js").rglob("*.js")) - reached == set()


def test_every_static_file_that_a_page_names_is_built():
    named = set(re.findall(r"""{% static ["']([^"']+)["']""", sources("*.html")))

    assert (len(named) > 5, [name for name in sorted(named) if not finders.find(name)]) == (True, [])
