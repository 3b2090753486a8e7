"""Doors for more time: ask, grant, refuse; the box on the case page; the list of what waits for a decision."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.extending import MOST_EXTENSIONS, ExtensionRefused, Reason
from complaints.forms import ExtensionForm, RefusalForm
from complaints.models.case import Complaint
from complaints.models.extension import Extension
from complaints.services.extensions import ExtensionNotYours, ask_extension, grant_extension, refuse_extension
from complaints.workflow import WORKERS
from nakhoncity.kit.htmx import page_or_part
from nakhoncity.staff.decorators import StaffRequest, staff_page
from nakhoncity.staff.models import StaffMember

MOST_LISTED = 200


@dataclass(frozen=True, kw_only=True)
class ExtensionBox:
    """What the partial shows. `typed` and `errors` are of a form that came back."""

    reference: str
    waiting: Extension | None
    past: list[Extension]
    can_ask: bool
    can_decide: bool
    left: int
    reasons: list[tuple[str, Any]]
    typed: Any = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)


def extension_box(
    complaint: Complaint,
    member: StaffMember,
    now: datetime,
    *,
    typed: Any = None,
    errors: list[tuple[str, str]] | None = None,
    was_asked: bool = True,
) -> ExtensionBox:
    """The case's extensions as a member sees them, in one query; in none where the record says `was_asked` False.

    `complaint` comes with its department.
    """
    rows = list(
        Extension.objects.filter(complaint=complaint)
        .select_related("asked_by", "decided_by", "clock")
        .with_posts_of(complaint=complaint, member=member, now=now)
        .order_by("-asked_at", "-pk")
        if was_asked
        else []
    )
    waiting = next((row for row in rows if row.state == Extension.State.ASKED and row.clock.stopped_at is None), None)
    granted = sum(row.state == Extension.State.GRANTED for row in rows)
    is_running = complaint.promised and complaint.clock_stopped_at is None and complaint.paused_at is None
    return ExtensionBox(
        reference=complaint.reference,
        waiting=waiting,
        past=[row for row in rows if row is not waiting],
        can_ask=is_running and waiting is None and granted < MOST_EXTENSIONS and member.role in WORKERS,
        can_decide=waiting is not None and _holds_post(waiting) and waiting.asked_by_id != member.pk,
        left=MOST_EXTENSIONS - granted,
        reasons=list(Reason.choices),
        typed=typed or {},
        errors=errors or [],
    )


def _holds_post(waiting: Any) -> bool:
    return bool(waiting.holds_secretary if waiting.is_beyond_director else waiting.holds_director)


def _find_case(request: StaffRequest, reference: str) -> Complaint:
    cases = Complaint.objects.visible_to(request.user).select_related("category", "department__parent")
    return get_object_or_404(cases, reference=reference)


def _find_waiting(complaint: Complaint) -> Extension:
    extension = complaint.extensions.open().first()
    if extension is None:
        raise Http404
    return extension


def _page(
    request: StaffRequest, complaint: Complaint, *, errors: list[tuple[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    box = extension_box(complaint, request.user, timezone.now(), typed=request.POST, errors=errors)
    return page_or_part(
        request,
        page="complaints/staff/extension.html",
        part="complaints/staff/_extension.html",
        context={"complaint": complaint, "extension": box},
        status=status,
    )


@staff_page
@require_GET
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """What was asked and decided about more time for a case, and the form for it."""
    return _page(request, _find_case(request, reference))


@staff_page
@require_GET
def show_waiting(request: StaffRequest) -> HttpResponse:
    """The requests that nobody has decided, of cases a member may see; those that fall due first on top."""
    rows = (
        Extension.objects.open()
        .filter(complaint__in=Complaint.objects.visible_to(request.user).values("pk"))
        .select_related("complaint__category", "complaint__department", "asked_by")
        .order_by("old_due_at", "pk")[:MOST_LISTED]
    )
    return render(request, "complaints/staff/extensions.html", {"rows": rows})


@staff_page
@require_POST
def ask(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask for more time."""
    complaint = _find_case(request, reference)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        return _page(request, complaint, errors=_errors(form), status=422)
    try:
        ask_extension(
            complaint=complaint,
            member=request.user,
            reason=Reason(form.cleaned_data["reason"]),
            day=form.cleaned_data["day"],
            note=form.cleaned_data["note"],
            now=timezone.now(),
        )
    except ExtensionNotYours as refused:
        raise PermissionDenied(str(refused)) from refused
    except ExtensionRefused as refused:
        return _page(request, complaint, errors=[("id_day", str(refused))], status=422)
    flash.success(request, _("ส่งคำขอขยายเวลาแล้ว รอผู้มีอำนาจพิจารณา"))
    return redirect("complaints:case", reference)


@staff_page
@require_POST
def grant(request: StaffRequest, reference: str) -> HttpResponse:
    """Give the time that was asked for."""
    complaint = _find_case(request, reference)
    extension = _find_waiting(complaint)
    try:
        grant_extension(extension=extension, member=request.user, now=timezone.now())
    except ExtensionNotYours as refused:
        raise PermissionDenied(str(refused)) from refused
    except ExtensionRefused as refused:
        return _page(request, complaint, errors=[("id_refusal", str(refused))], status=422)
    flash.success(request, _("ให้ขยายเวลาแล้ว และแจ้งผู้แจ้งแล้ว"))
    return redirect("complaints:case", reference)


@staff_page
@require_POST
def refuse(request: StaffRequest, reference: str) -> HttpResponse:
    """Give no more time, and say why."""
    complaint = _find_case(request, reference)
    extension = _find_waiting(complaint)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, complaint, errors=_errors(form), status=422)
    try:
        refuse_extension(
            extension=extension, member=request.user, reason=form.cleaned_data["refusal"], now=timezone.now()
        )
    except ExtensionNotYours as refused:
        raise PermissionDenied(str(refused)) from refused
    except ExtensionRefused as refused:
        return _page(request, complaint, errors=[("id_refusal", str(refused))], status=422)
    flash.success(request, _("บันทึกว่าไม่ให้ขยายเวลาแล้ว"))
    return redirect("complaints:case", reference)


def _errors(form: ExtensionForm | RefusalForm) -> list[tuple[str, str]]:
    ids = {"reason": "id_reason_more"}
    return [(ids.get(name, f"id_{name}"), str(text)) for name, texts in form.errors.items() for text in texts]
