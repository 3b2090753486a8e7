"""`make` says in one sentence what a machine lacks."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import ROOT, clean_environment


@pytest.fixture
def folder(tmp_path) -> Path:
    """A fresh clone, as far as make looks."""
    need(shutil.which("make"), "make")
    for name in ("Makefile", "requirements.txt", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *arguments: str, **environment: str) -> list[str]:
    done = subprocess.run(  # noqa: S603 (our own targets)
        ["make", *arguments],  # noqa: S607 (whichever make there is)
        cwd=folder,
        env=clean_environment(**environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 2
    return done.stdout.splitlines()


def test_a_python_that_is_too_old_is_said(folder):
    said = make(folder, "run", "PYTHON=false")

    assert said == ["Python 3.11 or newer is needed, and false is not: make PYTHON=… names another one."]
    assert not (folder / ".venv").exists()


def test_a_node_that_is_too_old_is_said(folder):
    tools = folder / "tools"
    tools.mkdir()
    for name in ("node", "npm"):
        (tools / name).write_text("#!/bin/sh\nexit 1\n")
        (tools / name).chmod(0o755)

    said = make(folder, "node_modules/.package-lock.json", PATH=f"{tools}:/usr/bin:/bin")

    assert said == ["Node 20 or newer with npm is needed to build styles and scripts."]


def test_reset_leaves_a_running_portal_alone(folder):
    (folder / "var").mkdir()
    with (folder / "var/run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = make(folder, "reset")

    assert said == ["The portal is running: stop it first (Ctrl-C in its window)."]
