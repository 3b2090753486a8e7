"""Reporting, step by step: each step is a form of its own that works without script; the draft is on the server."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.forms import DetailForm, WhatForm, WhereForm
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.services import photos
from complaints.services.drafts import save_draft, start_draft
from complaints.services.filing import Report, file_complaint
from complaints.views.show import sla_badge
from complaints.workflow import Channel
from nakhoncity.city.models import CityProfile, RateLimit
from nakhoncity.city.plain_map import plain_map
from nakhoncity.kit.geo import Point, inside
from nakhoncity.kit.images import PictureRefused, read_picture
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest

COOKIE = "report"
COOKIE_AGE = 7 * 24 * 3600
UNSURE = "OTHER"
# One resident seldom has ten matters an hour; one address may be a town hall or a carrier's gateway.
PER_RESIDENT_HOUR, PER_ADDRESS_HOUR = 30, 600


def find_draft(request: HttpRequest) -> ReportDraft | None:
    """The draft of this browser, by its signed cookie; None once it was swept."""
    key = request.get_signed_cookie(COOKIE, default="", max_age=COOKIE_AGE, salt="report")
    if not key:
        return None
    return ReportDraft.objects.filter(pk=UUID(key)).first()


def _keep(response: HttpResponse, draft: ReportDraft) -> HttpResponse:
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


def _filed_case(draft: ReportDraft) -> Complaint | None:
    return Complaint.objects.filter(draft_id=draft.pk).first()


def _page(request: HttpRequest, name: str, draft: ReportDraft, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"draft": draft, "fields": draft.fields}
    return _keep(render(request, f"complaints/resident/{name}.html", context, status=status), draft)


@resident_page
@require_GET
def start(request: ResidentRequest) -> HttpResponse:
    """Begin a report, or go on with the one that was begun; `?new=1` begins anew."""
    draft = find_draft(request)
    if draft is None or request.GET.get("new") or _filed_case(draft):
        draft = start_draft(resident=request.resident, now=timezone.now())
    return _keep(redirect("complaints:report-photo"), draft)


@resident_page
@require_http_methods(["GET", "POST"])
def photo(request: ResidentRequest) -> HttpResponse:
    """Step 1: pictures. Without script the form sends them together; the page then shows them."""
    draft = find_draft(request)
    if draft is None or _filed_case(draft):
        return redirect("complaints:report-start")
    error = ""
    if request.method == "POST":
        error = _take_pictures(request, draft)
        if not error:
            is_adding = bool(request.FILES) and "next" not in request.POST
            return redirect("complaints:report-photo" if is_adding else "complaints:report-what")
    errors = [("photos", error)] if error else []
    taken = list(draft.photos.order_by("created_at", "pk"))
    return _page(
        request,
        "photo",
        draft,
        422 if error else 200,
        photos=taken,
        errors=errors,
        most=photos.MOST_PHOTOS,
        step=1,
    )


def _take_pictures(request: HttpRequest, draft: ReportDraft) -> str:
    """Keep the pictures of a form; returns the sentence that says what was wrong, or nothing."""
    for file in request.FILES.getlist("photos"):
        try:
            photos.attach_to_draft(draft=draft, picture=read_picture(file), now=timezone.now())  # type: ignore[arg-type]
        except (PictureRefused, photos.TooManyPhotos) as refused:
            return str(refused)
        except ReportDraft.DoesNotExist:
            return _("ร่างนี้หมดอายุแล้ว กรุณาเริ่มใหม่")
        except OSError:
            return _("เก็บภาพไม่ได้ในขณะนี้ กรุณากด “ข้าม” แล้วแจ้งต่อได้")
    return ""


@resident_page
@require_POST
def upload_photo(request: ResidentRequest) -> HttpResponse:
    """One picture sent by script while the resident goes on: 201 with its id, or 422 with a sentence."""
    draft = find_draft(request)
    if draft is None:
        return JsonResponse({"message": _("ร่างนี้หมดอายุแล้ว กรุณาเริ่มใหม่")}, status=404)
    if error := _take_pictures(request, draft):
        return JsonResponse({"message": error}, status=422)
    newest = draft.photos.order_by("-created_at").first()
    return JsonResponse({"id": str(newest.pk) if newest else ""}, status=201)


@resident_page
@require_POST
def delete_photo(request: ResidentRequest, photo_id: UUID) -> HttpResponse:
    """Take one picture out of the draft."""
    if draft := find_draft(request):
        photos.remove_from_draft(draft=draft, photo_id=photo_id)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("complaints:report-photo")


@resident_page
@require_http_methods(["GET", "POST"])
def what(request: ResidentRequest) -> HttpResponse:
    """Step 2: what it is about. Choosing goes on by itself where there is script."""
    draft = find_draft(request)
    if draft is None or _filed_case(draft):
        return redirect("complaints:report-start")
    form = WhatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        category = form.cleaned_data["category"]
        changes = {"category": category.code if category else UNSURE, "needs_category": category is None}
        if draft.fields.get("category") != changes["category"]:
            changes["answers"] = {}
        _save(request, draft, changes)
        is_placeless = category is not None and not category.location_required
        return redirect("complaints:report-detail" if is_placeless else "complaints:report-where")
    categories = list(Category.objects.offered())
    groups: dict[str, list[Category]] = {}
    for category in categories:
        groups.setdefault(category.group_th, []).append(category)
    errors = [("category", text) for texts in form.errors.values() for text in texts]
    frequent = sorted((c for c in categories if c.tile_order), key=lambda c: c.tile_order)
    context = {
        "frequent": frequent,
        "groups": groups.items(),
        "total": len(categories),
        "errors": errors,
        "step": 2,
    }
    return _page(request, "what", draft, 422 if errors else 200, **context)


@resident_page
@require_http_methods(["GET", "POST"])
def where(request: ResidentRequest) -> HttpResponse:
    """Step 3: where it is: a pin, or words, which count the same."""
    draft = find_draft(request)
    if draft is None or _filed_case(draft):
        return redirect("complaints:report-start")
    if "category" not in draft.fields:
        return redirect("complaints:report-what")
    profile = CityProfile.current()
    form = WhereForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        accuracy = round(data["accuracy"]) if data.get("accuracy") is not None else None
        changes = {
            "lat": data["lat"],
            "lon": data["lon"],
            "accuracy": accuracy,
            "address_text": data["address_text"],
        }
        _save(request, draft, changes)
        if (
            data["lat"] is not None
            and profile.boundary
            and not inside(Point(data["lat"], data["lon"]), profile.boundary)
        ):
            flash.warning(request, _("จุดนี้อยู่นอกเขตเทศบาล เทศบาลจะรับเรื่องไว้และส่งต่อหน่วยงานที่รับผิดชอบ"))
        return redirect("complaints:report-detail")
    errors = [("address_text", text) for texts in form.errors.values() for text in texts]
    context = {
        "map": plain_map(profile, tile_url=settings.MAP_TILE_URL),
        "errors": errors,
        "form": form,
        "step": 3,
    }
    typed = request.POST if request.method == "POST" else draft.fields
    return _page(request, "where", draft, 422 if errors else 200, typed=typed, **context)


@resident_page
@require_http_methods(["GET", "POST"])
def detail(request: ResidentRequest) -> HttpResponse:
    """Step 4: the category's questions, words, and the whole report to look over; one button sends it."""
    draft = find_draft(request)
    if draft is None:
        return redirect("complaints:report-start")
    if filed := _filed_case(draft):
        return redirect("complaints:report-done", filed.reference)
    category = Category.objects.select_related("department").filter(code=draft.fields.get("category", "")).first()
    if category is None:
        return redirect("complaints:report-what")
    asked = None if draft.fields.get("needs_category") else category
    needs_phone = request.resident is None
    form = DetailForm(request.POST or None, category=asked, needs_phone=needs_phone)
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("text", "phone", "contact_name")}
        if form.is_valid():
            return _send(request, draft, category, form)
        _save(request, draft, {name: value[:2000] for name, value in typed.items()})
    return _detail_page(request, draft, category, form, needs_phone=needs_phone)


