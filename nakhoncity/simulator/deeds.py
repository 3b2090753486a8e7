"""What a person does in the chat: shown there, and told to the portal as LINE would tell it."""

import io
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nakhoncity.kit.images import PictureRefused, read_picture
from nakhoncity.kit.thai import clean_text
from nakhoncity.simulator import store, webhooks
from nakhoncity.simulator.refusals import utf16_units

TEXT_UNITS = 5000


class DeedRefused(ValueError):
    """Something one can't do in the chat; the sentence is for the page."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        """Keep the sentence and the status of the answer."""
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@contextmanager
def _acting(key: str, *, as_friend: bool = True) -> Iterator[tuple[sqlite3.Connection, sqlite3.Row]]:
    """One transaction of a person; the courier is rung when it is kept."""
    with store.change() as db:
        person = store.find_person(db, key)
        if person is None:
            raise DeedRefused("ไม่มีบุคคลนี้ในระบบจำลอง", status=404)
        if as_friend and not person["is_friend"]:
            raise DeedRefused("บล็อกบัญชีนี้อยู่ ต้องเพิ่มเพื่อนก่อนจึงจะส่งได้", status=409)
        yield db, person
    webhooks.bell.set()


def _say(db: sqlite3.Connection, person: sqlite3.Row, message: dict[str, Any]) -> str:
    """Show a message as the person's own and make its event; returns the event's id."""
    message_id = store.write_chat(db, user_id=person["user_id"], sender="person", message=message)
    told = {**message, "id": message_id}
    if message["type"] in {"text", "image", "sticker"}:
        told["quoteToken"] = secrets.token_urlsafe(32)
    return webhooks.make_event(db, user_id=person["user_id"], kind="message", fields={"message": told})


def send_text(*, key: str, text: str) -> str:
    """Type a text."""
    text = clean_text(text)
    if not text or utf16_units(text) > TEXT_UNITS:
        raise DeedRefused("พิมพ์ข้อความ 1 ถึง 5,000 ตัวอักษร")
    with _acting(key) as (db, person):
        return _say(db, person, {"type": "text", "text": text})


def send_photo(*, key: str, data: bytes) -> str:
    """Send a photo; LINE makes a smaller JPEG of it and keeps nothing of its metadata."""
    try:
        picture = read_picture(io.BytesIO(data))
    except PictureRefused as refusal:
        raise DeedRefused(str(refusal)) from refusal
    message_id = store.new_message_id()
    with _acting(key) as (db, person):
        db.execute("INSERT INTO contents VALUES (?, 'image/jpeg', ?)", (message_id, picture.data))
        message = {"type": "image", "contentProvider": {"type": "line"}}
        store.write_chat(db, user_id=person["user_id"], sender="person", message=message, message_id=message_id)
        told = {**message, "id": message_id, "quoteToken": secrets.token_urlsafe(32)}
        return webhooks.make_event(db, user_id=person["user_id"], kind="message", fields={"message": told})


def send_location(*, key: str, title: str, address: str, latitude: float, longitude: float) -> str:
    """Send a place."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise DeedRefused("พิกัดไม่ถูกต้อง")
    place = {"title": clean_text(title)[:100], "address": clean_text(address)[:100]}
    message = {
        "type": "location",
        **{name: words for name, words in place.items() if words},
        "latitude": latitude,
        "longitude": longitude,
    }
    with _acting(key) as (db, person):
        return _say(db, person, message)


def send_sticker(*, key: str, package_id: str, sticker_id: str) -> str:
    """Send a sticker; it has no picture here."""
    message = {
        "type": "sticker",
        "packageId": package_id[:20],
        "stickerId": sticker_id[:20],
        "stickerResourceType": "STATIC",
    }
    with _acting(key) as (db, person):
        return _say(db, person, message)


def tap_postback(*, key: str, data: str, display_text: str = "", params: dict[str, str] | None = None) -> str:
    """Tap a postback button; its display text stands in the chat and makes no event of its own."""
    if not data or utf16_units(data) > 300:
        raise DeedRefused("postback data must have 1 to 300 characters")
    with _acting(key) as (db, person):
        if display_text:
            message = {"type": "text", "text": display_text[:300]}
            store.write_chat(db, user_id=person["user_id"], sender="person", message=message)
        fields = {"postback": {"data": data, **({"params": params} if params else {})}}
        return webhooks.make_event(db, user_id=person["user_id"], kind="postback", fields=fields)


def switch_menu(*, key: str, alias: str, data: str) -> str:
    """Tap an area that changes the menu."""
    with store.change() as db:
        row = db.execute("SELECT menu_id FROM menu_aliases WHERE alias=?", (alias,)).fetchone()
        if row:
            db.execute("UPDATE people SET menu_id=? WHERE key=? OR user_id=?", (row["menu_id"], key, key))
    outcome = "SUCCESS" if row else "RICHMENU_ALIAS_ID_NOTFOUND"
    return tap_postback(key=key, data=data, params={"newRichMenuAliasId": alias, "status": outcome})


def follow(*, key: str) -> str:
    """Add the account as a friend, or unblock it."""
    with _acting(key, as_friend=False) as (db, person):
        if person["is_friend"]:
            raise DeedRefused("เป็นเพื่อนอยู่แล้ว", status=409)
        db.execute("UPDATE people SET is_friend=1 WHERE user_id=?", (person["user_id"],))
        _note(db, person, "เพิ่มเพื่อนแล้ว")
        fields = {"follow": {"isUnblocked": True}}
        return webhooks.make_event(db, user_id=person["user_id"], kind="follow", fields=fields)


def unfollow(*, key: str) -> str:
    """Block the account: nothing it sends comes through any more, and it is not told so."""
    with _acting(key, as_friend=False) as (db, person):
        if not person["is_friend"]:
            raise DeedRefused("บล็อกอยู่แล้ว", status=409)
        db.execute("UPDATE people SET is_friend=0 WHERE user_id=?", (person["user_id"],))
        _note(db, person, "บล็อกบัญชีนี้แล้ว ข้อความที่ส่งมาจะไม่ถึง")
        return webhooks.make_event(db, user_id=person["user_id"], kind="unfollow", fields={})


def unsend(*, key: str, message_id: str) -> str:
    """Take back an own message."""
    with _acting(key) as (db, person):
        gone = db.execute(
            "UPDATE chat SET sender='note', message=? WHERE message_id=? AND user_id=? AND sender='person'",
            ('{"type": "text", "text": "ยกเลิกการส่งข้อความแล้ว"}', message_id, person["user_id"]),
        )
        if not gone.rowcount:
            raise DeedRefused("ไม่พบข้อความนี้", status=404)
        db.execute("DELETE FROM contents WHERE message_id=?", (message_id,))
        fields = {"unsend": {"messageId": message_id}}
        return webhooks.make_event(db, user_id=person["user_id"], kind="unsend", fields=fields)


def send_from_page(*, user_id: str, messages: list[dict[str, Any]]) -> list[str]:
    """What a LIFF page says in the person's name; returns the events' ids."""
    with _acting(user_id) as (db, person):
        return [_say(db, person, message) for message in messages]


def _note(db: sqlite3.Connection, person: sqlite3.Row, words: str) -> None:
    store.write_chat(db, user_id=person["user_id"], sender="note", message={"type": "text", "text": words})
