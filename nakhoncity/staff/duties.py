"""What a member has to do before anything else: choose a password of his own, set up the second step."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseBase
from django.shortcuts import redirect

from nakhoncity.staff.decorators import StaffRequest
from nakhoncity.staff.factors import uses_second_step
from nakhoncity.staff.stages import passed_second_step

AnyView = Callable[..., Any]


def before_duties(view: AnyView) -> AnyView:
    """Mark a page that is open while something is still to be done: those on which it is done, and signing out."""
    view.is_before_duties = True  # type: ignore[attr-defined]  # as Django marks its own
    return view


def first_duty(request: StaffRequest) -> HttpResponseBase | None:
    """Where this member has to go first; None: he may go on. No statement but where somebody is sent away."""
    if request.user.must_change_password:
        return redirect("staff:password")
    if settings.STAFF_MFA != "required" or passed_second_step(request):
        return None
    if uses_second_step(member=request.user):
        # A session from before the town asked for it: begin again.
        logout(request)
        return redirect("staff:login")
    return redirect("staff:second-factor")