def _detail_page(
    request: ResidentRequest, draft: ReportDraft, category: Category, form: DetailForm, *, needs_phone: bool
) -> HttpResponse:
    errors = [(f"id_{name}", text) for name, texts in form.errors.items() for text in texts]
    typed = request.POST if request.method == "POST" else {**draft.fields, **_old_answers(draft)}
    questions = [
        {**question, "name": f"q_{question['code']}",
         "value": typed.get(f"q_{question['code']}") or question.get("default", ""),
         "errors": form.errors.get(f"q_{question['code']}", []) if form.is_bound else []}
        for question in form.questions
    ]  # fmt: skip
    routing = category.route({})
    context = {
        "category": category,
        "questions": questions,
        "errors": errors,
        "field_errors": dict(form.errors.items()) if form.is_bound else {},
        "typed": typed,
        "needs_phone": needs_phone,
        "photos": list(draft.photos.order_by("created_at", "pk")),
        "due_at": timezone.now() + routing.sla,
        "promises_answer": routing.promises_answer,
        "is_unsure": bool(draft.fields.get("needs_category")),
        "step": 4,
    }
    return _page(request, "detail", draft, 422 if errors else 200, **context)


def _old_answers(draft: ReportDraft) -> dict[str, Any]:
    return {f"q_{code}": value for code, value in draft.fields.get("answers", {}).items()}


