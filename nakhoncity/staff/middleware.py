"""Who is asked to sign in, and what else before the page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

from nakhoncity.staff.duties import first_duty


class SignInWhereNeeded(LoginRequiredMiddleware):
    """As Django's own, but an open page is not even asked who reads it: no session is looked up, no answer varies."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Lead who is not signed in to the sign-in, unless the page is open; and the others to what is due first."""
        if not getattr(view_func, "login_required", True):
            return None
        led: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if led is not None or getattr(view_func, "is_before_duties", False):
            return led
        return first_duty(request)  # type: ignore[arg-type]  # somebody is signed in
