"""Which language a page speaks: Thai at /…, English at /en/…; inside LINE what its reader has chosen (docs/adr/0013).

The staff's pages, the open API and what machines ask are Thai alone and have no twin.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import set_script_prefix
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.translation import get_language, override

COOKIE = "language"
COOKIE_KEPT_S = 365 * 24 * 3600
THAI, ENGLISH = "th", "en"
TWIN = "/en"
OWN_CHOICE = "/liff/"
WITHOUT_TWIN = (
    "/staff/",
    "/admin/",
    "/api/",
    "/line/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/",
    "/favicon.ico",
)


class ChooseLanguage:
    """Middleware: answers a request in the language of its address, or of its reader inside LINE.

    An English page is the same page under /en/: the prefix is taken off before the address is resolved and put before
    every address that the page leads to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; what is said inside LINE varies by cookie."""
        path = request.path_info
        if path == TWIN or path.startswith(f"{TWIN}/"):
            return self._answer_twin(request, path.removeprefix(TWIN) or "/")
        is_own_choice = path.startswith(OWN_CHOICE)
        chosen = chosen_language(request) if is_own_choice else THAI
        has_twin = not is_own_choice and not path.startswith(WITHOUT_TWIN)
        request.twin = TWIN + request.get_full_path() if has_twin else ""  # type: ignore[attr-defined]  # for templates
        request.is_own_choice = is_own_choice  # type: ignore[attr-defined]  # for templates
        with override(chosen or THAI):
            response = self.get_response(request)
        if is_own_choice:
            patch_vary_headers(response, ["Cookie"])
        return response

    def _answer_twin(self, request: HttpRequest, inner: str) -> HttpResponse:
        plain = request.get_full_path().removeprefix(TWIN) or "/"
        if inner.startswith(OWN_CHOICE):
            response = redirect(plain)
            keep_choice(response, ENGLISH)
            return response
        if inner.startswith(WITHOUT_TWIN):
            return self.get_response(request)
        request.path_info = inner
        request.twin = plain  # type: ignore[attr-defined]
        set_script_prefix(f"{TWIN}/")
        try:
            with override(ENGLISH):
                return self.get_response(request)
        finally:
            set_script_prefix("/")


def keep_choice(response: HttpResponse, language: str) -> None:
    """Remember in this browser which language its reader has chosen for the pages inside LINE."""
    response.set_cookie(
        COOKIE, language, max_age=COOKIE_KEPT_S, secure=settings.IS_HTTPS, httponly=True, samesite="Lax"
    )


def chosen_language(request: HttpRequest) -> str:
    """The language that this browser's reader has chosen for the pages inside LINE; "" for none yet."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in {THAI, ENGLISH} else ""


def is_english() -> bool:
    """Whether English is spoken at the moment: for the text of a page or of a message."""
    return get_language() == ENGLISH


def in_thai(text: str | Promise) -> str:
    """A sentence of ours as the record keeps it, whatever is spoken at the moment."""
    with override(THAI):
        return str(text)


def either(thai: str, english: str) -> str:
    """One of two texts by the language spoken; Thai where there is no English."""
    return english if english and is_english() else thai


def told(item: Mapping[str, Any], name: str) -> str:
    """The text `name` of a row of configuration that holds it twice, as `name_th` and perhaps `name_en`."""
    return either(str(item.get(f"{name}_th") or ""), str(item.get(f"{name}_en") or ""))
