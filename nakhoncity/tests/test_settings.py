"""A missing or contradictory setting stops the start with one sentence that names it."""

import json
import re
import subprocess
import sys

import pytest

from nakhoncity.tests.portal import ROOT, clean_environment

LIVE = {
    "SECRET_KEY": "a-key-of-some-length-for-these-tests-only-0123456789",
    "PUBLIC_URL": "https://portal.example",
    "LINE_MODE": "live",
    "LINE_CHANNEL_ID": "1",
    "LINE_CHANNEL_SECRET": "2",
    "LINE_CHANNEL_ACCESS_TOKEN": "3",
    "LINE_LOGIN_CHANNEL_ID": "4",
    "LIFF_ID": "5",
    "DEMO": "0",
    "DEBUG": "0",
}
TRIAL = {"DEMO": "1", "DEBUG": "0"}
SITE = "must be the address of a site such as https://portal.example.go.th, not"
TILES = "MAP_TILE_URL must be a pattern such as https://tiles.example/{z}/{x}/{y}.png, not"
FIELD_KEYS = "FIELD_KEYS must be keys of 32 bytes in base64, such as `openssl rand -base64 32 | tr '+/' '-_'` makes."
GOES_ON = [
    LIVE,
    TRIAL,
    TRIAL | {"DEBUG": "1"},
    TRIAL | {"ROOMS": " complaints ,"},
    TRIAL | {"TOWN": "tarnthip"},
    TRIAL | {"REDIS_URL": "redis://localhost:6379/0", "DATABASE_URL": "postgres://postgres@localhost/nakhoncity"},
    TRIAL | {"PUBLIC_URL": "http://localhost:9000/", "DATABASE_URL": " ", "REDIS_URL": "", "LOG_LEVEL": ""},
    LIVE | {"FIELD_KEYS": f"{'A' * 43}=, {'-_' * 21}A=", "STAFF_MFA": "optional"},
    LIVE | {"ALLOWED_HOSTS": "portal.example,other.example", "MAP_TILE_URL": "https://tiles.example/{z}/{x}/{y}.png"},
]
STOPS = [
    (LIVE | {"SECRET_KEY": ""}, "SECRET_KEY is missing: set it to a long random text, or DEMO=1 for a trial."),
    (TRIAL | {"DEBUG": "perhaps"}, "DEBUG must be 1 or 0, not “perhaps”."),
    (TRIAL | {"DEMO": "2"}, "DEMO must be 1 or 0, not “2”."),
    (TRIAL | {"PUBLIC_URL": "portal.example"}, f"PUBLIC_URL {SITE} “portal.example”."),
    (TRIAL | {"PUBLIC_URL": "https://portal.example/a"}, f"PUBLIC_URL {SITE} “https://portal.example/a”."),
    (TRIAL | {"PUBLIC_URL": "http://localhost:port"}, f"PUBLIC_URL {SITE} “http://localhost:port”."),
    (
        LIVE | {"ALLOWED_HOSTS": "other.example"},
        "ALLOWED_HOSTS and PUBLIC_URL contradict each other: portal.example is not among the hosts.",
    ),
    (TRIAL | {"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES must be a whole number, not “-1”."),
    (TRIAL | {"STAFF_MFA": "maybe"}, "STAFF_MFA must be one of off, optional, required, not “maybe”."),
    (TRIAL | {"FIELD_KEYS": "short"}, FIELD_KEYS),
    (TRIAL | {"FIELD_KEYS": f"{'A' * 43}=,กขค"}, FIELD_KEYS),
    (TRIAL | {"METRICS_TOKEN": "short"}, "METRICS_TOKEN must have 16 characters or more."),
    (
        TRIAL | {"TOWN": "atlantis"},
        "TOWN must be the path of a town's JSON file, or one of nakhon, tarnthip; not “atlantis”.",
    ),
    (TRIAL | {"ROOMS": "complaints,cellar"}, "ROOMS names rooms that do not exist: cellar."),
    (TRIAL | {"ROOMS": ""}, "ROOMS must name complaints: the staff's pages are built on it."),
    (TRIAL | {"DATABASE_URL": "mysql://a/b"}, "DATABASE_URL must begin with postgres:// or sqlite:///."),
    (
        TRIAL | {"DATABASE_URL": "postgres://localhost"},
        "DATABASE_URL must name a database, such as postgres://account:password@host:5432/nakhoncity.",
    ),
    (
        TRIAL | {"DATABASE_URL": "postgres://localhost:port/a"},
        "DATABASE_URL must name a database, such as postgres://account:password@host:5432/nakhoncity.",
    ),
    (TRIAL | {"REDIS_URL": "localhost:6379"}, "REDIS_URL must begin with redis:// or rediss://, not “localhost:6379”."),
    (
        TRIAL | {"DATA_DIR": "/dev/null/a"},
        "DATA_DIR must be a folder that can be written: /dev/null/a: Not a directory.",
    ),
    (TRIAL | {"MAP_TILE_URL": "https://tiles.example/"}, f"{TILES} “https://tiles.example/”."),
    (TRIAL | {"LINE_MODE": "on"}, "LINE_MODE must be one of live, simulator, not “on”."),
    (
        LIVE | {"LINE_MODE": "simulator"},
        "LINE_MODE=simulator is for trials: set DEMO=1 as well, or LINE_MODE=live.",
    ),
    (
        LIVE | {"DEBUG": "1"},
        "LINE_MODE=live and DEBUG=1 contradict each other: a page of errors would show people's data.",
    ),
    (
        LIVE | {"DEMO": "1"},
        "LINE_MODE=live and DEMO=1 contradict each other: the demo's accounts have a known password.",
    ),
    (
        LIVE | {"PUBLIC_URL": "http://portal.example"},
        "LINE_MODE=live and PUBLIC_URL contradict each other: LINE takes only addresses that begin with https.",
    ),
    *[
        (LIVE | {name: ""}, f"{name} is missing: LINE_MODE=live needs it.")
        for name in LIVE
        if name.startswith(("LINE_C", "LINE_L", "LIFF"))
    ],
]


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """What a process of its own says to all of these environments."""
    data_dir = str(tmp_path_factory.mktemp("settings"))
    cases = [{"DATA_DIR": data_dir} | each for each in [*GOES_ON, *(stopped for stopped, _ in STOPS)]]
    done = subprocess.run(
        [sys.executable, "-m", "nakhoncity.tests.settings_reader"],
        cwd=ROOT,
        env=clean_environment(),
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers: list[str] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("number", range(len(GOES_ON)))
def test_settings_go_on(said, number):
    assert said[number] == ""


@pytest.mark.parametrize("number", range(len(STOPS)), ids=lambda number: STOPS[number][1].split()[0])
def test_settings_stop_with_one_sentence(said, number):
    assert said[len(GOES_ON) + number] == STOPS[number][1]


def test_a_command_that_stops_shows_its_sentence_and_no_trace(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=clean_environment(DATA_DIR=str(tmp_path), DEMO="1", PUBLIC_URL="nowhere"),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stderr) == (1, f"PUBLIC_URL {SITE} “nowhere”.\n")


def test_example_names_every_setting_once():
    settings = set(re.findall(r'read_\w+\(\s*"([A-Z_]+)"', (ROOT / "nakhoncity/settings.py").read_text()))
    files = [ROOT / "docker-compose.yml", *(ROOT / "deploy" / name for name in ("web", "worker", "beat", "prepare"))]
    of_processes = {name for path in files for name in re.findall(r"\$\{([A-Z_]+):", path.read_text())}
    example = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)

    assert sorted(example) == sorted(settings | of_processes)
