"""The draft of the browser at hand: found by its signed cookie, shown to nobody but who writes it."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.services.drafts import save_draft
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest

COOKIE = "report"
COOKIE_AGE = 7 * 24 * 3600
Step = Callable[..., HttpResponse]


def find_draft(request: ResidentRequest) -> ReportDraft | None:
    """The draft of this browser; None once it was swept, and where another resident has begun it."""
    key = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE, salt="report")
    filed = Complaint.objects.filter(draft_id=OuterRef("pk")).values("reference")
    drafts = ReportDraft.objects.annotate(filed_as=Subquery(filed[:1]))
    draft = drafts.filter(pk=UUID(key)).first() if key else None
    if draft is None or _is_of_somebody_else(draft, request):
        return None
    return draft


def _is_of_somebody_else(draft: ReportDraft, request: ResidentRequest) -> bool:
    """Two people may use one telephone; who is not signed in goes on with what this browser holds."""
    if draft.resident_id is None or request.resident is None:
        return False
    return draft.resident_id != request.resident.pk


def filed_as(draft: ReportDraft) -> str:
    """The reference of the case that a draft of `find_draft` had become, if it was sent."""
    return draft.filed_as or ""  # type: ignore[attr-defined]  # annotated


def keep_draft(response: HttpResponse, draft: ReportDraft) -> HttpResponse:
    """Give the browser its draft for seven more days."""
    response.set_signed_cookie(
        COOKIE,
        str(draft.pk),
        salt="report",
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.IS_HTTPS,
    )
    return response


def forget_draft(response: HttpResponse) -> HttpResponse:
    """Let this browser begin anew next time; the draft itself goes after seven days."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def change_draft(request: ResidentRequest, draft: ReportDraft, changes: dict[str, Any]) -> None:
    """Keep what was just typed, in the database and in the draft at hand."""
    saved = save_draft(draft_id=draft.pk, changes=changes, resident=request.resident, now=timezone.now())
    draft.fields = saved.fields


def step_page(request: HttpRequest, name: str, draft: ReportDraft, status: int = 200, **context: Any) -> HttpResponse:
    """A page of the form with its draft; shown again it keeps the draft alive."""
    context |= {"draft": draft, "fields": draft.fields}
    return keep_draft(render(request, f"complaints/resident/{name}.html", context, status=status), draft)


def report_step(view: Step) -> Callable[..., HttpResponse]:
    """A step of the form, for whoever has a draft: without one it begins, after sending it shows the receipt."""

    @wraps(view)
    def stepped(request: ResidentRequest, **named: str) -> HttpResponse:
        draft = find_draft(request)
        if draft is None:
            return _begin(request)
        if reference := filed_as(draft):
            return redirect("complaints:report-done", reference)
        return view(request, draft, **named)

    return resident_page(stepped)


def _begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft; a browser that comes from there without one keeps no cookies, and is told so."""
    if request.GET.get("again"):
        return render(request, "complaints/resident/no_cookies.html", status=400)
    if request.method == "POST":
        flash.warning(request, _("ร่างเดิมหมดอายุแล้ว จึงยังไม่ได้ส่ง กรุณาเริ่มแจ้งเรื่องใหม่"))
    return redirect(f"{reverse('complaints:report-start')}?{urlencode({'again': 1})}")
