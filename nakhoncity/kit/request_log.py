"""One line per request, and the number that joins all lines of one request."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

log = logging.getLogger("nakhoncity.requests")
HEADER = "X-Request-ID"
# What nginx gives (32) and what other proxies give; anything else could carry words into the logs.
GIVEN = re.compile(r"[0-9a-f]{8,32}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestLog:
    """Middleware: gives each request its number, echoes it in the answer, and writes one line when it is answered.

    The line names the route, never the address or its query: tokens and references stand in them. Static files are
    not worth a line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and say so."""
        began = time.perf_counter()
        number = _number(request)
        with bound_contextvars(request_id=number):
            response = self.get_response(request)
            response[HEADER] = number
            if not request.path_info.startswith(settings.STATIC_URL):
                log.info("request", extra=_line(request, response, time.perf_counter() - began))
        return response


def _number(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if GIVEN.fullmatch(given) else uuid.uuid4().hex


def _line(request: HttpRequest, response: HttpResponse, seconds: float) -> dict[str, object]:
    match = request.resolver_match
    return {
        "method": request.method if request.method in METHODS else "other",
        "route": (match.view_name if match else "") or "none",
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
