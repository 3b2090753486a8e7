"""The simulator as a process: one thread for each request, one that carries webhooks, a file of its own."""

import io
import logging
import signal
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from nakhoncity.simulator import store
from nakhoncity.simulator.http import DROP
from nakhoncity.simulator.webhooks import Courier

SOCKET = "simulator.socket"
MOST_BODY = 20 * 1024 * 1024


class Refusal(SystemExit):
    """The simulator must not run here."""


def prepare() -> None:
    """Make this process the simulator: its own addresses, no middleware, no database but its own file."""
    if settings.LINE_MODE != "simulator":
        raise Refusal("The simulator runs only with LINE_MODE=simulator.")
    settings.ROOT_URLCONF = "nakhoncity.simulator.urls"
    settings.MIDDLEWARE = []
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_BODY
    connections.settings = connections.configure_settings({})
    store.prepare()


class Handler(WSGIRequestHandler):
    """Gives the application its socket, and stays silent about each request."""

    timeout = 30

    def get_environ(self) -> dict[str, Any]:
        """Add the socket, for answers that must get lost."""
        return {**super().get_environ(), SOCKET: self.connection}

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the parent's name)
        """Say nothing: the panel shows what came."""


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking for this machine's full name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is no news."""


class Application:
    """Django's application, with answers that never arrive."""

    def __init__(self) -> None:
        """Load the addresses."""
        self._django = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or end the connection without a word."""
        # Read whatever was sent: closing with bytes unread would reset the connection under the answer.
        length = min(int(environ.get("CONTENT_LENGTH") or 0), MOST_BODY)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        response = self._django(environ, start)
        if response.has_header(DROP):
            response.close()
            environ[SOCKET].shutdown(socket.SHUT_RDWR)
            return []
        return response


def make_server(*, host: str, port: int) -> Server:
    """A server that is bound and not yet serving; port 0 takes any free one."""
    server = Server((host, port), Handler)
    server.set_app(Application())
    return server


def serve(*, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM."""
    prepare()
    # A 404 is one of LINE's answers here, not a fault to tell of.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    # While one connection stays open, the others close without writing the log back each time.
    keeper = store.connect()
    server, courier = make_server(host=host, port=port), Courier()

    def end(number: int, frame: object) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    courier.start()
    say(f"simulator at {settings.SIMULATOR_URL} (port {server.server_port})")
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        courier.stop()
        keeper.close()
