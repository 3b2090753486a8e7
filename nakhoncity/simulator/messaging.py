"""Taking what the portal sends: the retry key, the limits, the quota, and then the chats."""

import hashlib
import json
import re
import secrets
import sqlite3
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nakhoncity.kit.thai import bangkok
from nakhoncity.simulator import store, switches, webhooks
from nakhoncity.simulator.message_rules import check_messages
from nakhoncity.simulator.refusals import Refused

USER_ID = re.compile(r"U[0-9a-f]{32}\Z")
KEY_LIFE_MS = 24 * 3600 * 1000
MULTICAST_IDS = 500
FIELDS = {
    "push": {"to", "messages", "notificationDisabled", "customAggregationUnits"},
    "multicast": {"to", "messages", "notificationDisabled", "customAggregationUnits"},
    "broadcast": {"messages", "notificationDisabled"},
    "reply": {"replyToken", "messages", "notificationDisabled"},
}


@dataclass
class Sending:
    """One request to send, and what becomes of it."""

    endpoint: str
    body: bytes
    retry_key: str
    request_id: str
    user_ids: list[str] = field(default_factory=list)
    outcome: str = "accepted"
    status: int = 200
    reason: str = ""
    is_lost: bool = False
    counted: int = 0
    answer: dict[str, Any] = field(default_factory=dict)
    accepted_request_id: str = ""


def take(sending: Sending) -> None:
    """Accept or refuse a request, and keep it among the received ones either way; the outcome is on `sending`."""
    try:
        with store.change() as db:
            _take_in(db, sending)
            _keep(db, sending)
    except Refused as refusal:
        sending.outcome = "limited" if refusal.status == 429 else "refused"
        sending.status, sending.answer, sending.counted = refusal.status, refusal.body, 0
        sending.reason = "; ".join([refusal.message, *(f"{d['property']}: {d['message']}" for d in refusal.details)])
        keep(sending)


def keep(sending: Sending) -> None:
    """Note a request among the received ones."""
    with store.change() as db:
        _keep(db, sending)


def mark_lost(sending: Sending) -> None:
    """Note that the answer to a request was never given."""
    with store.change() as db:
        db.execute("UPDATE requests SET is_lost=1 WHERE request_id=?", (sending.request_id,))


def used_this_month(db: sqlite3.Connection) -> int:
    """How many messages count against the quota since the month began in Bangkok."""
    now = bangkok(datetime.now(tz=UTC))  # noqa: TID251 (the platform's own calendar)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    row = db.execute(
        "SELECT COALESCE(SUM(counted), 0) AS used FROM requests WHERE at>=?", (int(first.timestamp() * 1000),)
    ).fetchone()
    return int(row["used"])


def _take_in(db: sqlite3.Connection, sending: Sending) -> None:
    if sending.retry_key and _was_taken(db, sending):
        return
    content = read_json(sending.body)
    for name in sorted(set(content) - FIELDS[sending.endpoint]):
        raise Refused("The request body has 1 error(s)", details=[{"message": "unknown field", "property": name}])
    messages = check_messages(content.get("messages"))
    sending.user_ids = _receivers(db, sending, content)
    if sending.endpoint != "reply":
        _count(db, sending)
    sent = [_deliver(db, sending, message) for message in messages]
    if sending.endpoint in {"push", "reply"}:
        sending.answer = {"sentMessages": sent}
    if sending.retry_key:
        db.execute(
            "INSERT OR REPLACE INTO retry_keys VALUES (?, ?, ?, ?, ?)",
            (sending.retry_key, _fingerprint(sending), sending.request_id, json.dumps(sending.answer), store.now_ms()),
        )


def read_json(body: bytes) -> dict[str, Any]:
    """A request's body as an object. Raises Refused."""
    try:
        content = json.loads(body)
    except ValueError as error:
        raise Refused("The request body could not be parsed as JSON") from error
    if not isinstance(content, dict):
        raise Refused("The request body could not be parsed as JSON")
    return content


