"""What a test needs of the machine: absent, it is skipped and says so; where everything must run (CI=1), it fails."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
RACES = pytest.StashKey[dict[str, bool]]()
FIGURES = pytest.StashKey[list[str]]()


def need(is_there: object, what: str) -> None:
    """Skip the test, or fail it with CI=1, unless what it needs is there."""
    if is_there:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI=1 and no {what}: this test must run", pytrace=False)
    pytest.skip(f"no {what}")


@pytest.fixture
def figure(pytestconfig: pytest.Config) -> Callable[[str, float], None]:
    """Put a measured time in seconds into the summary: `figure("second start", 4.2)`."""

    def note(what: str, seconds: float) -> None:
        pytestconfig.stash.setdefault(FIGURES, []).append(f"{seconds:8.2f} s  {what}")

    return note


def pytest_report_header() -> str:
    """Say with which browser the journeys run."""
    return f"browser: {CHROMIUM or 'none, journeys are skipped'}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A journey needs a browser."""
    if item.get_closest_marker("journey"):
        need(CHROMIUM, "Chromium")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note the race tests of this run: none has passed yet."""
    races = [item.nodeid for item in session.items if item.get_closest_marker("race")]
    session.config.stash[RACES] = dict.fromkeys(races, False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note a race test that has passed."""
    report = yield
    if report.when == "call" and item.nodeid in item.config.stash[RACES]:  # type: ignore[attr-defined]
        item.config.stash[RACES][item.nodeid] = report.passed  # type: ignore[attr-defined]
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=1 every race test must have passed on PostgreSQL: SQLite serialises writers and hides the bug."""
    races = session.config.stash.get(RACES, {})
    if os.environ.get("CI") and connection.vendor == "postgresql" and not all(races.values()):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many race tests ran and where, and what was measured."""
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)
    if races := config.stash.get(RACES, {}):
        terminalreporter.write_line(f"races passed on {connection.vendor}: {sum(races.values())} of {len(races)}")
