"""The site of /admin/: behind the staff sign-in, for administrators, with a policy of its own."""

import re
from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from unfold.sites import UnfoldAdminSite

# Unfold's scripts are expressions in attributes (Alpine), its colours a style element. No other host is named.
POLICY = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
# What we do elsewhere or not at all: sign-out and passwords belong to the staff room, searches go over one list.
NOT_OFFERED = {
    "search",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "view_on_site",
    "app_list",
}
# Unfold writes its icons as words, which a screen reader would read and a translator translate; what scrolls by
# itself is named in English.
SCROLLS = re.compile(r"\bdata-simplebar(?![\w-])")
ICON = re.compile(r"<span (?=[^>]*\bmaterial-symbols-outlined\b)(?![^>]*aria-hidden)")


class ConfigSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold is untyped
    """Configuration for administrators; others of the staff get the 403 page."""

    final_catch_all_view = False
    site_title = site_header = index_title = "การตั้งค่าระบบ"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may come in at all."""
        return bool(request.user.is_authenticated and request.user.is_staff)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Nobody signs in here: who is not signed in was led to the staff sign-in before (staff/middleware.py)."""
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Every page of the site: refused to others, never stored, under the site's policy."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse):
                response.add_post_render_callback(_mend)
            return response

        return update_wrapper(csp_update(POLICY)(never_cache(csrf_protect(guarded))), view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's and Unfold's addresses without those that we do not offer."""
        kept = [url for url in super().get_urls() if getattr(url, "name", None) not in NOT_OFFERED]
        for url in kept:
            # Who is not signed in goes straight to the staff sign-in.
            getattr(getattr(url, "callback", None), "__dict__", {}).pop("login_url", None)
        return [*kept, path("<slug:app_label>/", self.admin_view(self.app_index), name="app_list")]


def _mend(response: TemplateResponse) -> None:
    page = ICON.sub('<span aria-hidden="true" translate="no" ', response.content.decode())
    response.content = SCROLLS.sub('data-simplebar data-simplebar-aria-label="เลื่อนดูได้"', page)


def style_sheet(request: HttpRequest) -> str:  # noqa: ARG001 (Unfold hands it)
    """Our letters for Unfold's pages."""
    return static("app/administration.css")


site = ConfigSite()
