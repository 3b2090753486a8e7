"""One address, two sizes: the page, or the part that htmx swaps in."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def etag_of(*shown: object) -> str:
    """The ETag of what a page shows, the same for page and part: plain data whose repr tells every difference."""
    return f'"{hashlib.sha256(repr(shown).encode()).hexdigest()[:24]}"'


def page_or_part(
    request: HttpRequest, *, page: str, part: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `part` for a request by htmx, else `page`; caches keep the two apart."""
    is_part = bool(getattr(request, "htmx", False)) and not getattr(request.htmx, "boosted", False)  # type: ignore[attr-defined]
    response = render(request, part if is_part else page, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
