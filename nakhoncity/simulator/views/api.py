"""The simulator's own JSON doors, for its pages and for tests: what came, what people do, faults on purpose."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from nakhoncity.kit.thai import thai_date, thai_time
from nakhoncity.simulator import deeds, messaging, store, switches, tokens, webhooks
from nakhoncity.simulator.http import answer_json
from nakhoncity.simulator.views.menus import DEFAULT_NOTE

AT_ONCE = 1000
KEY_COUNTS = """
SELECT retry_key, COUNT(*) AS requests, SUM(outcome='accepted') AS accepted, SUM(outcome='duplicate') AS duplicate,
    SUM(outcome='refused') AS refused, SUM(outcome='limited') AS limited, SUM(outcome='failed') AS failed,
    SUM(is_lost) AS lost, MIN(at) AS first_at, MAX(at) AS last_at
FROM requests WHERE retry_key<>'' AND (retry_key=? OR ?='') GROUP BY retry_key ORDER BY MIN(id)
"""
LOCAL_HOSTS = {"localhost", "127.0.0.1"}


def own_door(method: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A door for this site's pages and for programs; a page of another site is turned away."""

    def wrap(door: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(door)
        def answer(request: HttpRequest, **parts: str) -> HttpResponse:
            request.get_host()  # a page that moved its own name here is refused
            if request.method != method:
                return JsonResponse({"message": f"use {method}"}, status=405)
            if not _is_own(request.headers.get("Origin", "")):
                return JsonResponse({"message": "unknown origin"}, status=403)
            try:
                return door(request, **parts)
            except deeds.DeedRefused as refusal:
                return answer_json({"message": refusal.sentence}, refusal.status)
            except switches.SwitchRefused as refusal:
                return JsonResponse({"message": f"unknown switch or value: {refusal}"}, status=400)

        return answer

    return wrap


def _is_own(origin: str) -> bool:
    parts = urlsplit(origin)
    return not origin or parts.hostname in {*LOCAL_HOSTS, urlsplit(settings.SIMULATOR_URL).hostname}


def _content(request: HttpRequest) -> dict[str, Any]:
    """What was sent as JSON, or as a form."""
    if request.content_type != "application/json":
        return dict(request.POST.items())
    try:
        content = json.loads(request.body or b"{}")
    except ValueError as error:
        raise deeds.DeedRefused("not JSON") from error
    return content if isinstance(content, dict) else {}


def _done(event_id: str) -> JsonResponse:
    return JsonResponse({"event_id": event_id}, status=201)


def show_time(ms: int) -> dict[str, Any]:
    """An instant for pages: milliseconds, “14.05 น.” and the day."""
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return {"at": ms, "time": thai_time(moment), "day": thai_date(moment)}


@own_door("GET")
def state(request: HttpRequest) -> HttpResponse:
    """The switches, what is used of the quota, and how the webhooks fare."""
    with store.reading() as db:
        waiting = db.execute("SELECT COUNT(*) FROM webhooks WHERE next_at IS NOT NULL").fetchone()[0]
        lost = db.execute("SELECT COUNT(*) FROM webhooks WHERE next_at IS NULL AND answered_at IS NULL").fetchone()[0]
        outcomes = dict(db.execute("SELECT outcome, COUNT(*) FROM requests GROUP BY outcome").fetchall())
        return answer_json(
            {
                "switches": switches.read_all(db),
                "used": messaging.used_this_month(db),
                "webhooks": {"waiting": waiting, "given_up": lost},
                "requests": outcomes,
            }
        )


@own_door("POST")
def turn_switches(request: HttpRequest) -> HttpResponse:
    """Set switches; those not named stay."""
    with store.change() as db:
        switches.turn(db, _content(request))
        standing = switches.read_all(db)
    webhooks.bell.set()
    return JsonResponse({"switches": standing})


@own_door("POST")
def redeliver(request: HttpRequest) -> HttpResponse:
    """Send the last webhook event again, or the one named."""
    with store.change() as db:
        event_id = webhooks.redeliver(db, str(_content(request).get("event_id", "")))
    if event_id is None:
        raise deeds.DeedRefused("ยังไม่มีเหตุการณ์ให้ส่งซ้ำ", status=404)
    webhooks.bell.set()
    return _done(event_id)


@own_door("POST")
def reset(request: HttpRequest) -> HttpResponse:
    """Forget chats, requests and switches."""
    store.reset()
    return JsonResponse({})


@own_door("GET")
def people(request: HttpRequest) -> HttpResponse:
    """Everybody."""
    with store.reading() as db:
        rows = store.all_people(db)
    return answer_json({"people": [_show_person(row) for row in rows]})


@own_door("GET")
def received(request: HttpRequest) -> HttpResponse:
    """Every request to send, oldest first: accepted, duplicate, refused, limited or failed."""
    with store.reading() as db:
        keys = {row["user_id"]: row["key"] for row in store.all_people(db)}
        rows = db.execute(
            "SELECT * FROM (SELECT * FROM requests WHERE id>? ORDER BY id DESC LIMIT ?) ORDER BY id",
            (_number(request, "after"), _number(request, "limit") or AT_ONCE),
        ).fetchall()
    shown = [_show_request(row, keys) for row in rows]
    user, outcome = request.GET.get("user", ""), request.GET.get("outcome", "")
    kept = [
        row
        for row in shown
        if (not user or user in row["users"] or user in row["user_ids"]) and outcome in {"", row["outcome"]}
    ]
    return answer_json({"received": kept})


@own_door("GET")
def retry_keys(request: HttpRequest) -> HttpResponse:
    """How often each retry key came, and with which outcomes; oldest first."""
    with store.reading() as db:
        rows = db.execute(KEY_COUNTS, (request.GET.get("retry_key", ""),) * 2).fetchall()
    return answer_json({"keys": [dict(row) for row in rows]})


@own_door("GET")
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Every delivery of an event and how it went, oldest first."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT * FROM webhooks WHERE id>? ORDER BY id LIMIT ?", (_number(request, "after"), AT_ONCE)
        ).fetchall()
    shown = [
        {
            "id": row["id"],
            "event_id": row["event_id"],
            "event": json.loads(row["event"]),
            "attempts": row["attempts"],
            "status": row["status"],
            "error": row["error"],
            "is_redelivery": bool(row["is_redelivery"]),
            "is_delivered": row["answered_at"] is not None,
            "is_waiting": row["next_at"] is not None,
        }
        for row in rows
    ]
    return answer_json({"webhooks": shown})


