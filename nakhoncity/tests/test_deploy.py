"""Compose, `make stack` and the documentation name the same commands, and these run."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from complaints.services.photos import MOST_PHOTOS
from nakhoncity import run, stack
from nakhoncity.kit.images import MOST_BYTES
from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import ROOT, clean_environment, free_port, processes_in, wait_for
from nakhoncity.tests.servers import Redis, own_database
from nakhoncity.tests.test_settings import LIVE

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "nakhoncity"}
SCRIPTS = [stack.PREPARE, *stack.PROCESSES]
DOCKERFILE = (ROOT / "Dockerfile").read_text().splitlines()
NGINX = (ROOT / "deploy/nginx.conf").read_text()
# Twenty to forty seconds are usual, most of them migrations; the figure is printed.
STARTED_WITHIN_S = 120
TOKEN = "a-token-of-this-test"


def run_stack(folder: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start it; what it says goes to said.txt, what its processes log to log.txt."""
    with (folder / "said.txt").open("w") as said, (folder / "log.txt").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "nakhoncity.stack"],
            cwd=ROOT,
            env=clean_environment(**environment),
            stdout=said,
            stderr=log,
        )


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=3) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def has_swept(port: int) -> bool:
    """Whether a worker has run the ladder's sweep, as /metrics tells it; asked as nginx would pass it on."""
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://localhost:{port}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 (our own address)
        return b"\nnakhoncity_complaints_last_escalation_sweep_seconds " in response.read()


def test_containers_run_the_scripts_that_stack_runs():
    commands = stack.Stack(port=8000, data_dir=Path("/nowhere"), is_demo=False).commands()

    assert {name: service["command"] for name, service in OURS.items()} == {
        name: [f"deploy/{name}"] for name in SCRIPTS
    }
    assert commands == {name: [str(ROOT / "deploy" / name)] for name in stack.PROCESSES}


def test_no_script_is_forgotten():
    scripts = {path.name for path in (ROOT / "deploy").iterdir() if path.is_file() and not path.suffix}

    assert scripts == {*SCRIPTS, "alive"}


@pytest.mark.parametrize("name", [*SCRIPTS, "alive"])
def test_script_can_be_run_and_hands_over_to_its_process(name):
    path = ROOT / "deploy" / name
    text = path.read_text()

    assert os.access(path, os.X_OK)
    assert (text.startswith("#!/bin/sh\n"), len(re.findall(r"^exec ", text, flags=re.MULTILINE))) == (True, 1)
    subprocess.run(["/bin/sh", "-n", str(path)], check=True, timeout=10)  # noqa: S603 (our own file)


@pytest.mark.parametrize("name", SCRIPTS)
def test_documentation_names_the_script(name):
    assert f"`deploy/{name}`" in (ROOT / "docs/running.md").read_text()


def test_nothing_of_ours_starts_before_the_database_is_prepared():
    waits = {name: service["depends_on"] for name, service in OURS.items() if name != stack.PREPARE}

    assert {name: each["prepare"]["condition"] for name, each in waits.items()} == dict.fromkeys(
        stack.PROCESSES, "service_completed_successfully"
    )


def test_every_container_that_lives_on_is_started_again():
    assert {name: service["restart"] for name, service in SERVICES.items() if name != stack.PREPARE} == dict.fromkeys(
        ["postgres", "redis", "web", "worker", "beat", "nginx"], "unless-stopped"
    )


def test_only_web_is_asked_whether_its_page_answers():
    assert {name for name, service in OURS.items() if "healthcheck" not in service} == {"web"}


def test_database_can_search_in_thai():
    assert SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == "--encoding=UTF8 --locale=C.UTF-8"


def test_image_runs_as_an_account_without_rights():
    assert [line for line in DOCKERFILE if line.startswith("USER")] == ["USER portal"]
    assert DOCKERFILE[-2:] == ["USER portal", 'CMD ["deploy/web"]']


def test_no_settings_and_no_keys_go_into_the_image():
    kept_out = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".env", ".env.*", "deploy/tls", "var"} <= set(kept_out)
    assert re.findall(r"^(?:ENV|ARG).*(?:KEY|SECRET|TOKEN|PASSWORD)", "\n".join(DOCKERFILE), flags=re.MULTILINE) == []


