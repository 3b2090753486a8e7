"""A small LINE on loopback: remembers what it was sent, answers what the test says, knows retry keys."""

import json
import time
from base64 import urlsafe_b64decode
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs

BOT = "U" + "0" * 32
LOSE = "take the message, lose the answer"


@dataclass
class Received:
    """One request that came in, and the status it got."""

    method: str
    path: str
    retry_key: str
    body: bytes
    status: int = 0

    @property
    def data(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


@dataclass
class LineStub:
    """What the test reads and sets. `answers` are used up by pushes and replies, first to last; then all is well."""

    received: list[Received] = field(default_factory=list)
    answers: deque[int | str] = field(default_factory=deque)
    by_person: dict[str, int] = field(default_factory=dict)
    quota: tuple[int, int] | None = (1000, 0)
    claims: dict[str, Any] | None = None
    verify_status: int = 200
    delay_s: float = 0
    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    default_menu: str = ""
    keys: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)
    url: str = ""

    def start(self) -> ThreadingHTTPServer:
        """Listen on a free port of loopback."""
        handler = type("Handler", (_Handler,), {"stub": self})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        return server

    def sent(self) -> list[str]:
        """The first word of each push and reply that was taken, in order."""
        return [one.data["messages"][0]["text"] for one in self.tried() if one.status == 200]

    def tried(self) -> list[Received]:
        """All pushes and replies, taken or not."""
        return [one for one in self.received if one.path.endswith(("/push", "/reply"))]

    def rich_menu(self, path: str) -> tuple[int, Any]:
        """What a question about rich menus is answered with."""
        last = path.rsplit("/", maxsplit=1)[-1]
        if last == "list":
            return 200, {"richmenus": [menu | {"richMenuId": key} for key, menu in self.menus.items()]}
        if path == "/v2/bot/user/all/richmenu":
            return (200, {"richMenuId": self.default_menu}) if self.default_menu else (404, {"message": "no"})
        return 200, self.menus[last] | {"richMenuId": last}

    def decide(self, one: Received) -> int | str:
        """What to answer to a push or reply."""
        if one.retry_key in self.keys:
            return 409
        answer = self.by_person.get(one.data.get("to", "")) or (self.answers.popleft() if self.answers else 200)
        if answer in {200, LOSE} and one.retry_key:
            self.keys.add(one.retry_key)
        return answer


class _Handler(BaseHTTPRequestHandler):
    stub: LineStub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "/richmenu" in self.path:
            self._answer(*self.stub.rich_menu(self.path))
        elif self.path == "/v2/bot/info":
            self._answer(
                200, {"userId": BOT, "basicId": "@x", "displayName": "x", "chatMode": "bot", "markAsReadMode": "auto"}
            )
        elif self.stub.quota is None:
            self._answer(500, {})
        elif self.path.endswith("/consumption"):
            self._answer(200, {"totalUsage": self.stub.quota[1]})
        else:
            self._answer(200, {"type": "limited", "value": self.stub.quota[0]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        one = Received("POST", self.path, self.headers.get("X-Line-Retry-Key", ""), body)
        with self.stub.lock:
            self.stub.received.append(one)
            status = self.stub.decide(one) if self.path.startswith("/v2/bot/message/") else 200
        time.sleep(self.stub.delay_s)
        if status == LOSE:
            one.status = 200
            self.close_connection = True
            self.connection.close()
            return
        one.status = int(status)
        if self.path == "/oauth2/v2.1/verify":
            token = parse_qs(body.decode())["id_token"][0]
            self._answer(self.stub.verify_status, self.stub.claims or _claims_of(token))
        elif self.path == "/v2/bot/richmenu":
            self.stub.menus[f"richmenu-{len(self.stub.menus) + 1}"] = one.data
            self._answer(200, {"richMenuId": list(self.stub.menus)[-1]})
        elif self.path.startswith("/v2/bot/user/all/richmenu/"):
            self.stub.default_menu = self.path.rsplit("/")[-1]
            self._answer(200, {})
        else:
            self._answer(one.status, {"sentMessages": [{"id": "1"}]} if one.status == 200 else {"message": "no"})

    def do_DELETE(self) -> None:
        self.stub.received.append(Received("DELETE", self.path, "", b"", 200))
        del self.stub.menus[self.path.rsplit("/")[-1]]
        self._answer(200, {})

    def _answer(self, status: int, data: Any) -> None:
        raw = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("x-line-request-id", f"request-{len(self.stub.received)}")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


def _claims_of(token: str) -> Any:
    part = token.split(".")[1]
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