def _was_taken(db: sqlite3.Connection, sending: Sending) -> bool:
    """Whether this key was used before with this body. Raises Refused for another body, or no key at all."""
    try:
        uuid.UUID(sending.retry_key)
    except ValueError as error:
        raise Refused("The retry key is invalid") from error
    if sending.endpoint == "reply":
        raise Refused("The retry key is not supported for this endpoint")
    row = db.execute(
        "SELECT * FROM retry_keys WHERE retry_key=? AND at>=?", (sending.retry_key, store.now_ms() - KEY_LIFE_MS)
    ).fetchone()
    if row is None:
        return False
    if row["fingerprint"] != _fingerprint(sending):
        raise Refused("The retry key was used with another request body")
    sending.outcome, sending.status = "duplicate", 409
    sending.accepted_request_id = row["request_id"]
    sending.answer = {"message": "The retry key is already accepted", **json.loads(row["answer"])}
    return True


def _fingerprint(sending: Sending) -> str:
    return hashlib.sha256(sending.endpoint.encode() + b"\n" + sending.body).hexdigest()


def _receivers(db: sqlite3.Connection, sending: Sending, content: dict[str, Any]) -> list[str]:
    if sending.endpoint == "reply":
        token = str(content.get("replyToken", ""))
        user_id = webhooks.use_reply_token(db, token) if token.isascii() else None
        if user_id is None:
            raise Refused("Invalid reply token")
        return [user_id]
    if sending.endpoint == "broadcast":
        return [person["user_id"] for person in store.all_people(db) if person["is_friend"]]
    to = content.get("to")
    if sending.endpoint == "push":
        return [_known(db, to)]
    if not isinstance(to, list) or not 1 <= len(to) <= MULTICAST_IDS:
        raise Refused(
            "The request body has 1 error(s)",
            details=[{"message": f"Size must be between 1 and {MULTICAST_IDS}", "property": "to"}],
        )
    return list(dict.fromkeys(_well_formed(user_id) for user_id in to))


def _known(db: sqlite3.Connection, user_id: Any) -> str:
    known = _well_formed(user_id)
    if store.find_person(db, known) is None:
        raise Refused("Failed to send messages")
    return known


def _well_formed(user_id: Any) -> str:
    if not isinstance(user_id, str) or not USER_ID.match(user_id):
        raise Refused("The property, 'to', in the request body is invalid (line: -, column: -)")
    return user_id


def _count(db: sqlite3.Connection, sending: Sending) -> None:
    friends = {person["user_id"] for person in store.all_people(db) if person["is_friend"]}
    sending.counted = len(friends.intersection(sending.user_ids))
    quota = switches.read_all(db)["quota"]
    if quota is not None and used_this_month(db) + sending.counted > quota:
        raise Refused("You have reached your monthly limit.", status=429)


def _deliver(db: sqlite3.Connection, sending: Sending, message: dict[str, Any]) -> dict[str, str]:
    """Put a message into the chats of those who have not blocked the account; nobody is told who has."""
    message_id = store.new_message_id()
    for user_id in sending.user_ids:
        person = store.find_person(db, user_id)
        if person and person["is_friend"]:
            store.write_chat(db, user_id=user_id, sender="city", message=message, message_id=message_id)
    return {"id": message_id, "quoteToken": secrets.token_urlsafe(32)}


def _keep(db: sqlite3.Connection, sending: Sending) -> None:
    db.execute(
        "INSERT INTO requests (at, endpoint, user_ids, retry_key, outcome, status, is_lost, request_id, reason, body, "
        "counted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            store.now_ms(),
            sending.endpoint,
            json.dumps(sending.user_ids),
            sending.retry_key,
            sending.outcome,
            sending.status,
            sending.is_lost,
            sending.request_id,
            sending.reason.encode("utf-8", "replace").decode(),
            sending.body.decode("utf-8", "replace"),
            sending.counted,
        ),
    )
