"""LINE Login and LIFF: the way into our pages, who somebody is, and what pages say in the chat."""

import json
import re
import secrets
import sqlite3
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from nakhoncity.simulator import deeds, store, switches, tokens
from nakhoncity.simulator.http import answer_json, dropped, platform_door
from nakhoncity.simulator.message_rules import check_messages
from nakhoncity.simulator.refusals import Refused
from nakhoncity.simulator.views.pages import show_page

CODE_LIFE_MS = 5 * 60_000
LOCAL_HOSTS = {"localhost", "127.0.0.1"}
SDK = Path(__file__).parent.parent / "assets" / "sdk.js"
SAYABLE = {"text", "sticker", "location", "image", "video", "audio", "template", "flex"}


@platform_door("POST", needs_token=False)
def verify(request: HttpRequest) -> HttpResponse:
    """Say whose ID token this is."""
    with store.reading() as db:
        believe = bool(switches.read_all(db)["verify_yes"])
    try:
        claims = tokens.verify(
            token=request.POST.get("id_token", ""),
            client_id=request.POST.get("client_id", ""),
            user_id=request.POST.get("user_id", ""),
            believe=believe,
        )
    except tokens.TokenRefused as refusal:
        return JsonResponse({"error": "invalid_request", "error_description": str(refusal)}, status=400)
    return answer_json(claims)


def sdk(request: HttpRequest) -> HttpResponse:
    """The script that gives pages `window.liff`."""
    response = HttpResponse(SDK.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def enter(request: HttpRequest, liff_id: str, path: str = "") -> HttpResponse:
    """A LIFF address: on to our page, with a one-time code when opened from somebody's chat."""
    if liff_id != settings.LIFF_ID:
        raise Http404
    query = request.GET.copy()
    key = query.pop("as", [""])[0]
    target = f"{settings.PUBLIC_URL}/liff/{path}" + (f"?{query.urlencode()}" if query else "")
    if key:
        target += f"#sim={_make_code(key, in_client=True)}"
    return HttpResponseRedirect(target)


def login(request: HttpRequest) -> HttpResponse:
    """Choose who one is; then back to the page that asked."""
    target = _own_page(request.GET.get("redirect", ""))
    key = request.GET.get("as", "")
    if key:
        return HttpResponseRedirect(f"{target.split('#')[0]}#sim={_make_code(key, in_client=False)}")
    with store.reading() as db:
        people = [
            {
                "name": row["name"],
                "kind": row["kind"],
                "tone": row["place"] % 6,
                "address": "?" + urlencode({"redirect": target, "as": row["key"]}),
            }
            for row in store.all_people(db)
        ]
    return show_page("simulator/login.html", {"people": people})


def _cross_origin(door: Callable[[dict[str, Any]], JsonResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A door for scripts of the portal's pages, and of no other site's."""

    @wraps(door)
    def answer(request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if switches.is_down():
            return dropped()
        if origin not in portal_origins():
            return JsonResponse({"code": "FORBIDDEN", "message": "unknown origin"}, status=403)
        response = HttpResponse(status=204) if request.method == "OPTIONS" else _answer(door, request)
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Headers"] = "Content-Type"
        response["Access-Control-Allow-Methods"] = "POST"
        response["Access-Control-Max-Age"] = "600"
        response["Vary"] = "Origin"
        return response

    return answer


def _answer(door: Callable[[dict[str, Any]], JsonResponse], request: HttpRequest) -> JsonResponse:
    try:
        content = json.loads(request.body)
        return door(content if isinstance(content, dict) else {})
    except ValueError as error:
        if isinstance(error, deeds.DeedRefused):
            return JsonResponse({"code": "FORBIDDEN", "message": error.sentence}, status=error.status)
        return JsonResponse({"code": "INVALID_ARGUMENT", "message": str(error)}, status=400)
    except Refused as refusal:
        return JsonResponse({"code": "INVALID_ARGUMENT", **refusal.body}, status=400)


@_cross_origin
def exchange(content: dict[str, Any]) -> JsonResponse:
    """A one-time code becomes an ID token and the context of the page."""
    with store.change() as db:
        row = db.execute(
            "DELETE FROM liff_codes WHERE code=? AND made_at>=? RETURNING *",
            (str(content.get("code", ""))[:100], store.now_ms() - CODE_LIFE_MS),
        ).fetchone()
        person = store.find_person(db, row["user_id"]) if row else None
    if row is None or person is None:
        return JsonResponse({"code": "INVALID_ARGUMENT", "message": "invalid authorization code"}, status=400)
    return answer_json(
        {
            "idToken": tokens.make_id_token(person=person),
            "userId": person["user_id"],
            "isInClient": bool(row["in_client"]),
            "context": _context(person, in_client=bool(row["in_client"])),
            "profile": {"userId": person["user_id"], "displayName": person["name"]},
            "chat": f"{settings.SIMULATOR_URL}/chat/{person['key']}/",
        }
    )


@_cross_origin
def say(content: dict[str, Any]) -> JsonResponse:
    """`liff.sendMessages`: shown in the chat as the person's own, and told to the portal."""
    user_id = _speaker(content)
    messages = check_messages(content.get("messages"))
    if not {message["type"] for message in messages} <= SAYABLE:
        raise Refused("message type is not allowed in sendMessages")
    return JsonResponse({"events": deeds.send_from_page(user_id=user_id, messages=messages)})


@_cross_origin
def friendship(content: dict[str, Any]) -> JsonResponse:
    """Whether the person is a friend of the account."""
    user_id = _speaker(content)
    with store.reading() as db:
        person = store.find_person(db, user_id)
    return JsonResponse({"friendFlag": bool(person and person["is_friend"])})


def portal_origins() -> set[str]:
    """Where the portal's pages come from: PUBLIC_URL, and this machine's other names on the same port."""
    public = urlsplit(settings.PUBLIC_URL)
    port = f":{public.port}" if public.port else ""
    return {f"{public.scheme}://{public.netloc}", *(f"http://{host}{port}" for host in LOCAL_HOSTS)}


def _speaker(content: dict[str, Any]) -> str:
    claims = tokens.verify(token=str(content.get("idToken", "")), client_id=settings.LINE_LOGIN_CHANNEL_ID)
    return str(claims["sub"])


def _context(person: sqlite3.Row, *, in_client: bool) -> dict[str, Any]:
    kind = {"type": "utou", "userId": person["user_id"], "viewType": "full"} if in_client else {"type": "external"}
    return {**kind, "liffId": settings.LIFF_ID, "endpointUrl": f"{settings.PUBLIC_URL}/liff/"}


def _make_code(key: str, *, in_client: bool) -> str:
    code = secrets.token_urlsafe(24)
    with store.change() as db:
        person = store.find_person(db, key)
        if person is None:
            raise Http404
        db.execute("INSERT INTO liff_codes VALUES (?, ?, ?, ?)", (code, person["user_id"], in_client, store.now_ms()))
    return code


def _own_page(address: str) -> str:
    """An address of the portal; anything else becomes the portal's LIFF front page."""
    parts = urlsplit(address)
    is_own = f"{parts.scheme}://{parts.netloc}" in portal_origins() and not re.search(r"[\s\\]", address)
    return address if is_own else f"{settings.PUBLIC_URL}/liff/"