def _send(request: ResidentRequest, draft: ReportDraft, category: Category, form: DetailForm) -> HttpResponse:
    now = timezone.now()
    if not _may_send(request, now):
        flash.error(request, _("แจ้งเรื่องถี่เกินไป ข้อมูลยังอยู่ครบ กรุณารอสักครู่แล้วกดส่งอีกครั้ง หรือโทรหาเทศบาล"))
        return redirect("complaints:report-detail")
    data, fields = form.cleaned_data, draft.fields
    lat, lon = fields.get("lat"), fields.get("lon")
    filed = file_complaint(
        report=Report(
            draft_id=draft.pk,
            category=category,
            channel=Channel.LIFF if request.resident else Channel.WEB,
            answers=form.answers,
            text=data["text"],
            place=Point(lat, lon) if lat is not None and lon is not None else None,
            accuracy_m=fields.get("accuracy"),
            address_text=fields.get("address_text", ""),
            reporter=request.resident,
            contact_name=data["contact_name"],
            contact_phone=data["phone"],
            hides_name=data["hides_name"],
            needs_category=bool(fields.get("needs_category")),
        ),
        now=now,
        in_chat=request.POST.get("in_chat") == "1",
    )
    if filed.is_new and request.POST.get("in_chat") == "1":
        return redirect(f"{_done_address(filed.complaint)}?chat=1")
    return redirect(_done_address(filed.complaint))


def _done_address(complaint: Complaint) -> str:
    return reverse("complaints:report-done", args=[complaint.reference])


def _may_send(request: ResidentRequest, now: Any) -> bool:
    if request.resident:
        return RateLimit.take(key=f"report:{request.resident.pk}", most=PER_RESIDENT_HOUR, seconds=3600, now=now)
    address = request.META.get("REMOTE_ADDR", "")
    return RateLimit.take(key=f"report:{address}", most=PER_ADDRESS_HOUR, seconds=3600, now=now)


@resident_page
@require_POST
def autosave(request: ResidentRequest) -> HttpResponse:
    """Keep what is typed in step 4 while it is typed."""
    draft = find_draft(request)
    if draft is None:
        return HttpResponse(status=404)
    _save(
        request,
        draft,
        {name: request.POST.get(name, "")[:2000] for name in ("text", "phone", "contact_name")},
    )
    return JsonResponse({"saved": timezone.localtime().strftime("%H.%M น.")})


def _save(request: ResidentRequest, draft: ReportDraft, changes: dict[str, Any]) -> None:
    saved = save_draft(draft_id=draft.pk, changes=changes, resident=request.resident, now=timezone.now())
    draft.fields = saved.fields


@resident_page
@require_GET
def done(request: ResidentRequest, reference: str) -> HttpResponse:
    """The receipt: number, date of the promise, what comes next. For whoever filed it, at any later time."""
    draft = find_draft(request)
    cases = Complaint.objects.select_related("category", "department")
    complaint = cases.filter(reference=reference).first()
    is_mine = complaint is not None and (
        (draft is not None and complaint.draft_id == draft.pk)
        or (request.resident is not None and complaint.reporter_id == request.resident.pk)
    )
    if complaint is None or not is_mine:
        raise Http404
    context = {
        "complaint": complaint,
        "badge": sla_badge(complaint, timezone.now()),
        "is_signed_in": complaint.reporter_id is not None,
        "send_receipt": request.GET.get("chat") == "1",
    }
    return render(request, "complaints/resident/done.html", context)
