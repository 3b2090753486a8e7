"""The simulator's own file: plain SQLite under DATA_DIR, apart from the portal's database."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

PEOPLE = Path(__file__).with_name("people.json")
SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    user_id TEXT PRIMARY KEY, key TEXT UNIQUE NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    place INTEGER NOT NULL, is_friend INTEGER NOT NULL DEFAULT 1, menu_id TEXT);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, endpoint TEXT NOT NULL, user_ids TEXT NOT NULL,
    retry_key TEXT NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL, is_lost INTEGER NOT NULL DEFAULT 0,
    request_id TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL, counted INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS retry_keys (
    retry_key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, request_id TEXT NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL, at INTEGER NOT NULL, sender TEXT NOT NULL,
    message_id TEXT NOT NULL, message TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chat_of_person ON chat (user_id, id);
CREATE TABLE IF NOT EXISTS contents (message_id TEXT PRIMARY KEY, content_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS reply_tokens (
    token TEXT PRIMARY KEY, user_id TEXT NOT NULL, sent_at INTEGER NOT NULL, used_at INTEGER);
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, user_id TEXT NOT NULL, event TEXT NOT NULL,
    made_at INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER, answered_at INTEGER,
    status INTEGER, error TEXT NOT NULL DEFAULT '', is_redelivery INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS rich_menus (
    id TEXT PRIMARY KEY, body TEXT NOT NULL, image BLOB, image_type TEXT, made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS menu_aliases (alias TEXT PRIMARY KEY, menu_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS liff_codes (
    code TEXT PRIMARY KEY, user_id TEXT NOT NULL, in_client INTEGER NOT NULL, made_at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS switches (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FORGOTTEN_BY_RESET = (
    "requests",
    "retry_keys",
    "chat",
    "contents",
    "reply_tokens",
    "webhooks",
    "liff_codes",
    "switches",
)


def now_ms() -> int:
    """This instant in milliseconds since 1970, as LINE stamps events."""
    return time.time_ns() // 1_000_000


def new_message_id() -> str:
    """An id of 18 digits that no other message has."""
    return f"{now_ms()}{secrets.randbelow(100_000):05d}"


def connect() -> sqlite3.Connection:
    """Open the file; statements commit by themselves outside `change`."""
    db = sqlite3.connect(settings.DATA_DIR / "simulator.sqlite3", timeout=20, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA synchronous=NORMAL")
    return db


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """A connection to read with."""
    db = connect()
    try:
        yield db
    finally:
        db.close()


@contextmanager
def change() -> Iterator[sqlite3.Connection]:
    """One transaction that writes; all of it is kept, or nothing."""
    with reading() as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def prepare() -> None:
    """Make the tables that are missing and let in the people of people.json; their chats are kept."""
    with reading() as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(SCHEMA)
    people = json.loads(PEOPLE.read_text(encoding="utf-8"))
    with change() as db:
        # A key may have moved to another id since the file was made.
        db.execute("UPDATE people SET key=user_id")
        for place, person in enumerate(people):
            db.execute(
                "INSERT INTO people (user_id, key, name, kind, place) VALUES (:user_id, :key, :name, :kind, :place) "
                "ON CONFLICT (user_id) DO UPDATE SET key=excluded.key, name=excluded.name, kind=excluded.kind, "
                "place=excluded.place",
                {**person, "place": place},
            )
        db.execute("DELETE FROM people WHERE key=user_id")


def reset() -> None:
    """Forget all messages, events and switches; everybody is a friend again. Rich menus and the key stay."""
    with change() as db:
        for table in FORGOTTEN_BY_RESET:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 (our own table names)
        db.execute("UPDATE people SET is_friend=1, menu_id=NULL")


def find_person(db: sqlite3.Connection, key_or_id: str) -> sqlite3.Row | None:
    """The person of a key such as “somchai”, or of a LINE user id."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM people WHERE key=? OR user_id=?", (key_or_id, key_or_id)
    ).fetchone()
    return row


def all_people(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """Everybody, in the order of people.json."""
    return list(db.execute("SELECT * FROM people ORDER BY place"))


def read_note(db: sqlite3.Connection, name: str) -> str:
    """A small fact kept by name; empty when there is none."""
    row = db.execute("SELECT value FROM notes WHERE name=?", (name,)).fetchone()
    return str(row["value"]) if row else ""


def write_note(db: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a small fact by name."""
    db.execute("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))


def write_chat(
    db: sqlite3.Connection, *, user_id: str, sender: str, message: dict[str, Any], message_id: str = ""
) -> str:
    """Put a message into a person's chat; returns its id. Sender: city, person or note."""
    message_id = message_id or new_message_id()
    db.execute(
        "INSERT INTO chat (user_id, at, sender, message_id, message) VALUES (?, ?, ?, ?, ?)",
        (user_id, now_ms(), sender, message_id, json.dumps(message, ensure_ascii=True)),
    )
    return message_id
