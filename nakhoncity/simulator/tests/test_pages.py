"""The pages stand, in Thai, without LINE's name as their own, and never ask the main database."""

import pytest

from nakhoncity.simulator.tests.caller import bubble, flex

BANNER = "ระบบจำลอง ไม่ใช่แอปพลิเคชัน LINE"


@pytest.mark.parametrize("path", ["/", "/chat/somchai/", "/chat/head-engineering/", "/panel/", "/liff/login"])
def test_page_stands_with_its_banner(line, path):
    response = line.client.get(path)

    page = response.content.decode()
    assert (response.status_code, page.count(BANNER)) == (200, 1)
    assert "style=" not in page
    assert "<script>" not in page
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_front_lists_everybody(line):
    page = line.client.get("/").content.decode()

    people = line.read("people")["people"]
    assert [person["key"] for person in people if f'href="/chat/{person["key"]}/"' not in page] == []
    assert {"somchai", "malee", "anan", "head-engineering", "permsec", "mayor"} <= {row["key"] for row in people}


def test_front_shows_the_last_words_of_a_card(line):
    line.push(flex(bubble(), alt_text="รับเรื่องแล้ว NST-69-000123"))

    assert "รับเรื่องแล้ว NST-69-000123" in line.client.get("/").content.decode()


def test_unknown_person_is_a_page_that_says_so(line):
    response = line.client.get("/chat/nobody/")

    assert (response.status_code, "ไม่พบหน้านี้" in response.content.decode()) == (404, True)


@pytest.mark.parametrize("name", ["simulator.css", "chat.js", "flex.js", "messages.js", "panel.js", "sdk.js"])
def test_asset_is_served(line, name):
    assert line.client.get(f"/assets/{name}").status_code == 200


@pytest.mark.parametrize("name", ["..%2Fpeople.json", "..", "nothing.js", "%2E%2E%2Fstore.py"])
def test_nothing_else_is_served(line, name):
    assert line.client.get(f"/assets/{name}").status_code == 404


def test_chat_gives_time_and_day_in_thai(line):
    line.push(flex(bubble()))

    row = line.read("chats/somchai")["messages"][0]
    assert (row["time"].endswith(" น."), row["day"].split()[-1].startswith("25")) == (True, True)


def test_chat_after_the_last_message_is_empty(line):
    line.push(flex(bubble()))
    last = line.read("chats/somchai")["messages"][-1]["id"]

    assert line.read(f"chats/somchai?after={last}")["messages"] == []


def test_unknown_address_of_the_platform_is_404_in_its_shape(line):
    assert line.get("nothing").json() == {"message": "Not found"}
