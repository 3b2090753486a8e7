"""The menu below the chat."""

import io
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from nakhoncity.line import rich_menu
from nakhoncity.line.models import ChannelState
from nakhoncity.line.tests.stub import BOT

pytestmark = pytest.mark.django_db


def test_menu_has_two_ways_in():
    menu = rich_menu.menu()

    assert [area["action"]["uri"] for area in menu["areas"]] == [
        f"{settings.LIFF_BASE}/report/",
        f"{settings.LIFF_BASE}/my/",
    ]


def test_areas_cover_the_picture():
    menu = rich_menu.menu()

    assert sum(area["bounds"]["width"] for area in menu["areas"]) == menu["size"]["width"]


@pytest.mark.parametrize("fonts", [rich_menu.FONTS, ()], ids=["thai font", "no font"])
def test_picture_is_what_line_takes(monkeypatch, fonts):
    monkeypatch.setattr(rich_menu, "FONTS", fonts)

    data = rich_menu.picture()

    image = Image.open(io.BytesIO(data))
    size = rich_menu.menu()["size"]
    assert (image.format, image.size) == ("PNG", (size["width"], size["height"]))
    assert len(data) <= 1024 * 1024
    assert size["width"] / size["height"] >= 1.45


def test_set_up_line_makes_the_menu_everybodys(line, capsys):
    call_command("set_up_line")

    assert [one.path for one in line.received] == [
        "/v2/bot/richmenu",
        "/v2/bot/richmenu/richmenu-1/content",
        "/v2/bot/user/all/richmenu/richmenu-1",
    ]
    assert line.received[1].body[:4] == b"\x89PNG"
    assert capsys.readouterr().out == "Rich menu richmenu-1 is everybody's; 0 earlier ones are deleted.\n"
    assert ChannelState.current().bot_user_id == BOT


def test_set_up_line_again_changes_nothing(line, capsys):
    call_command("set_up_line")
    asked = len(line.received)

    call_command("set_up_line")

    assert len(line.received) == asked
    assert capsys.readouterr().out.endswith("The rich menu stands already.\n")


def test_set_up_line_replaces_our_earlier_menu_and_leaves_others(line, monkeypatch):
    call_command("set_up_line")
    line.menus["by-hand"] = line.menus["richmenu-1"] | {"name": "flood"}
    monkeypatch.setattr(rich_menu, "GOLD", "#ffffff")

    call_command("set_up_line")

    assert sorted(line.menus) == ["by-hand", line.default_menu]


def test_set_up_line_says_when_line_is_away(line, settings):
    settings.LINE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match=r"^LINE did not take the rich menu: "):
        call_command("set_up_line")


def test_web_processes_do_not_load_the_sdk():
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver; "
        "get_resolver().url_patterns; import nakhoncity.line.tasks; print('linebot' in sys.modules)"
    )
    env = {"DJANGO_SETTINGS_MODULE": "nakhoncity.settings", "DEMO": "1", "DATA_DIR": str(settings.DATA_DIR)}

    done = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
