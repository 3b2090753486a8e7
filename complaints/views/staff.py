"""Staff pages of this room: the inbox, the case with its one update form, the preview of the LINE message."""

import hashlib
from dataclasses import replace
from typing import Any

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.filters import PAGE, VIEWS, InboxView, count_views, inbox
from complaints.forms import UpdateForm
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.record import Photo
from complaints.services import photos
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import IncompleteUpdate, StaleUpdate, Update, preview_update, update_complaint
from complaints.services.undo import UndoRefused, undo_update
from complaints.views.show import (
    first_answer_badge,
    ruler,
    sla_badge,
    staff_timeline,
    status_badge,
)
from complaints.workflow import ClockKind, EventKind, MoveRefused, Outcome, moves_from
from nakhoncity.kit.htmx import page_or_part
from nakhoncity.kit.images import PictureRefused, read_picture
from nakhoncity.line.models import OutboundMessage
from nakhoncity.staff.decorators import staff_page
from nakhoncity.staff.models import Department, StaffMember


class StaffRequest(HttpRequest):
    """A request as staff pages see it."""

    user: StaffMember


def rail(member: StaffMember, now: Any, *, on: str = "") -> dict[str, Any]:
    """The views beside every staff page with their counts (one aggregate)."""
    counts = count_views(member=member, now=now)
    return {"views": [{"view": view, "count": counts[name], "is_on": name == on} for name, view in VIEWS.items()]}


def _find_view(name: str) -> InboxView:
    if name not in VIEWS:
        raise Http404
    return VIEWS[name]


@staff_page
@require_GET
def show_inbox(request: StaffRequest, view: str) -> HttpResponse:
    """One view of the inbox, fifty to a page; polled by its ETag, so an unchanged list costs 304."""
    now = timezone.now()
    chosen = _find_view(view)
    department = request.GET.get("department", "")
    cases = inbox(view=chosen, member=request.user, now=now, department=department)
    sides = rail(request.user, now, on=view)
    total = next(item["count"] for item in sides["views"] if item["is_on"]) if not department else cases.count()
    page = Paginator(cases, PAGE)
    page.count = total
    number = page.get_page(request.GET.get("page"))
    rows = [
        {"case": case, "clock": sla_badge(case, now), "status": status_badge(case, for_staff=True)} for case in number
    ]
    etag = _etag(request, rows, sides)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    office = Department.objects.filter(code=department).first() if department else None
    context = {
        "view": chosen, "rows": rows, "total": total, "page": number, "department": office, "now": now,
        "etag": etag, **sides,
    }  # fmt: skip
    response = page_or_part(
        request, page="complaints/staff/inbox.html", part="complaints/staff/_inbox_list.html", context=context
    )
    response["ETag"] = etag
    return response


def _etag(request: HttpRequest, rows: list[dict[str, Any]], sides: dict[str, Any]) -> str:
    """What the list shows, as one short word: ids, versions, badges and counts."""
    shown = [(row["case"].pk, row["case"].version, row["clock"].words) for row in rows]
    counts = [item["count"] for item in sides["views"]]
    part = request.headers.get("HX-Request", "")
    return f'"{hashlib.sha256(repr((shown, counts, part)).encode()).hexdigest()[:24]}"'


def _find_case(request: StaffRequest, reference: str) -> Complaint:
    cases = Complaint.objects.visible_to(request.user).select_related(
        "category", "department", "assignee", "community", "reporter", "agency"
    )
    return get_object_or_404(cases, reference=reference)


@staff_page
@require_GET
def show_case(request: StaffRequest, reference: str) -> HttpResponse:
    """One case: what happened, what can be done now, and the form for it."""
    complaint = _find_case(request, reference)
    if complaint.is_confidential:
        append_event(
            complaint=complaint,
            kind=EventKind.VIEWED,
            actor=Actor.of_staff(request.user),
            note=Note(),
            now=timezone.now(),
        )
    return _case_page(request, complaint, typed={}, errors=[])


def _case_page(
    request: StaffRequest,
    complaint: Complaint,
    *,
    typed: Any,
    errors: list[tuple[str, str]],
    status: int = 200,
    stale: StaleUpdate | None = None,
) -> HttpResponse:
    now = timezone.now()
    events = list(complaint.events.select_related("staff").prefetch_related("photos").order_by("at", "id"))
    first = complaint.clocks.filter(kind=ClockKind.FIRST_ANSWER).first()
    moves = moves_from(status=complaint.status, actor=request.user.role, outcome=complaint.outcome)
    last = events[-1] if events else None
    sent = {row.event: row for row in OutboundMessage.objects.filter(event__startswith=f"complaint:{complaint.pk}:")}
    context = {
        "complaint": complaint,
        "clock": sla_badge(complaint, now),
        "first_answer": first_answer_badge(complaint, first.due_at if first else None, now),
        "status_badge": status_badge(complaint, for_staff=True),
        "ruler": ruler(complaint, now) if complaint.promised else None,
        "timeline": _with_messages(staff_timeline(events), events, sent, complaint),
        "photos": list(complaint.photos.filter(event=None).order_by("created_at", "pk")),
        "answers": _answers(complaint),
        "moves": moves,
        "typed": typed,
        "errors": errors,
        "stale": stale,
        "can_undo": last is not None and last.staff_id == request.user.pk and last.kind != EventKind.UNDONE
        and (now - last.at).total_seconds() < UNDO_SECONDS,
        "last_event": last,
        "outcomes": [(o.value, o.label) for o in (Outcome.FIXED, Outcome.PARTLY_FIXED, Outcome.ANSWERED)],
        "needed": {name for move in moves for name in move.requires},
        **_choices(complaint, moves),
        **rail(request.user, now),
    }  # fmt: skip
    return render(request, "complaints/staff/case.html", context, status=status)


