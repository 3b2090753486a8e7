"""Staff pages of this room: the inbox, the case with its one update form, the preview of the LINE message."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints.filters import PAGE, SORTS, VIEWS, Narrowing, count_views, inbox
from complaints.forms import UpdateForm
from complaints.models.case import Complaint
from complaints.models.record import Photo
from complaints.services import photos
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import IncompleteUpdate, StaleUpdate, Update, preview_update, update_complaint
from complaints.services.undo import UndoRefused, undo_update
from complaints.views.desk import case_context, find_case
from complaints.views.show import sla_badge
from complaints.workflow import EventKind, MoveRefused
from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access
from nakhoncity.kit.forms import error_summary
from nakhoncity.kit.htmx import etag_of, page_or_part
from nakhoncity.kit.images import PictureRefused
from nakhoncity.kit.keyset import Sort, find_sort, page_of, read_cursor
from nakhoncity.staff.decorators import StaffRequest, staff_page
from nakhoncity.staff.models import StaffMember


def rail(member: StaffMember, now: datetime, *, on: str = "", is_slim: bool = False) -> dict[str, Any]:
    """The views beside every staff page with their counts (one aggregate); a slim rail shows only what alarms."""
    counts = count_views(member=member, now=now, alerts_only=is_slim)
    return {"views": [{"view": view, "count": counts.get(name), "is_on": name == on} for name, view in VIEWS.items()]}


@staff_page
@require_GET
def show_inbox(request: StaffRequest, view: str) -> HttpResponse:
    """One view of the inbox, fifty to a page; polled by its ETag, so an unchanged list costs 304."""
    now = timezone.now()
    if view not in VIEWS:
        raise Http404
    narrowing = Narrowing.read(request.GET.dict())
    sort = find_sort(SORTS, request.GET.get("sort"), default=VIEWS[view].sort)
    cases = inbox(view=VIEWS[view], member=request.user, now=now, narrowing=narrowing)
    cursor = read_cursor(request.GET.get("cursor", ""), sort=sort)
    page = page_of(cases, sort=sort, cursor=cursor, size=PAGE)
    sides = rail(request.user, now, on=view)
    total = next(item["count"] for item in sides["views"] if item["is_on"])
    if narrowing.given:
        total = cases.count()
    rows = [{"case": case, "clock": sla_badge(case, now)} for case in page.rows]
    etag = _etag(rows, sides, total)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    named = {**narrowing.given, **({"sort": sort.name} if sort != VIEWS[view].sort else {})}
    context = {
        "view": VIEWS[view], "rows": rows, "total": total, "page": page, "chips": narrowing.chips(), "now": now,
        "sort": sort, "sorts": _sorts(narrowing.given, sort), "query": urlencode(named), "etag": etag, **sides,
    }  # fmt: skip
    response = page_or_part(
        request, page="complaints/staff/inbox.html", part="complaints/staff/_inbox.html", context=context
    )
    response["ETag"] = etag
    return response


def _sorts(given: dict[str, str], chosen: Sort) -> list[dict[str, Any]]:
    """The orders to choose from, each with its address."""
    return [
        {"sort": sort, "is_on": sort is chosen, "query": urlencode({**given, "sort": name})}
        for name, sort in SORTS.items()
    ]


def _etag(rows: list[dict[str, Any]], sides: dict[str, Any], total: int | None) -> str:
    """What the list shows, as one short word: ids, versions, badges and counts; the same for page and part."""
    shown = [(row["case"].pk, row["case"].version, row["clock"].words) for row in rows]
    counts = [item["count"] for item in sides["views"]]
    return etag_of(shown, counts, total)


@staff_page
@require_GET
def show_case(request: StaffRequest, reference: str) -> HttpResponse:
    """One case: what happened, what can be done now, and the form for it."""
    complaint = find_case(reference=reference, member=request.user)
    if complaint.is_confidential:
        append_event(
            complaint=complaint,
            kind=EventKind.VIEWED,
            actor=Actor.of_staff(request.user),
            note=Note(),
            now=timezone.now(),
        )
    record_access(member=request.user, what=AccessEntry.What.CASE, key=reference, now=timezone.now())
    return _case_page(request, complaint)


def _case_page(
    request: StaffRequest,
    complaint: Complaint,
    *,
    errors: list[tuple[str, str]] | None = None,
    status: int = 200,
    stale: StaleUpdate | None = None,
) -> HttpResponse:
    """The page of a case with what was typed into its form, if anything was."""
    now = timezone.now()
    found = errors or []
    if request.FILES and (found or stale):
        found = [*found, ("id_photos", _("ภาพที่แนบยังไม่ได้บันทึก กรุณาเลือกภาพอีกครั้ง"))]
    context = case_context(
        complaint=complaint, member=request.user, now=now, typed=request.POST, errors=found, stale=stale
    )
    return render(
        request, "complaints/staff/case.html", {**context, **rail(request.user, now, is_slim=True)}, status=status
    )


@staff_page
@require_POST
def update_case(request: StaffRequest, reference: str) -> HttpResponse:
    """Save the one form: a move or none, words, a note, pictures. Nothing typed is lost when it can't be saved."""
    complaint = find_case(reference=reference, member=request.user)
    form = UpdateForm(request.POST, cases=Complaint.objects.visible_to(request.user))
    if not form.is_valid():
        return _case_page(request, complaint, errors=error_summary(form), status=422)
    kept: list[Photo] = []
    try:
        kept = _pictures(request, complaint, form.cleaned_data["move"])
        event = update_complaint(
            complaint_id=complaint.pk,
            update=replace(form.to_update(), photos=tuple(kept)),
            actor=Actor.of_staff(request.user),
            who=request.user.role,
            now=timezone.now(),
        )
    except (StaleUpdate, IncompleteUpdate, MoveRefused, PictureRefused) as refused:
        photos.discard(kept)
        return _refuse(request, reference, refused)
    flash.success(request, _("บันทึกแล้ว"))
    if _has_left_sight(complaint, event.complaint, request.user):
        flash.info(request, _("เรื่อง %(reference)s ไปอยู่กับหน่วยงานอื่นแล้ว") % {"reference": reference})
        return redirect("complaints:inbox", "office")
    return redirect("complaints:case", reference)


