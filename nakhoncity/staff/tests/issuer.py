"""A stand-in OpenID Connect issuer on loopback: says who signed in, as real ones do, or whatever it is told to."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt


class Issuer:
    """One issuer with a client of ours; `claims` is what it says of whoever signs in next."""

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        self.url, self.client_id, self.secret = url, client_id, secret
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}

    def config(self) -> dict[str, Any]:
        """What /.well-known/openid-configuration says."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, address: str) -> str:
        """Somebody signs in at the address to which we led him; the address to which he is led back."""
        asked = {name: words[0] for name, words in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What a code is worth: once, to the client that knows its secret and the verifier of the challenge."""
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or form.get("client_secret") != self.secret or asked.get("code_challenge") != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 60, **self.claims}
        said = {name: value for name, value in claims.items() if value is not None}
        return 200, {"access_token": "a-token", "token_type": "Bearer", "id_token": jwt.encode(said, "k" * 32)}


@contextmanager
def issuer(*, client_id: str, secret: str) -> Iterator[Issuer]:
    """An issuer that answers for as long as it is needed."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(200, played.config())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(*played.token({name: words[0] for name, words in parse_qs(body).items()}))

        def _say(self, status: int, words: dict[str, Any]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(words).encode())

        def log_message(self, *_args: Any) -> None:
            """Be silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    played = Issuer(f"http://127.0.0.1:{server.server_port}", client_id, secret)
    Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
