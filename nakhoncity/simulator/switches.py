"""Faults on purpose: lost answers, refusals, silence, a quota."""

import sqlite3

from nakhoncity.simulator import store

COUNTERS = ("lose", "answer_429", "answer_500")
DEFAULT_QUOTA = 35_000
MOST_DOWN_SECONDS = 3600


class SwitchRefused(ValueError):
    """A switch that does not exist, or a value it can't take."""


def read_all(db: sqlite3.Connection) -> dict[str, int | bool | None]:
    """The switches as they stand."""
    rows = {row["name"]: row["value"] for row in db.execute("SELECT name, value FROM switches")}
    down_ms = rows.get("down_until", 0) - store.now_ms()
    quota = rows.get("quota", DEFAULT_QUOTA)
    return {
        **{name: rows.get(name, 0) for name in COUNTERS},
        "down_seconds": max(0, -(-down_ms // 1000)),
        "quota": None if quota < 0 else quota,
        "verify_yes": bool(rows.get("verify_yes", 0)),
    }


def turn(db: sqlite3.Connection, values: dict[str, object]) -> None:
    """Set the switches given, leave the others. Raises SwitchRefused."""
    for name, value in values.items():
        if name == "quota" and value is None:
            value = -1  # noqa: PLW2901 (no limit)
        if not isinstance(value, int) or (value < 0 and name != "quota"):
            raise SwitchRefused(name)
        if name == "down_seconds":
            _write(db, "down_until", store.now_ms() + min(value, MOST_DOWN_SECONDS) * 1000)
        elif name in {*COUNTERS, "quota", "verify_yes"}:
            _write(db, name, int(value))
        else:
            raise SwitchRefused(name)


def is_down() -> bool:
    """LINE is away: nobody gets an answer, and no webhook leaves."""
    with store.reading() as db:
        return bool(read_all(db)["down_seconds"])


def take(name: str) -> bool:
    """Use one of a counted switch; says whether there was one."""
    with store.change() as db:
        cursor = db.execute("UPDATE switches SET value=value-1 WHERE name=? AND value>0", (name,))
        return cursor.rowcount == 1


def _write(db: sqlite3.Connection, name: str, value: int) -> None:
    db.execute("INSERT OR REPLACE INTO switches (name, value) VALUES (?, ?)", (name, value))