UNDO_SECONDS = 10


def _choices(complaint: Complaint, moves: list[Any]) -> dict[str, Any]:
    """What the selects offer; only those that a move of this moment asks for."""
    needed = {name for move in moves for name in move.requires}
    office = complaint.department.path.rsplit("/", 2)[0] if complaint.department.is_unit else complaint.department.path
    return {
        "assignees": StaffMember.objects.working().filter(department__path__startswith=office)
        if "assignee" in needed
        else [],
        "departments": Department.objects.internal() if "department" in needed else [],
        "categories": Category.objects.offered() if "category" in needed else [],
        "agencies": Department.objects.external() if "agency" in needed else [],
    }


def _with_messages(
    rows: list[dict[str, Any]], events: list[Any], sent: dict[str, OutboundMessage], complaint: Complaint
) -> list[dict[str, Any]]:
    """Beside each line, what became of its LINE message."""
    for row, event in zip(rows, events, strict=True):
        row["message"] = sent.get(f"complaint:{complaint.pk}:event:{event.pk}")
    return rows


def _answers(complaint: Complaint) -> list[tuple[str, str]]:
    """The answers to the category's questions, in words."""
    words = []
    for question in complaint.category.questions:
        given = complaint.answers.get(question["code"])
        if given:
            names = {value["key"]: value["name_th"] for value in question.get("values", [])}
            words.append((question["label_th"], names.get(given, given)))
    return words


@staff_page
@require_POST
def update_case(request: StaffRequest, reference: str) -> HttpResponse:
    """Save the one form: a move or none, words, a note, pictures. Nothing typed is lost when it can't be saved."""
    complaint = _find_case(request, reference)
    form = UpdateForm(request.POST, cases=Complaint.objects.visible_to(request.user))
    if not form.is_valid():
        errors = [(f"id_{name}", str(text)) for name, texts in form.errors.items() for text in texts]
        return _case_page(request, complaint, typed=request.POST, errors=errors, status=422)
    kept: list[Photo] = []
    try:
        kept = _pictures(request, complaint, form.cleaned_data["move"])
        update = replace(form.to_update(), photos=tuple(kept))
        update_complaint(
            complaint_id=complaint.pk,
            update=update,
            actor=Actor.of_staff(request.user),
            who=request.user.role,
            now=timezone.now(),
        )
    except StaleUpdate as stale:
        photos.discard(kept)
        return _case_page(
            request, _find_case(request, reference), typed=request.POST, errors=[], status=409, stale=stale
        )
    except IncompleteUpdate as refused:
        photos.discard(kept)
        errors = [(f"id_{name}", str(text)) for name, text in refused.errors.items()]
        return _case_page(request, complaint, typed=request.POST, errors=errors, status=422)
    except (MoveRefused, PictureRefused) as refused:
        photos.discard(kept)
        return _case_page(request, complaint, typed=request.POST, errors=[("id_move", str(refused))], status=422)
    flash.success(request, _("บันทึกแล้ว"))
    if not Complaint.objects.visible_to(request.user).filter(pk=complaint.pk).exists():
        flash.info(request, _("เรื่อง %(reference)s ไปอยู่กับหน่วยงานอื่นแล้ว") % {"reference": reference})
        return redirect("complaints:inbox", "office")
    return redirect("complaints:case", reference)


def _pictures(request: HttpRequest, complaint: Complaint, move: str) -> list[Photo]:
    kind = Photo.Kind.AFTER if move == "resolve" else Photo.Kind.OTHER
    pictures = [read_picture(file) for file in request.FILES.getlist("photos")[: photos.MOST_PHOTOS]]  # type: ignore[arg-type]
    return photos.keep_pictures(complaint=complaint, pictures=pictures, kind=kind, now=timezone.now())


@staff_page
@require_POST
def preview(request: StaffRequest, reference: str) -> HttpResponse:
    """The LINE message that the form would send, as it would be sent."""
    complaint = _find_case(request, reference)
    form = UpdateForm({**request.POST.dict(), "version": complaint.version}, cases=Complaint.objects.none())
    form.is_valid()
    data = form.cleaned_data
    update = Update(**{name: data.get(name) or default for name, default in PREVIEWED.items()})
    card, error = None, ""
    try:
        card = preview_update(
            complaint=complaint,
            update=update,
            actor=Actor.of_staff(request.user),
            who=request.user.role,
            now=timezone.now(),
        )
    except MoveRefused as refused:
        error = str(refused)
    context = {"card": card, "error": error, "complaint": complaint}
    return render(request, "complaints/staff/_preview.html", context)


PREVIEWED: dict[str, Any] = {
    "move": "", "public_text": "", "outcome": "", "assignee": None, "department": None, "agency": None,
    "expected_date": None, "appointment_at": None,
}  # fmt: skip


@staff_page
@require_POST
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the last update back, within ten seconds and before its message has left."""
    complaint = _find_case(request, reference)
    try:
        undo_update(complaint=complaint, member=request.user, now=timezone.now())
        flash.success(request, _("เลิกทำแล้ว"))
    except UndoRefused as refused:
        flash.error(request, str(refused))
    return redirect("complaints:case", reference)
