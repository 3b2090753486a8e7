"""What staff pages share: they are never stored, and some are for some roles only."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from nakhoncity.staff.access import Right, can
from nakhoncity.staff.models import StaffMember

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request as staff pages see it: somebody is signed in."""

    user: StaffMember


def staff_page(view: View) -> View:
    """A page for anybody signed in as staff (the middleware asks for that); no cache keeps it."""
    return never_cache(view)


# Browsers ask the policy where a form leads on to, so pages whose form ends at the directory name its host.
leads_to_directory: Callable[[Any], Any] = csp_update({"form-action": settings.OIDC_HOST})


def right_required(right: Right) -> Callable[[View], View]:
    """A page for those with a right; others get the Thai 403 page."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not can(request.user, right):  # type: ignore[arg-type]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return staff_page(guarded)

    return decorate
