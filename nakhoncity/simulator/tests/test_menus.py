"""Rich menus as LINE keeps them."""

import io

import pytest
from PIL import Image

from nakhoncity.simulator.tests.caller import TOKEN, user_id

AREA = {"bounds": {"x": 0, "y": 0, "width": 600, "height": 405}, "action": {"type": "message", "text": "ติดตาม"}}


def menu(**more):
    content = {"size": {"width": 1200, "height": 405}, "selected": True, "name": "main", "chatBarText": "เมนู"}
    return {**content, "areas": [AREA], **more}


def png(width=1200, height=405, kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return out.getvalue()


def upload(line, menu_id, data=None, kind="image/png"):
    return line.client.post(
        f"/v2/bot/richmenu/{menu_id}/content",
        png() if data is None else data,
        content_type=kind,
        headers={"Authorization": f"Bearer {TOKEN}"},
    )


@pytest.fixture
def menu_id(line) -> str:
    return line.post("richmenu", menu()).json()["richMenuId"]


def test_menu_with_its_picture_is_shown_to_everybody(line, menu_id):
    upload(line, menu_id)
    line.post(f"user/all/richmenu/{menu_id}", {})

    shown = line.read("chats/somchai")["menu"]
    assert (shown["id"], shown["areas"]) == (menu_id, [AREA])
    assert line.client.get(f"/simulator/api/menus/{menu_id}/image").content == png()
    assert line.get("user/all/richmenu").json() == {"richMenuId": menu_id}
    assert line.get(f"richmenu/{menu_id}/content").content == png()


def test_menu_without_picture_can_not_be_shown(line, menu_id):
    assert line.post(f"user/all/richmenu/{menu_id}", {}).status_code == 400


def test_picture_can_not_be_replaced(line, menu_id):
    assert [upload(line, menu_id).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"no picture", "image/png", 400),
        (png(1200, 400), "image/png", 400),
        (png(), "image/jpeg", 415),
        (png() + b"\0" * 1_000_001, "image/png", 413),
        (png(kind="GIF"), "image/gif", 400),
    ],
    ids=["no picture", "other size", "other type", "too large", "gif"],
)
def test_picture_line_would_not_take(line, menu_id, data, kind, status):
    assert upload(line, menu_id, data, kind).status_code == status


@pytest.mark.parametrize(
    "more",
    [
        {"size": {"width": 799, "height": 400}},
        {"size": {"width": 2501, "height": 400}},
        {"size": {"width": 1200, "height": 900}},
        {"size": None},
        {"chatBarText": "ก" * 15},
        {"name": ""},
        {"selected": "yes"},
        {"areas": [AREA] * 21},
        {"areas": [{"bounds": {}, "action": {}}]},
        {"areas": [{**AREA, "action": {"type": "postback", "data": "a" * 301}}]},
    ],
)
def test_menu_line_would_not_take(line, more):
    answers = [line.post(path, menu(**more)) for path in ("richmenu", "richmenu/validate")]

    assert [(answer.status_code, "details" in answer.json()) for answer in answers] == [(400, True)] * 2


def test_list_and_delete(line, menu_id):
    listed = [row["richMenuId"] for row in line.get("richmenu/list").json()["richmenus"]]
    line.delete(f"richmenu/{menu_id}")

    assert (listed, line.get("richmenu/list").json()) == ([menu_id], {"richmenus": []})
    assert line.get(f"richmenu/{menu_id}").status_code == 404


def test_deleted_menu_is_nobodys(line, menu_id):
    upload(line, menu_id)
    line.post(f"user/all/richmenu/{menu_id}", {})
    line.delete(f"richmenu/{menu_id}")

    assert line.read("chats/somchai")["menu"] is None
    assert line.get("user/all/richmenu").status_code == 404


def test_own_menu_goes_before_everybodys(line, menu_id):
    other = line.post("richmenu", menu(name="flood")).json()["richMenuId"]
    for one in (menu_id, other):
        upload(line, one)
    line.post(f"user/all/richmenu/{menu_id}", {})
    line.post(f"user/{user_id('malee')}/richmenu/{other}", {})

    assert [line.read(f"chats/{key}")["menu"]["name"] for key in ("somchai", "malee")] == ["main", "flood"]
    line.delete(f"user/{user_id('malee')}/richmenu")
    assert line.read("chats/malee")["menu"]["name"] == "main"


def test_alias_switches_the_menu_and_tells_the_portal(line, menu_id):
    upload(line, menu_id)
    line.post("richmenu/alias", {"richMenuAliasId": "flood", "richMenuId": menu_id})
    line.own("chats/somchai/menu", {"richMenuAliasId": "flood", "data": "menu=flood"})

    assert line.read("chats/somchai")["menu"]["id"] == menu_id
    assert line.read("webhooks")["webhooks"][0]["event"]["postback"] == {
        "data": "menu=flood",
        "params": {"newRichMenuAliasId": "flood", "status": "SUCCESS"},
    }


def test_aliases_are_made_turned_and_deleted(line, menu_id):
    other = line.post("richmenu", menu()).json()["richMenuId"]
    for one in (menu_id, other):
        upload(line, one)
    content = {"richMenuAliasId": "main", "richMenuId": menu_id}

    assert [line.post("richmenu/alias", content).status_code for _ in range(2)] == [200, 400]
    line.post("richmenu/alias/main", {"richMenuId": other})
    assert line.get("richmenu/alias/main").json() == {"richMenuAliasId": "main", "richMenuId": other}
    line.delete("richmenu/alias/main")
    assert line.get("richmenu/alias/list").json() == {"aliases": []}
