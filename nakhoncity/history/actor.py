"""Who is changing things: the member of staff whose request this is."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import get_contextvars

_request: ContextVar[HttpRequest | None] = ContextVar("history_request", default=None)


def current_actor() -> Any:
    """The member of staff of the present request; None on open pages, in commands and in the worker."""
    request = _request.get()
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def request_number() -> str | None:
    """The number by which the logs know the present request (kit/request_log.py)."""
    number: str | None = get_contextvars().get("request_id")
    return number


class KnowActor:
    """Middleware: remembers a staff page's request while it is answered.

    Open pages are left out: what a resident does in a browser in which somebody of the staff is signed in as well was
    not done by the staff. Nobody is looked up before something is changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, then forget it."""
        token = _request.set(None)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any) -> None:
        """Remember who asks, if the page is one for the staff."""
        if getattr(view, "login_required", True):
            _request.set(request)