def _has_left_sight(before: Complaint, after: Complaint, member: StaffMember) -> bool:
    """Whether an update has taken the case out of the member's sight; asked only where it has changed hands."""
    if (before.department_id, before.assignee_id) == (after.department_id, after.assignee_id):
        return False
    return not Complaint.objects.visible_to(member).filter(pk=after.pk).exists()


# The field that asks for what the workflow table calls by another name.
FIELD_OF = {"appointment_at": "appointment_date", "after_photo": "photos"}


def _refuse(request: StaffRequest, reference: str, refused: Exception) -> HttpResponse:
    """The case as it stands now, with why the update was refused and all that was typed."""
    complaint = find_case(reference=reference, member=request.user)
    if isinstance(refused, StaleUpdate):
        return _case_page(request, complaint, status=409, stale=refused)
    if isinstance(refused, IncompleteUpdate):
        named = [(f"id_{FIELD_OF.get(name, name)}", str(text)) for name, text in refused.errors.items()]
        return _case_page(request, complaint, errors=named, status=422)
    field = "photos" if isinstance(refused, PictureRefused) else "move"
    return _case_page(request, complaint, errors=[(f"id_{field}", str(refused))], status=422)


def _pictures(request: HttpRequest, complaint: Complaint, move: str) -> list[Photo]:
    kind = Photo.Kind.AFTER if move == "resolve" else Photo.Kind.OTHER
    pictures = photos.read_pictures(request.FILES.getlist("photos"))
    return photos.keep_pictures(complaint=complaint, pictures=pictures, kind=kind, now=timezone.now())


@staff_page
@require_POST
def preview(request: StaffRequest, reference: str) -> HttpResponse:
    """The LINE message that the form would send, as it would be sent; the part for scripts, a page without them."""
    complaint = find_case(reference=reference, member=request.user)
    form = UpdateForm({**request.POST.dict(), "version": complaint.version}, cases=Complaint.objects.none())
    form.is_valid()
    given = {name: value for name, value in form.cleaned_data.items() if name in PREVIEWED and value}
    card, error = None, ""
    try:
        card = preview_update(
            complaint=complaint,
            update=Update(**given),
            actor=Actor.of_staff(request.user),
            who=request.user.role,
            now=timezone.now(),
        )
    except MoveRefused as refused:
        error = str(refused)
    return page_or_part(
        request,
        page="complaints/staff/preview.html",
        part="complaints/staff/_preview.html",
        context={
            "card": card,
            "error": error,
            "complaint": complaint,
            **rail(request.user, timezone.now(), is_slim=True),
        },
    )


# What a card can show of a form that is still being filled in.
PREVIEWED = frozenset(
    {"move", "public_text", "outcome", "assignee", "department", "agency", "expected_date", "appointment_at"}
)


@staff_page
@require_POST
def undo(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the last update back, within ten seconds and before its message has left."""
    complaint = find_case(reference=reference, member=request.user)
    try:
        undo_update(complaint=complaint, member=request.user, now=timezone.now())
        flash.success(request, _("เลิกทำแล้ว"))
    except UndoRefused as refused:
        flash.error(request, str(refused))
    return redirect("complaints:case", reference)
