"""Staff pages that span rooms: where the day begins, and a department's dashboard."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from complaints.models.clock import EscalationNotice
from complaints.views.show import sla_badge
from complaints.views.staff import StaffRequest, rail
from nakhoncity.backoffice import charts, figures
from nakhoncity.kit.htmx import page_or_part
from nakhoncity.staff.access import office_path
from nakhoncity.staff.decorators import staff_page
from nakhoncity.staff.models import Department, StaffMember

FIRST = 9
Role = StaffMember.Role
HOME_VIEWS = {Role.CLERK: "new", Role.HEAD: "office", Role.OFFICER: "mine"}


@staff_page
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Where the day begins: the desk triages, heads see their office, officers their own work."""
    if view := HOME_VIEWS.get(Role(request.user.role)):
        return redirect("complaints:inbox", view)
    return redirect("complaints:inbox", "overdue")


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
    urgent = list(cases.open().filter(promised=True, paused_at=None).order_by("due_at", "id").for_list()[:FIRST])
    told = _told(urgent)
    summary = figures.summary(cases=cases, now=now)
    rows = [{"case": case, "clock": sla_badge(case, now), "told": told.get(case.pk, "")} for case in urgent]
    days = figures.in_and_out(cases=cases, now=now)
    context: dict[str, Any] = {
        "office": office, "now": now, "summary": summary, "urgent": rows, "days": days, "chart": charts.bars(days),
        "officers": figures.by_officer(cases=cases, now=now), "is_dashboard": True, **rail(member, now),
    }  # fmt: skip
    etag = _etag(request, context)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = page_or_part(
        request, page="backoffice/dashboard.html", part="backoffice/_dashboard.html", context=context
    )
    response["ETag"] = etag
    return response


def _told(cases: list[Any]) -> dict[int, str]:
    """The highest post that each late case was reported to."""
    notices = (
        EscalationNotice.objects.filter(escalation__clock__complaint__in=[case.pk for case in cases], is_copy=False)
        .order_by("escalation__level", "pk")
        .values_list("escalation__clock__complaint_id", "title_th")
    )
    return dict(notices)


def _etag(request: HttpRequest, context: dict[str, Any]) -> str:
    shown = (
        context["summary"], [(row["case"].pk, row["clock"].words, row["told"]) for row in context["urgent"]],
        [(o["open"], o["near"], o["overdue"]) for o in context["officers"]], request.headers.get("HX-Request", ""),
    )  # fmt: skip
    plain = {key: value for key, value in shown[0].items() if key != "oldest_late"}
    return f'"{hashlib.sha256(repr((plain, *shown[1:])).encode()).hexdigest()[:24]}"'
