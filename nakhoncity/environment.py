"""Reading the environment: a setting that is missing or makes no sense ends the start with one sentence naming it."""

import base64
import binascii
import logging
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
FIELD_KEY_BYTES = 32
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def stop(sentence: str) -> NoReturn:
    """End the start with one sentence that names the setting at fault."""
    raise SystemExit(sentence)


def read_text(name: str, default: str = "") -> str:
    """A setting as it stands, without blanks around it; set to nothing counts as not set."""
    return env.str(name, default="").strip() or default


def read_flag(name: str, *, default: bool) -> bool:
    """A yes/no setting: 1/0, true/false, yes/no, on/off."""
    raw = read_text(name).lower()
    if raw and raw not in YES | NO:
        stop(f"{name} must be 1 or 0, not “{raw}”.")
    return raw in YES if raw else default


def read_number(name: str, *, default: int) -> int:
    """A whole number, 0 or more."""
    raw = read_text(name)
    if raw and not (raw.isascii() and raw.isdigit()):
        stop(f"{name} must be a whole number, not “{raw}”.")
    return int(raw) if raw else default


def read_choice(name: str, choices: Collection[str], default: str) -> str:
    """One of some words."""
    raw = read_text(name, default)
    if raw not in choices:
        stop(f"{name} must be one of {', '.join(choices)}, not “{raw}”.")
    return raw


def read_town(name: str, *, default: str, folder: Path) -> Path:
    """The file of a town: a name in `folder`, or the path of a file of one's own."""
    raw = read_text(name, default)
    path = Path(raw) if raw.endswith(".json") else folder / f"{raw}.json"
    if not path.is_file():
        stop(f"{name} must be the path of a town's JSON file, or one of {', '.join(_names(folder))}; not “{raw}”.")
    return path


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.json"))


def read_list(name: str, *, default: Sequence[str]) -> list[str]:
    """Words with commas between them; set to nothing it is an empty list, not the default."""
    if name not in env.ENVIRON:
        return list(default)
    return [word.strip() for word in env.str(name).split(",") if word.strip()]


def read_field_keys(name: str) -> list[str]:
    """Keys that seal secrets in the database (kit/sealing.py), the first for what is sealed from now on."""
    keys = read_list(name, default=[])
    if not all(_is_field_key(key) for key in keys):
        stop(f"{name} must be keys of 32 bytes in base64, such as `openssl rand -base64 32 | tr '+/' '-_'` makes.")
    return keys


def _is_field_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == FIELD_KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def read_site(name: str, default: str) -> SplitResult:
    """The address of a site: scheme, host and perhaps a port, nothing after it."""
    raw = read_text(name, default).rstrip("/")
    try:
        parts = urlsplit(raw)
        is_site = parts.port is None or 0 < parts.port < 65536
    except ValueError:
        is_site = False
    if not is_site or parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        stop(f"{name} must be the address of a site such as https://portal.example.go.th, not “{raw}”.")
    return parts


def site_of(address: str) -> str:
    """Scheme and host of an address, as a policy header names them."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def read_issuer(name: str, *, may_be_http: bool) -> str:
    """The address of an OpenID Connect issuer, or nothing; by https but in a trial."""
    raw = read_text(name).rstrip("/")
    schemes = {"https", "http"} if may_be_http else {"https"}
    if raw and (urlsplit(raw).scheme not in schemes or not urlsplit(raw).hostname):
        stop(f"{name} must be an address that begins with https://, not “{raw}”.")
    return raw


def read_redis(name: str) -> str:
    """The address of a Redis, or nothing."""
    raw = read_text(name)
    if raw and urlsplit(raw).scheme not in {"redis", "rediss", "unix"}:
        stop(f"{name} must begin with redis:// or rediss://, not “{raw}”.")
    return raw


def read_tiles(name: str) -> str:
    """The pattern of a map's tiles, or nothing."""
    raw = read_text(name)
    if raw and (
        urlsplit(raw).scheme not in {"http", "https"} or not all(part in raw for part in ("{z}", "{x}", "{y}"))
    ):
        stop(f"{name} must be a pattern such as https://tiles.example/{{z}}/{{x}}/{{y}}.png, not “{raw}”.")
    return raw


def read_level(name: str, default: str) -> str:
    """How much is logged."""
    return read_choice(name, list(logging.getLevelNamesMapping()), default)


def read_folder(name: str, default: Path) -> Path:
    """A folder that can be written; made if it is not there."""
    folder = Path(read_text(name, str(default))).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"{name} must be a folder that can be written: {folder}: {error.strerror}.")
    return folder


def read_database(name: str, *, data_dir: Path) -> dict[str, Any]:
    """Django's settings for a database address, SQLite in `data_dir` without one. IMMEDIATE: docs/adr/0002."""
    raw = read_text(name, f"sqlite:///{data_dir}/nakhoncity.sqlite3")
    if urlsplit(raw).scheme not in {"postgres", "postgresql", "sqlite"}:
        stop(f"{name} must begin with postgres:// or sqlite:///.")
    try:
        config: dict[str, Any] = env.db_url_config(raw)
    except (ValueError, ImproperlyConfigured):
        config = {"NAME": ""}
    if not config["NAME"]:
        stop(f"{name} must name a database, such as postgres://account:password@host:5432/nakhoncity.")
    return config | (_for_sqlite(data_dir) if config["ENGINE"].endswith("sqlite3") else _for_postgresql())


def _for_sqlite(data_dir: Path) -> dict[str, Any]:
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    return {"OPTIONS": options, "TEST": {"NAME": str(data_dir / "test.sqlite3")}}


def _for_postgresql() -> dict[str, Any]:
    return {
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3},
        "TEST": {"TEMPLATE": "nakhoncity_template"},
    }
