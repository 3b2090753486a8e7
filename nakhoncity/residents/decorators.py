"""What pages for residents share: no sign-in by middleware, LINE's hosts in the policy, never stored, packed."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

View = Callable[..., HttpResponse]


def resident_page(view: View) -> View:
    """A page inside LINE or on the open web, for anybody; packed, for slow lines."""
    with_hosts = csp_update({"script-src": settings.LIFF_HOSTS, "connect-src": settings.LIFF_HOSTS})
    decorated: Any = login_not_required(gzip_page(never_cache(with_hosts(view))))
    return decorated  # type: ignore[no-any-return]  # csp is untyped


def is_inside_line(request: HttpRequest) -> bool:
    """Whether LINE's own browser asks."""
    return "Line/" in request.headers.get("User-Agent", "")


def signed_in_resident(view: View) -> View:
    """A page of one resident. Who is not signed in gets the page that signs him in by LINE and comes back.

    Inside LINE the page stays hidden (`request.asks_who`) until its script has seen that the person whom LINE names is
    the one who is signed in: two people may use one telephone.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.resident is None:  # type: ignore[attr-defined]
            return render(request, "residents/signing_in.html", status=200 if request.method == "GET" else 401)
        request.asks_who = is_inside_line(request)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return resident_page(guarded)
