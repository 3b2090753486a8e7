"""Who is the resident at this browser? Asked of the database only when a page wants to know."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nakhoncity.residents.models import Resident
from nakhoncity.residents.sessions import COOKIE, find_session


class ResidentRequest(HttpRequest):
    """A request as resident pages see it."""

    resident: Resident | None


def known_resident(request: ResidentRequest) -> Resident:
    """The resident of a page that only signed-in residents reach (signed_in_resident sees to it)."""
    if request.resident is None:
        raise PermissionDenied
    return request.resident


class LazyResident:
    """A property of the request: the resident of its cookie, looked up once."""

    def __get__(self, request: HttpRequest, owner: type) -> Resident | None:
        """Return the resident, or None; the answer is kept on the request."""
        kept = request.__dict__
        if "_resident" not in kept:
            token = request.COOKIES.get(COOKIE, "")
            session = find_session(token=token, now=timezone.now()) if token else None
            kept["_resident"] = session.resident if session else None
        resident: Resident | None = kept["_resident"]
        return resident


class ResidentMiddleware:
    """Give every request its `resident`; that says nothing about `request.user`, who is staff."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        HttpRequest.resident = LazyResident()  # type: ignore[attr-defined]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)
