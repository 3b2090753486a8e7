"""A stand-in for the portal's webhook: keeps what came, answers as told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Portal:
    """Listens on a free port of this machine."""

    def __init__(self) -> None:
        """Bind; `statuses` are the next answers, 200 when there are none left."""
        self.bodies: list[bytes] = []
        self.signatures: list[str] = []
        self.statuses: list[int] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def events(self) -> list[dict[str, Any]]:
        """All events, in the order they came."""
        return [event for body in self.bodies for event in json.loads(body)["events"]]

    def __enter__(self) -> "Portal":
        """Start listening."""
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def _handler(portal: "Portal") -> type[BaseHTTPRequestHandler]:  # noqa: N805 (the inner self is the request's)
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                if self.path == "/line/webhook/":
                    portal.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                    portal.signatures.append(self.headers["X-Line-Signature"])
                self.send_response(portal.statuses.pop(0) if portal.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        return Handler
