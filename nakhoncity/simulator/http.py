"""What all of the platform's doors share: the token, the request id, refusals, and answers that get lost."""

import hmac
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from nakhoncity.simulator import switches
from nakhoncity.simulator.refusals import Refused

Door = Callable[..., HttpResponse]
# The server closes the connection without a word when an answer has this header.
DROP = "X-Simulator-Drop"
UNKNOWN_CALLER = "Authentication failed. Confirm that the access token in the authorization header is valid."


def dropped() -> HttpResponse:
    """No answer at all: the connection just ends."""
    return HttpResponse(status=503, headers={DROP: "1"})


def platform_door(*methods: str, needs_token: bool = True) -> Callable[[Door], Door]:
    """A door of LINE: counts the request, checks the bearer, answers refusals in LINE's shape."""

    def wrap(door: Door) -> Door:
        @wraps(door)
        def answer(request: HttpRequest, **parts: str) -> HttpResponse:
            if switches.is_down():
                return dropped()
            request.META["simulator.request_id"] = request_id = str(uuid.uuid4())
            response = _answer(door, request, parts, methods, needs_token=needs_token)
            response["x-line-request-id"] = request_id
            return response

        return answer

    return wrap


def _answer(
    door: Door, request: HttpRequest, parts: dict[str, str], methods: tuple[str, ...], *, needs_token: bool
) -> HttpResponse:
    if request.method not in methods:
        return HttpResponseNotAllowed(methods)
    if needs_token and not _has_token(request):
        return JsonResponse({"message": UNKNOWN_CALLER}, status=401)
    try:
        return door(request, **parts)
    except Refused as refusal:
        return JsonResponse(refusal.body, status=refusal.status)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(given, f"Bearer {settings.LINE_CHANNEL_ACCESS_TOKEN}".encode())


def request_id_of(request: HttpRequest) -> str:
    """The id this request's answer carries."""
    return str(request.META["simulator.request_id"])


def answer_json(content: dict[str, Any], status: int = 200) -> JsonResponse:
    """JSON with Thai letters as they are."""
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
