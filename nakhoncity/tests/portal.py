"""Fixtures of journeys and faults: the portal as `make run` runs it, and a browser in front of it.

Nothing here reaches behind the processes' backs: a test has their addresses, ids and logs, and that is all.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nakhoncity.tests.needs import CHROMIUM

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DUE = re.compile(r"Case (\S+) falls due at (.+) \(")
LOOK_EVERY_S = 0.1
# Settings of the machine that must not reach the portal under test.
OUR_SETTINGS = re.compile(
    r"DATABASE_URL|TEST_DATABASE_URL|REDIS_URL|DJANGO_SETTINGS_MODULE|PUBLIC_URL|ALLOWED_HOSTS|DEBUG|DEMO.*|ROOMS|TOWN|PORT"
    r"|SECRET_KEY|DATA_DIR|TRUSTED_PROXIES|MAP_TILE_URL|LOG_LEVEL|LINE_.*|LIFF_.*|CI|MAKE.*|MFLAGS"
    r"|METRICS_TOKEN|WEB_.*|WORKER_THREADS|OIDC_.*|STAFF_MFA|FIELD_KEYS|BACKUP.*"
)


@dataclass(frozen=True)
class RunningPortal:
    """What a test knows of a running portal."""

    url: str
    simulator_url: str
    data_dir: Path
    log_file: Path
    process: subprocess.Popen[bytes]
    due_reference: str
    ready_after_s: float

    def pids(self) -> dict[str, int]:
        """The processes that run now: web, worker, simulator."""
        record: dict[str, Any] = json.loads((self.data_dir / "run.json").read_text())
        processes: dict[str, int] = record["processes"]
        return processes

    def log(self) -> str:
        """Whatever the processes have written so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")


def wait_for(condition: Callable[[], Any], *, within_s: float, what: str) -> Any:
    """The condition's value as soon as it is true; AssertionError naming `what` when it does not come true in time."""
    deadline = time.monotonic() + within_s
    while True:
        if value := condition():
            return value
        if time.monotonic() >= deadline:
            msg = f"{what}: not within {within_s:g} s"
            raise AssertionError(msg)
        time.sleep(LOOK_EVERY_S)


def free_port() -> int:
    """A port that is free and whose next one is free as well."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    msg = "no two free ports side by side"
    raise AssertionError(msg)


def clean_environment(**values: str) -> dict[str, str]:
    """This machine's environment without any setting of ours, and then the settings given."""
    kept = {name: value for name, value in os.environ.items() if not OUR_SETTINGS.fullmatch(name)}
    return {**kept, **values}


def processes_in(data_dir: Path) -> list[int]:
    """The ids of all processes that work in this DATA_DIR (none once they have ended and are waited for)."""
    mark, found = f"DATA_DIR={data_dir}".encode(), []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                settings = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in settings:
                found.append(int(folder.name))
    return found


def start_portal(data_dir: Path, port: int, **settings: str) -> subprocess.Popen[bytes]:
    """Start what `make run` starts; its words go to run.log in `data_dir`."""
    environment = clean_environment(DATA_DIR=str(data_dir), PORT=str(port), **settings)
    with (data_dir / "run.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "nakhoncity.run"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )


def _says_where(process: subprocess.Popen[bytes], log_file: Path) -> bool:
    log = log_file.read_text(encoding="utf-8", errors="replace")
    assert process.poll() is None, f"make run ended by itself:\n{log}"
    return "Ctrl-C stops everything." in log


def wait_until_ready(process: subprocess.Popen[bytes], data_dir: Path, port: int) -> RunningPortal:
    """Wait until it says that it is ready, which it does once /readyz answers 200."""
    began, log_file = time.monotonic(), data_dir / "run.log"
    wait_for(lambda: _says_where(process, log_file), within_s=240, what="make run is ready")
    said = DUE.search(log_file.read_text(encoding="utf-8", errors="replace"))
    assert said, "make run names no case that falls due"
    return RunningPortal(
        url=f"http://localhost:{port}",
        simulator_url=f"http://localhost:{port + 1}",
        data_dir=data_dir,
        log_file=log_file,
        process=process,
        due_reference=said[1],
        ready_after_s=time.monotonic() - began,
    )


def stop_portal(process: subprocess.Popen[bytes], data_dir: Path) -> None:
    """Press Ctrl-C; whoever is left after that is killed and makes this fail."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=15)
    finally:
        left = processes_in(data_dir)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        process.wait(timeout=5)
    assert left == [], "processes outlived make run"


@pytest.fixture(scope="session")
def portal() -> Iterator[RunningPortal]:
    """The portal on free ports with a fresh DATA_DIR and the demo's cases; one for all journeys."""
    with running_portal() as one:
        yield one


@contextmanager
def running_portal(**settings: str) -> Iterator[RunningPortal]:
    """A portal of its own with these settings, gone without a trace afterwards."""
    data_dir, port = Path(tempfile.mkdtemp(prefix="portal-")).resolve(), free_port()
    process = start_portal(data_dir, port, **settings)
    try:
        yield wait_until_ready(process, data_dir, port)
    finally:
        try:
            stop_portal(process, data_dir)
        finally:
            shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """Debian's Chromium; a test makes a context of its own for each person and closes it."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread as long as it lives; Django would refuse the database to it.
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()
