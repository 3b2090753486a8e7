"""What the docs tell people to type and to look at is there."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from nakhoncity.kit.registry import metrics
from nakhoncity.tests.portal import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
TYPED = re.compile(r"manage\.py (\w+)((?: +(?:--[a-z]+|[A-Z]+|[a-z]+|/\S+))*)")
RUNBOOK = ROOT / "docs" / "runbook.md"


def in_code(page: Path) -> str:
    """Only what stands in `code` or is indented as such, a line each."""
    found = re.findall(r"`([^`\n]+)`|^    (.+)$", page.read_text(), flags=re.MULTILINE)
    return "\n".join(inline or block for inline, block in found)


def options_of(command: str) -> set[str]:
    app = get_commands()[command]
    parser = (app if not isinstance(app, str) else load_command_class(app, command)).create_parser("manage.py", command)
    return {option for action in parser._actions for option in action.option_strings}


def test_the_pages_do_name_commands():
    assert len(TYPED.findall(in_code(RUNBOOK))) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_the_docs_exists(page):
    typed = TYPED.findall(in_code(page))
    unknown = [command for command, _rest in typed if command not in get_commands()]
    foreign = [
        f"{command} {option}"
        for command, rest in typed
        if command not in unknown
        for option in re.findall(r"--[a-z]+", rest)
        if option not in options_of(command)
    ]

    assert (unknown, foreign) == ([], [])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_of_the_docs_exists(page):
    named = set(re.findall(r"\bmake ([a-z]+)\b", in_code(page)))

    assert named - TARGETS == set()


def test_every_figure_of_the_runbook_exists():
    named = set(re.findall(r"`((?:line|complaints|last|disk)_[a-z_]+)`", RUNBOOK.read_text()))

    assert len(named) > 6
    assert named - {*metrics.names(), "line_channel"} == set()


def test_runbook_says_of_every_trouble_how_it_ends():
    pages = re.split(r"^## ", RUNBOOK.read_text(), flags=re.MULTILINE)[1:]
    wanting = [
        page.splitlines()[0]
        for page in pages
        if not all(f"**{part}:**" in page for part in ("Residents", "Do", "Over"))
    ]

    assert wanting == []
