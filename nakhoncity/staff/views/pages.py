"""What the room's pages with a form share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from nakhoncity.kit.forms import error_summary
from nakhoncity.staff.decorators import StaffRequest
from nakhoncity.staff.forms import SureForm


def posted(request: StaffRequest) -> Any:
    """What was sent, None where the page was only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(request: StaffRequest, template: str, form: SureForm, **context: Any) -> HttpResponse:
    """The page with its form and what is wrong with it: 422, or 429 for who tried too often."""
    status = 429 if form.has_error("current_password", "locked") else 422 if form.errors else 200
    return render(request, template, {"form": form, "errors": error_summary(form), **context}, status=status)
