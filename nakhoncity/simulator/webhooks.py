"""What people do becomes signed events, posted to the portal from one thread, again when it does not answer."""

import base64
import hashlib
import hmac
import json
import logging
import secrets
import sqlite3
import threading
import urllib.error
import urllib.request
from typing import Any

from django.conf import settings

from nakhoncity.simulator import store, switches

log = logging.getLogger(__name__)
# The bot's own id, as events name their destination.
BOT_ID = "U5f1e0d2c3b4a59687786958473625140"
WAITS_S = (1, 2, 5, 10, 30, 60)
TIMEOUT_S = 5
TOKEN_LIFE_MS = 60_000
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WITHOUT_TOKEN = {"unfollow", "unsend"}
bell = threading.Event()


def make_event(db: sqlite3.Connection, *, user_id: str, kind: str, fields: dict[str, Any]) -> str:
    """Write an event of a person for the courier; returns its webhookEventId. Ring `bell` after the commit."""
    now = store.now_ms()
    event = {
        "type": kind,
        "mode": "active",
        "timestamp": now,
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": new_event_id(now),
        "deliveryContext": {"isRedelivery": False},
        **fields,
    }
    if kind not in WITHOUT_TOKEN:
        event["replyToken"] = secrets.token_hex(16)
        db.execute(
            "INSERT INTO reply_tokens (token, user_id, sent_at) VALUES (?, ?, ?)",
            (event["replyToken"], user_id, now),
        )
    db.execute(
        "INSERT INTO webhooks (event_id, user_id, event, made_at, next_at) VALUES (?, ?, ?, ?, ?)",
        (event["webhookEventId"], user_id, json.dumps(event), now, now),
    )
    return str(event["webhookEventId"])


def new_event_id(now: int) -> str:
    """A ULID: 26 letters that sort by time."""
    number = (now << 80) | secrets.randbits(80)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def redeliver(db: sqlite3.Connection, event_id: str = "") -> str | None:
    """Send an event again, the last one when none is named; returns its id, or None when there is none."""
    row = db.execute(
        "SELECT * FROM webhooks WHERE event_id=? OR ?='' ORDER BY id DESC LIMIT 1", (event_id, event_id)
    ).fetchone()
    if row is None:
        return None
    db.execute(
        "INSERT INTO webhooks (event_id, user_id, event, made_at, next_at, is_redelivery) VALUES (?, ?, ?, ?, ?, 1)",
        (row["event_id"], row["user_id"], row["event"], row["made_at"], store.now_ms()),
    )
    return str(row["event_id"])


def sign(body: bytes) -> str:
    """The signature of a body, as LINE makes it."""
    digest = hmac.new(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def use_reply_token(db: sqlite3.Connection, token: str) -> str | None:
    """Spend a reply token; returns whose chat it belongs to, or None when it is unknown, spent or over a minute old."""
    row = db.execute(
        "UPDATE reply_tokens SET used_at=? WHERE token=? AND used_at IS NULL AND sent_at>=? RETURNING user_id",
        (store.now_ms(), token, store.now_ms() - TOKEN_LIFE_MS),
    ).fetchone()
    return str(row["user_id"]) if row else None


class Courier(threading.Thread):
    """Takes events to the portal, in the order they happened, until `stop`."""

    def __init__(self) -> None:
        """Make the thread; it starts with `start`."""
        super().__init__(name="courier", daemon=True)
        self._is_over = threading.Event()
        # No proxy: the portal is on this machine or has its own address.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def stop(self) -> None:
        """End the thread after the event it is carrying."""
        self._is_over.set()
        bell.set()
        self.join(TIMEOUT_S + 1)

    def run(self) -> None:
        """Carry what is due; wait for the bell or a moment otherwise."""
        while not self._is_over.is_set():
            bell.clear()
            try:
                carried = not switches.is_down() and self.carry_next()
            except sqlite3.Error:
                log.exception("the simulator's file could not be read")
                carried = False
            if not carried:
                bell.wait(0.5)

    def carry_next(self) -> bool:
        """Post the oldest event that is due; says whether there was one."""
        with store.reading() as db:
            row = db.execute(
                "SELECT * FROM webhooks WHERE next_at<=? ORDER BY next_at, id LIMIT 1", (store.now_ms(),)
            ).fetchone()
        if row is None:
            return False
        event = json.loads(row["event"])
        event["deliveryContext"] = {"isRedelivery": bool(row["is_redelivery"] or row["attempts"])}
        with store.change() as db:
            db.execute("UPDATE reply_tokens SET sent_at=? WHERE token=?", (store.now_ms(), event.get("replyToken", "")))
        status, error = self._post({"destination": BOT_ID, "events": [event]})
        _note_answer(row, status, error)
        return True

    def _post(self, content: dict[str, Any]) -> tuple[int | None, str]:
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
        request = urllib.request.Request(  # noqa: S310 (our own setting)
            f"{settings.PUBLIC_URL}/line/webhook/",
            data=body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "X-Line-Signature": sign(body),
                "User-Agent": "LineBotWebhook/2.0",
            },
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return int(answer.status), ""
        except urllib.error.HTTPError as error:
            return error.code, str(error.reason)
        except (OSError, ValueError) as error:
            return None, type(error).__name__


def _note_answer(row: sqlite3.Row, status: int | None, error: str) -> None:
    attempts = row["attempts"] + 1
    is_taken = status is not None and 200 <= status < 300
    waits = None if is_taken or attempts > len(WAITS_S) else WAITS_S[attempts - 1]
    next_at = None if waits is None else store.now_ms() + waits * 1000
    with store.change() as db:
        db.execute(
            "UPDATE webhooks SET attempts=?, next_at=?, answered_at=?, status=?, error=? WHERE id=?",
            (attempts, next_at, store.now_ms() if is_taken else None, status, error, row["id"]),
        )