@own_door("GET")
def chat(request: HttpRequest, key: str) -> HttpResponse:
    """A person's chat after message `after`, with the menu under it."""
    with store.reading() as db:
        person = _find(db, key)
        rows = db.execute(
            "SELECT * FROM (SELECT * FROM chat WHERE user_id=? AND id>? ORDER BY id DESC LIMIT ?) ORDER BY id",
            (person["user_id"], _number(request, "after"), AT_ONCE),
        ).fetchall()
        first = db.execute("SELECT MIN(id) FROM chat WHERE user_id=?", (person["user_id"],)).fetchone()[0]
        menu = _menu(db, person)
    messages = [
        {
            "id": row["id"],
            "sender": row["sender"],
            "message_id": row["message_id"],
            "message": json.loads(row["message"]),
            **show_time(row["at"]),
        }
        for row in rows
    ]
    return answer_json({"person": _show_person(person), "first": first, "messages": messages, "menu": menu})


@own_door("POST")
def say_text(request: HttpRequest, key: str) -> HttpResponse:
    """{"text": …}"""
    return _done(deeds.send_text(key=key, text=str(_content(request).get("text", ""))))


@own_door("POST")
def say_photo(request: HttpRequest, key: str) -> HttpResponse:
    """A form with the file `photo`, or the picture's bytes as the body."""
    upload = request.FILES.get("photo") if request.content_type == "multipart/form-data" else None
    data = upload.read() if upload else request.body
    return _done(deeds.send_photo(key=key, data=data))


@own_door("POST")
def say_location(request: HttpRequest, key: str) -> HttpResponse:
    """{"latitude": …, "longitude": …, "title": …, "address": …}"""
    content = _content(request)
    try:
        latitude, longitude = float(content["latitude"]), float(content["longitude"])
    except (KeyError, TypeError, ValueError) as error:
        raise deeds.DeedRefused("พิกัดไม่ถูกต้อง") from error
    title, address = str(content.get("title") or ""), str(content.get("address") or "")
    return _done(deeds.send_location(key=key, title=title, address=address, latitude=latitude, longitude=longitude))


@own_door("POST")
def say_sticker(request: HttpRequest, key: str) -> HttpResponse:
    """{"packageId": …, "stickerId": …}"""
    content = _content(request)
    package_id, sticker_id = str(content.get("packageId") or "446"), str(content.get("stickerId") or "1988")
    return _done(deeds.send_sticker(key=key, package_id=package_id, sticker_id=sticker_id))


@own_door("POST")
def tap_postback(request: HttpRequest, key: str) -> HttpResponse:
    """{"data": …, "displayText": …, "params": {"date": …}}; params are what a date picker adds."""
    content = _content(request)
    data, words, params = str(content.get("data", "")), str(content.get("displayText") or ""), content.get("params")
    picked = {str(name): str(value) for name, value in params.items()} if isinstance(params, dict) else None
    return _done(deeds.tap_postback(key=key, data=data, display_text=words, params=picked))


