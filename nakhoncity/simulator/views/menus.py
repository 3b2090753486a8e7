"""LINE's rich menus: made, given a picture, shown to all or to one, switched by aliases."""

import io
import json
import secrets
import sqlite3
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from PIL import Image, UnidentifiedImageError

from nakhoncity.simulator import store
from nakhoncity.simulator.action_rules import check_action, check_text
from nakhoncity.simulator.http import answer_json, platform_door
from nakhoncity.simulator.messaging import read_json
from nakhoncity.simulator.refusals import Problems, Refused

IMAGE_BYTES = 1_000_000
AREAS, MENUS = 20, 1000
DEFAULT_NOTE = "default rich menu"
IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@platform_door("POST")
def create(request: HttpRequest) -> HttpResponse:
    """Make a menu, without its picture."""
    menu = read_json(request.body)
    check_menu(menu)
    menu_id = f"richmenu-{secrets.token_hex(16)}"
    with store.change() as db:
        db.execute(
            "INSERT INTO rich_menus (id, body, made_at) VALUES (?, ?, ?)", (menu_id, json.dumps(menu), store.now_ms())
        )
    return JsonResponse({"richMenuId": menu_id})


@platform_door("POST")
def validate(request: HttpRequest) -> HttpResponse:
    """Check a menu without making it."""
    check_menu(read_json(request.body))
    return JsonResponse({})


@platform_door("GET")
def list_all(request: HttpRequest) -> HttpResponse:
    """All menus."""
    with store.reading() as db:
        rows = db.execute("SELECT id, body FROM rich_menus ORDER BY made_at").fetchall()
    return answer_json({"richmenus": [{"richMenuId": row["id"], **json.loads(row["body"])} for row in rows]})


@platform_door("GET", "DELETE")
def one(request: HttpRequest, menu_id: str) -> HttpResponse:
    """Read or delete a menu."""
    with store.change() as db:
        row = find_menu(db, menu_id)
        if request.method == "GET":
            return answer_json({"richMenuId": row["id"], **json.loads(row["body"])})
        db.execute("DELETE FROM rich_menus WHERE id=?", (menu_id,))
        db.execute("UPDATE people SET menu_id=NULL WHERE menu_id=?", (menu_id,))
        if store.read_note(db, DEFAULT_NOTE) == menu_id:
            store.write_note(db, DEFAULT_NOTE, "")
    return JsonResponse({})


@platform_door("GET", "POST")
def image(request: HttpRequest, menu_id: str) -> HttpResponse:
    """Read a menu's picture, or give it one; it can't be replaced."""
    with store.change() as db:
        row = find_menu(db, menu_id)
        if request.method == "GET":
            if row["image"] is None:
                raise Refused("Not found", status=404)
            return HttpResponse(row["image"], content_type=row["image_type"])
        if row["image"] is not None:
            raise Refused("An image has already been uploaded to the richmenu")
        kind = _check_image(request, json.loads(row["body"])["size"])
        db.execute("UPDATE rich_menus SET image=?, image_type=? WHERE id=?", (request.body, kind, menu_id))
    return JsonResponse({})


@platform_door("GET", "DELETE")
def default(request: HttpRequest) -> HttpResponse:
    """Which menu everybody has, or that nobody has one."""
    with store.change() as db:
        menu_id = store.read_note(db, DEFAULT_NOTE)
        if request.method == "DELETE":
            store.write_note(db, DEFAULT_NOTE, "")
            return JsonResponse({})
    if not menu_id:
        raise Refused("no default richmenu", status=404)
    return JsonResponse({"richMenuId": menu_id})


@platform_door("POST")
def set_default(request: HttpRequest, menu_id: str) -> HttpResponse:
    """Show a menu to everybody."""
    with store.change() as db:
        _with_image(db, menu_id)
        store.write_note(db, DEFAULT_NOTE, menu_id)
    return JsonResponse({})


@platform_door("GET", "DELETE")
def of_person(request: HttpRequest, user_id: str) -> HttpResponse:
    """Which menu one person has of their own, or take it away."""
    with store.change() as db:
        person = _person(db, user_id)
        if request.method == "DELETE":
            db.execute("UPDATE people SET menu_id=NULL WHERE user_id=?", (user_id,))
            return JsonResponse({})
    if not person["menu_id"]:
        raise Refused("the user has no richmenu", status=404)
    return JsonResponse({"richMenuId": person["menu_id"]})


@platform_door("POST")
def give_person(request: HttpRequest, user_id: str, menu_id: str) -> HttpResponse:
    """Show a menu to one person."""
    with store.change() as db:
        _person(db, user_id)
        _with_image(db, menu_id)
        db.execute("UPDATE people SET menu_id=? WHERE user_id=?", (menu_id, user_id))
    return JsonResponse({})


