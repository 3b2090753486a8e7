"""Staff pages that span rooms: where the day begins, and a department's dashboard."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from complaints.views.show import sla_badge
from complaints.views.staff import rail
from nakhoncity.backoffice import charts, figures
from nakhoncity.kit.htmx import etag_of, page_or_part
from nakhoncity.kit.registry import settings_tiles
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.staff.access import Right, office_path
from nakhoncity.staff.decorators import StaffRequest, right_required, staff_page
from nakhoncity.staff.models import Department, StaffMember

Role = StaffMember.Role
HOME_VIEWS = {Role.CLERK: "new", Role.HEAD: "office", Role.OFFICER: "mine"}


@staff_page
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Where the day begins: the desk triages, heads see their office, officers their own work."""
    if view := HOME_VIEWS.get(Role(request.user.role)):
        return redirect("complaints:inbox", view)
    return redirect("complaints:inbox", "overdue")


@right_required(Right.CONFIGURE)
@require_GET
def settings_home(request: StaffRequest) -> HttpResponse:
    """What administrators can set up, each a page of its own."""
    return render(request, "backoffice/settings.html", {"tiles": settings_tiles.all()})


@staff_page
@require_GET
def own_dashboard(request: StaffRequest) -> HttpResponse:
    """The dashboard of the member's own office; for those who see the whole town, of the whole town."""
    member = request.user
    office = member.department.office if office_path(member) else _top()
    return redirect("backoffice:dashboard", office.code)


def _top() -> Department:
    return (
        Department.objects.filter(parent=None, is_external=False).order_by("sort").first() or Department.objects.get()
    )


@staff_page
@require_GET
def dashboard(request: StaffRequest, department: str) -> HttpResponse:
    """How a department stands now. Every number leads to its cases; polled by ETag."""
    now = timezone.now()
    member = request.user
    allowed = Department.objects.internal()
    if path := office_path(member):
        allowed = allowed.filter(path__startswith=path)
    office = get_object_or_404(allowed, code=department)
    cases = figures.cases_of(department=office, member=member)
    officers, categories = figures.open_work(cases=cases, now=now)
    days = figures.in_and_out(cases=cases, now=now)
    context: dict[str, Any] = {
        "office": office, "now": now, "today": bangkok_date(now),
        "summary": figures.summary(cases=cases, now=now),
        "urgent": [{"case": case, "clock": sla_badge(case, now)} for case in figures.urgent(cases=cases)],
        "days": days, "chart": charts.bars(days), "officers": officers, "categories": categories,
        "is_dashboard": True, **rail(member, now),
    }  # fmt: skip
    etag = _etag(context)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = page_or_part(
        request,
        page="backoffice/dashboard.html",
        part="backoffice/_dashboard.html",
        context={**context, "etag": etag},
    )
    response["ETag"] = etag
    return response


def _etag(context: dict[str, Any]) -> str:
    """What the dashboard shows, as one short word; the same for page and part. The hour alone changes nothing."""
    summary = {name: value for name, value in context["summary"].items() if name != "oldest_late"}
    urgent = [(row["case"].pk, row["case"].version, row["clock"].words, row["case"].told) for row in context["urgent"]]
    counts = [item["count"] for item in context["views"]]
    return etag_of(summary, urgent, context["officers"], context["categories"], context["days"], counts)
