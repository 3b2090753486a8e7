"""Requests that nobody makes by accident and no page should have to think of."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\x00"


class RefuseNul:
    """Middleware: an address or a cookie with NUL in it is a bad request; PostgreSQL takes it in no question.

    What people type into forms is cleaned of it instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, or answer 400."""
        query = request.META.get("QUERY_STRING", "")
        if (
            NUL in request.path_info
            or "%00" in query
            or NUL in query
            or any(NUL in v for v in request.COOKIES.values())
        ):
            msg = "NUL in an address or a cookie"
            raise BadRequest(msg)
        return self.get_response(request)