@platform_door("POST")
def create_alias(request: HttpRequest) -> HttpResponse:
    """Give a menu a second name."""
    content = read_json(request.body)
    alias, menu_id = str(content.get("richMenuAliasId", "")), str(content.get("richMenuId", ""))
    with store.change() as db:
        _with_image(db, menu_id)
        if not alias or len(alias) > 32 or not alias.isascii():
            raise Refused("richMenuAliasId is invalid")
        if db.execute("SELECT 1 FROM menu_aliases WHERE alias=?", (alias,)).fetchone():
            raise Refused("conflict richmenu alias id")
        db.execute("INSERT INTO menu_aliases VALUES (?, ?)", (alias, menu_id))
    return JsonResponse({})


@platform_door("GET")
def list_aliases(request: HttpRequest) -> HttpResponse:
    """All second names."""
    with store.reading() as db:
        rows = db.execute("SELECT * FROM menu_aliases ORDER BY alias").fetchall()
    return JsonResponse({"aliases": [_show_alias(row) for row in rows]})


@platform_door("GET", "POST", "DELETE")
def one_alias(request: HttpRequest, alias: str) -> HttpResponse:
    """Read a second name, turn it to another menu, or delete it."""
    with store.change() as db:
        row = db.execute("SELECT * FROM menu_aliases WHERE alias=?", (alias,)).fetchone()
        if row is None:
            raise Refused("richmenu alias not found", status=404)
        if request.method == "GET":
            return JsonResponse(_show_alias(row))
        if request.method == "DELETE":
            db.execute("DELETE FROM menu_aliases WHERE alias=?", (alias,))
            return JsonResponse({})
        menu_id = str(read_json(request.body).get("richMenuId", ""))
        _with_image(db, menu_id)
        db.execute("UPDATE menu_aliases SET menu_id=? WHERE alias=?", (menu_id, alias))
    return JsonResponse({})


def check_menu(menu: dict[str, Any]) -> None:
    """Raise Refused unless LINE would take this menu."""
    problems = Problems()
    size, areas = menu.get("size"), menu.get("areas")
    if not _is_size(size):
        problems.add("size", "width must be 800 to 2500, height at least 250, and the ratio at least 1.45")
    check_text(menu.get("name"), place="name", problems=problems, most=300)
    check_text(menu.get("chatBarText"), place="chatBarText", problems=problems, most=14)
    if not isinstance(menu.get("selected"), bool):
        problems.add("selected", "must be specified")
    if not isinstance(areas, list) or len(areas) > AREAS:
        problems.add("areas", f"Size must be between 0 and {AREAS}")
        areas = []
    for index, area in enumerate(areas):
        _check_area(area, f"areas[{index}]", problems)
    problems.raise_any()


def find_menu(db: sqlite3.Connection, menu_id: str) -> sqlite3.Row:
    """A menu by its id. Raises Refused (404)."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM rich_menus WHERE id=?", (menu_id,)).fetchone()
    if row is None:
        raise Refused("richmenu not found", status=404)
    return row


def _is_size(size: Any) -> bool:
    if not isinstance(size, dict):
        return False
    width, height = size.get("width"), size.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        return False
    return 800 <= width <= 2500 and height >= 250 and width / height >= 1.45


def _check_area(area: Any, place: str, problems: Problems) -> None:
    bounds = area.get("bounds") if isinstance(area, dict) else None
    sides = [bounds.get(name) for name in ("x", "y", "width", "height")] if isinstance(bounds, dict) else [None]
    if not all(isinstance(side, int) and 0 <= side <= 2500 for side in sides):
        problems.add(f"{place}.bounds", "invalid property")
        return
    check_action(area.get("action"), place=f"{place}.action", problems=problems, label=20, needs_label=False)


def _check_image(request: HttpRequest, size: dict[str, int]) -> str:
    """The picture's type, if LINE would take it."""
    if len(request.body) > IMAGE_BYTES:
        raise Refused("Request Entity Too Large", status=413)
    try:
        picture = Image.open(io.BytesIO(request.body), formats=list(IMAGE_TYPES))
    except (UnidentifiedImageError, OSError) as error:
        raise Refused("invalid image") from error
    kind = IMAGE_TYPES[str(picture.format)]
    if request.content_type != kind:
        raise Refused(f"Content type '{request.content_type}' not supported", status=415)
    if picture.size != (size["width"], size["height"]):
        raise Refused("The image size does not match the size of the richmenu")
    return kind


def _with_image(db: sqlite3.Connection, menu_id: str) -> None:
    if find_menu(db, menu_id)["image"] is None:
        raise Refused("must upload richmenu image before applying it to user")


def _person(db: sqlite3.Connection, user_id: str) -> sqlite3.Row:
    person = store.find_person(db, user_id)
    if person is None:
        raise Refused("Not found", status=404)
    return person


def _show_alias(row: sqlite3.Row) -> dict[str, str]:
    return {"richMenuAliasId": row["alias"], "richMenuId": row["menu_id"]}