def test_nginx_lets_through_whatever_the_portal_takes():
    form = MOST_PHOTOS * MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    limits = [int(one) * 1024**2 for one in re.findall(r"client_max_body_size (\d+)m;", NGINX)]

    assert [limit >= form for limit in limits] == [True]


def test_nginx_says_who_asks_and_is_the_one_proxy():
    assert COMPOSE["x-portal"]["environment"]["TRUSTED_PROXIES"] == "1"
    assert re.findall(r"proxy_set_header (X-\S+) (\S+);", NGINX) == [
        ("X-Forwarded-For", "$remote_addr"),
        ("X-Forwarded-Proto", "$scheme"),
        ("X-Request-ID", "$request_id"),
    ]


def test_nginx_writes_no_address_of_a_page():
    formats = re.findall(r"log_format traffic '(.*)';", NGINX)

    assert [re.findall(r"\$(request|request_uri|uri|args|query_string|http_referer)\b", one) for one in formats] == [[]]


@pytest.mark.parametrize(
    ("settings_of_town", "sentence"),
    [
        ({}, "DATABASE_URL is missing: make stack needs the address of a PostgreSQL (make run needs none)."),
        (
            {"DATABASE_URL": "postgres://localhost/a"},
            "REDIS_URL is missing: make stack needs the address of a Redis (make run needs none).",
        ),
        (
            {"DATABASE_URL": "sqlite:///a", "REDIS_URL": "redis://localhost"},
            "DATABASE_URL must name a PostgreSQL for make stack (make run takes SQLite).",
        ),
    ],
)
def test_stack_says_what_is_missing(monkeypatch, settings_of_town, sentence):
    for name in stack.NEEDED:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings_of_town.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(stack, "ROOT", Path("/nowhere"))

    with pytest.raises(SystemExit) as stopped:
        stack.read_stack()

    assert str(stopped.value) == sentence


@pytest.fixture
def servers(tmp_path) -> Iterator[dict[str, str]]:
    """The settings of a PostgreSQL database and a Redis of this test alone."""
    need(shutil.which("redis-server"), "redis-server")
    redis = Redis(tmp_path)
    try:
        with own_database("stack") as address:
            need(address, "PostgreSQL (set TEST_DATABASE_URL)")
            yield {"DATABASE_URL": address, "REDIS_URL": redis.url}
    finally:
        redis.kill()


@pytest.mark.fault
def test_stack_serves_as_a_town_would_and_leaves_nothing_behind(tmp_path, servers, figure):
    port, nobody, began = free_port(), f"http://127.0.0.1:{free_port()}", time.monotonic()
    place = {"DATA_DIR": str(tmp_path.resolve()), "PORT": str(port), "WEB_WORKERS": "1", "TRUSTED_PROXIES": "1"}
    town = LIVE | servers | place | {"LINE_API_BASE": nobody, "METRICS_TOKEN": TOKEN}
    said, log = tmp_path / "said.txt", tmp_path / "log.txt"
    process = run_stack(tmp_path, **town)
    try:
        wait_for(
            lambda: process.poll() is not None or "Ctrl-C" in said.read_text(), within_s=STARTED_WITHIN_S, what="ready"
        )
        figure("make stack on an empty database until ready", time.monotonic() - began)
        was_ready = is_ready(port)
        wait_for(lambda: has_swept(port), within_s=30, what="a sweep by the worker")
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
    finally:
        left = processes_in(tmp_path.resolve())
        for pid in left:
            os.kill(pid, signal.SIGKILL)

    assert (was_ready, process.returncode, left) == (True, 0, []), log.read_text()
    # Celery may add a word of farewell.
    assert said.read_text().splitlines()[:6] == [
        "Preparing the database and the static files …",
        "",
        f"  portal  http://localhost:{port}  (for people: https://portal.example)",
        "  Ctrl-C stops everything.",
        "",
        "Stopping …",
    ]
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert {(line["route"], line["status"]) for line in lines if line["logger"] == "nakhoncity.requests"} == {
        ("front:readyz", 200),
        ("front:metrics", 200),
    }


def test_the_web_container_gives_back_memory_as_make_run_does():
    said = dict(re.findall(r'(MALLOC_\w+)="\$\{\1:-(\d+)\}"', (ROOT / "deploy/web").read_text()))

    assert said == run.GIVE_BACK
