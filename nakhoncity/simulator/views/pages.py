"""The simulator's pages: who there is, their chats, the switches."""

import json
import mimetypes
import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from nakhoncity.simulator import store
from nakhoncity.simulator.views.api import show_time

ASSETS = Path(__file__).parent.parent / "assets"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Places of the sample city to send from the chat: name, address, latitude, longitude.
PLACES = (
    ("หน้าสถานีรถไฟ", "ถ.ยมราช ต.ท่าวัง", 8.4391, 99.9631),
    ("ตลาดท่าวัง", "ถ.เนรมิต ต.ท่าวัง", 8.4358, 99.9648),
    ("สนามหน้าเมือง", "ถ.ราชดำเนิน ต.คลัง", 8.4176, 99.9655),
    ("สวนสมเด็จพระศรีนครินทร์ 84", "ต.โพธิ์เสด็จ", 8.4423, 99.9482),
    ("นอกเขตเทศบาล (ไกลจากเมือง)", "อ.ทุ่งสง", 8.1640, 99.6800),
)


def front(request: HttpRequest) -> HttpResponse:
    """Everybody, residents first, with the last words of each chat."""
    with store.reading() as db:
        people = [_row(db, person) for person in store.all_people(db)]
    groups = [
        ("ประชาชน", [person for person in people if person["kind"] == "resident"]),
        ("เจ้าหน้าที่และผู้บริหาร", [person for person in people if person["kind"] != "resident"]),
    ]
    return show_page("simulator/front.html", {"groups": groups, "public_url": settings.PUBLIC_URL})


def chat(request: HttpRequest, key: str) -> HttpResponse:
    """One person's chat; the script fills it and keeps it fresh."""
    with store.reading() as db:
        person = store.find_person(db, key)
    if person is None:
        raise Http404
    return show_page(
        "simulator/chat.html",
        {
            "person": person,
            "tone": person["place"] % 6,
            "places": PLACES,
            "liff_base": settings.LIFF_BASE.rsplit("/", 1)[0] + "/",
        },
    )


def panel(request: HttpRequest) -> HttpResponse:
    """The switches, and what came."""
    return show_page("simulator/panel.html", {})


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet or script of these pages."""
    path = ASSETS / name
    if path.parent != ASSETS or not path.is_file():
        raise Http404
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = HttpResponse(path.read_bytes(), content_type=f"{kind}; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that can't be read."""
    return JsonResponse({"message": "Bad request"}, status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people, LINE's words for programs."""
    if request.path.startswith(("/v2/", "/oauth2/", "/simulator/")):
        return JsonResponse({"message": "Not found"}, status=404)
    return show_page("simulator/not_found.html", {}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of the simulator itself."""
    return JsonResponse({"message": "Internal server error"}, status=500)


def show_page(template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the simulator with its policy headers."""
    # Without the request: the project's context processors ask the main database.
    response = HttpResponse(render_to_string(template, context), status=status)
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "no-store"
    return response


def _row(db: sqlite3.Connection, person: sqlite3.Row) -> dict[str, Any]:
    last = db.execute("SELECT * FROM chat WHERE user_id=? ORDER BY id DESC LIMIT 1", (person["user_id"],)).fetchone()
    shown = {name: person[name] for name in ("key", "name", "kind", "is_friend")}
    shown["tone"] = person["place"] % 6
    if last is None:
        return {**shown, "words": "", "time": ""}
    return {**shown, "words": _words(json.loads(last["message"])), "time": show_time(last["at"])["time"]}


def _words(message: dict[str, Any]) -> str:
    kinds = {"image": "รูปภาพ", "location": "ตำแหน่งที่ตั้ง", "sticker": "สติกเกอร์"}
    return str(message.get("text") or message.get("altText") or kinds.get(message["type"], message["type"]))[:80]
