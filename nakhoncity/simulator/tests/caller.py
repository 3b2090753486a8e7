"""Calls the simulator as the portal does, and the few things that tests say again and again."""

import json
import uuid
from typing import Any

from django.test import Client

from nakhoncity.simulator import store

TOKEN = "simulator-token"


class Caller:
    """LINE's API as a program uses it."""

    def __init__(self, client: Client) -> None:
        """Call through a test client."""
        self.client = client

    def post(self, path: str, content: Any, *, key: str = "", token: str = TOKEN) -> Any:
        """POST JSON to one of LINE's doors."""
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["X-Line-Retry-Key"] = key
        body = content if isinstance(content, bytes) else json.dumps(content)
        return self.client.post(f"/v2/bot/{path}", body, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        """GET one of LINE's doors."""
        return self.client.get(f"/v2/bot/{path}", headers={"Authorization": f"Bearer {TOKEN}"})

    def delete(self, path: str) -> Any:
        """DELETE at one of LINE's doors."""
        return self.client.delete(f"/v2/bot/{path}", headers={"Authorization": f"Bearer {TOKEN}"})

    def push(self, *messages: dict[str, Any], to: str = "somchai", key: str = "") -> Any:
        """Push to a person by key."""
        return self.post("message/push", {"to": user_id(to), "messages": list(messages)}, key=key)

    def own(self, path: str, content: Any = None) -> Any:
        """POST to a door of the simulator's own API."""
        return self.client.post(f"/simulator/api/{path}", json.dumps(content or {}), content_type="application/json")

    def read(self, path: str) -> Any:
        """What a door of the simulator's own API says."""
        return self.client.get(f"/simulator/api/{path}").json()

    def shown(self, key: str = "somchai") -> list[str]:
        """The texts a person sees from the city."""
        messages = self.read(f"chats/{key}")["messages"]
        return [row["message"]["text"] for row in messages if row["sender"] == "city"]


def text(words: str = "สวัสดี", **more: Any) -> dict[str, Any]:
    """A text message."""
    return {"type": "text", "text": words, **more}


def flex(contents: dict[str, Any], alt_text: str = "เรื่อง") -> dict[str, Any]:
    """A Flex message."""
    return {"type": "flex", "altText": alt_text, "contents": contents}


def bubble(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A bubble with these parts in its body."""
    contents = list(parts) or [{"type": "text", "text": "รับเรื่องแล้ว"}]
    return {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": contents}, **more}


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    """Quick replies of these actions."""
    return {"items": [{"type": "action", "action": action} for action in actions]}


def user_id(key: str) -> str:
    """The LINE id of a person; what is no key stays as it is."""
    with store.reading() as db:
        person = store.find_person(db, key)
    return str(person["user_id"]) if person else key


def new_key() -> str:
    """A retry key."""
    return str(uuid.uuid4())