@own_door("POST")
def switch_menu(request: HttpRequest, key: str) -> HttpResponse:
    """{"richMenuAliasId": …, "data": …}"""
    content = _content(request)
    alias, data = str(content.get("richMenuAliasId", "")), str(content.get("data", ""))
    return _done(deeds.switch_menu(key=key, alias=alias, data=data))


@own_door("POST")
def unsend(request: HttpRequest, key: str) -> HttpResponse:
    """{"message_id": …}"""
    return _done(deeds.unsend(key=key, message_id=str(_content(request).get("message_id", ""))))


@own_door("POST")
def follow(request: HttpRequest, key: str) -> HttpResponse:
    """Become a friend."""
    return _done(deeds.follow(key=key))


@own_door("POST")
def unfollow(request: HttpRequest, key: str) -> HttpResponse:
    """Block the account."""
    return _done(deeds.unfollow(key=key))


@own_door("GET")
def photo(request: HttpRequest, key: str, message_id: str) -> HttpResponse:
    """A picture of this person's chat."""
    with store.reading() as db:
        person = _find(db, key)
        row = db.execute(
            "SELECT contents.* FROM contents JOIN chat USING (message_id) WHERE message_id=? AND user_id=?",
            (message_id, person["user_id"]),
        ).fetchone()
    if row is None:
        raise deeds.DeedRefused("ไม่พบภาพ", status=404)
    response = HttpResponse(row["data"], content_type=row["content_type"])
    response["Cache-Control"] = "private, max-age=86400"
    return response


@own_door("GET")
def menu_image(request: HttpRequest, menu_id: str) -> HttpResponse:
    """The picture of a rich menu."""
    with store.reading() as db:
        row = db.execute("SELECT image, image_type FROM rich_menus WHERE id=?", (menu_id,)).fetchone()
    if row is None or row["image"] is None:
        raise deeds.DeedRefused("ไม่พบภาพ", status=404)
    return HttpResponse(row["image"], content_type=row["image_type"])


@own_door("POST")
def id_token(request: HttpRequest, key: str) -> HttpResponse:
    """An ID token of a person. {"life_s": …} makes an old one; {"claims": {…}} replaces claims, signed all the same."""
    content = _content(request)
    with store.reading() as db:
        person = _find(db, key)
    life_s = content.get("life_s", tokens.LIFE_S)
    token = tokens.make_id_token(person=person, life_s=life_s if isinstance(life_s, int) else tokens.LIFE_S)
    if isinstance(content.get("claims"), dict):
        token = tokens.sign_claims({**tokens.read_claims(token), **content["claims"]})
    return JsonResponse({"idToken": token, "userId": person["user_id"]})


def _find(db: sqlite3.Connection, key: str) -> sqlite3.Row:
    person = store.find_person(db, key)
    if person is None:
        raise deeds.DeedRefused("ไม่มีบุคคลนี้ในระบบจำลอง", status=404)
    return person


def _number(request: HttpRequest, name: str) -> int:
    raw = request.GET.get(name, "")
    return min(int(raw), 2**53) if raw.isascii() and raw.isdigit() else 0


def _menu(db: sqlite3.Connection, person: sqlite3.Row) -> dict[str, Any] | None:
    menu_id = person["menu_id"] or store.read_note(db, DEFAULT_NOTE)
    row = db.execute("SELECT id, body FROM rich_menus WHERE id=? AND image IS NOT NULL", (menu_id,)).fetchone()
    return {"id": row["id"], **json.loads(row["body"])} if row else None


def _show_person(row: sqlite3.Row) -> dict[str, Any]:
    shown = {name: row[name] for name in ("user_id", "key", "name", "kind")}
    return {**shown, "is_friend": bool(row["is_friend"])}


def _show_request(row: sqlite3.Row, keys: dict[str, str]) -> dict[str, Any]:
    user_ids = json.loads(row["user_ids"])
    try:
        body = json.loads(row["body"])
    except ValueError:
        body = row["body"]
    if row["outcome"] != "accepted" and not user_ids and isinstance(body, dict) and "to" in body:
        user_ids = body["to"] if isinstance(body["to"], list) else [body["to"]]
    return {
        "id": row["id"],
        **show_time(row["at"]),
        "endpoint": row["endpoint"],
        "user_ids": user_ids,
        "users": [keys[user_id] for user_id in user_ids if isinstance(user_id, str) and user_id in keys],
        "retry_key": row["retry_key"],
        "outcome": row["outcome"],
        "status": row["status"],
        "is_lost": bool(row["is_lost"]),
        "request_id": row["request_id"],
        "reason": row["reason"],
        "body": body,
    }
