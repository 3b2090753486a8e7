"""Reporting, step by step: each step is a form of its own that works without script; the draft is on the server."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.forms import WhatForm, WhereForm
from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.services import photos
from complaints.services.drafts import start_draft
from complaints.services.words import suggest_categories
from complaints.views.draft import change_draft, filed_as, find_draft, keep_draft, report_step, step_page
from nakhoncity.city.models import CityProfile
from nakhoncity.city.plain_map import plain_map
from nakhoncity.kit.images import PictureRefused, read_picture
from nakhoncity.kit.thai import clean_text
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest

# What is not sure which of the city's matters it is goes to the clerk as this one.
UNSURE = "OTHER"
SOUGHT_MAX = 300


@resident_page
@require_GET
def start(request: ResidentRequest) -> HttpResponse:
    """Begin a report, or go on with the one that was begun; `?new=1` begins anew, `?again=1` asks for cookies once."""
    draft = find_draft(request)
    if draft is None or request.GET.get("new") or filed_as(draft):
        draft = start_draft(resident=request.resident, now=timezone.now())
    address = reverse("complaints:report-photo")
    return keep_draft(redirect(f"{address}?again=1" if request.GET.get("again") else address), draft)


@report_step
@require_http_methods(["GET", "POST"])
def photo(request: ResidentRequest, draft: ReportDraft) -> HttpResponse:
    """Step 1: pictures. Without script the form sends them together; the page then shows them."""
    error = ""
    if request.method == "POST":
        error = _take_pictures(request, draft)
        if not error:
            is_adding = bool(request.FILES) and "next" not in request.POST
            return redirect("complaints:report-photo" if is_adding else _after_pictures(draft))
    context = {
        "photos": list(draft.photos.order_by("created_at", "pk")),
        "errors": [("id_photos", error)] if error else [],
        "most": photos.MOST_PHOTOS,
        "skip_url": reverse(_after_pictures(draft)),
    }
    return step_page(request, "photo", draft, 422 if error else 200, **context)


def _after_pictures(draft: ReportDraft) -> str:
    """The next step: of a report that a sign began with matter and place it is the last."""
    is_known = draft.fields.get("sign") and draft.fields.get("category")
    return "complaints:report-detail" if is_known else "complaints:report-what"


def _take_pictures(request: HttpRequest, draft: ReportDraft) -> str:
    """Keep the pictures of a form; returns the sentence that says what was wrong, or nothing."""
    for file in request.FILES.getlist("photos"):
        try:
            photos.attach_to_draft(draft=draft, picture=read_picture(file), now=timezone.now())  # type: ignore[arg-type]  # stubs
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


@report_step
@require_http_methods(["GET", "POST"])
def what(request: ResidentRequest, draft: ReportDraft) -> HttpResponse:
    """Step 2: what it is about. Choosing goes on by itself where there is script."""
    form = WhatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        category = form.cleaned_data["category"]
        changes = {"category": category.code if category else UNSURE, "needs_category": category is None}
        if draft.fields.get("category") != changes["category"]:
            changes["answers"] = {}
        change_draft(request, draft, changes)
        is_placeless = category is not None and not category.location_required
        return redirect("complaints:report-detail" if is_placeless else "complaints:report-where")
    return _what_page(request, draft, form)


def _what_page(request: HttpRequest, draft: ReportDraft, form: WhatForm) -> HttpResponse:
    categories = list(Category.objects.offered())
    groups: dict[str, list[Category]] = {}
    for category in categories:
        if not category.tile_order:
            groups.setdefault(category.group, []).append(category)
    errors = [("id_category", text) for texts in form.errors.values() for text in texts]
    picked = "UNSURE" if draft.fields.get("needs_category") else draft.fields.get("category", "")
    context = {
        "frequent": sorted((c for c in categories if c.tile_order), key=lambda c: c.tile_order),
        "groups": groups.items(),
        "total": len(categories),
        "picked": picked,
        "is_picked_below": any(c.code == picked and not c.tile_order for c in categories),
        "errors": errors,
    }
    return step_page(request, "what", draft, 422 if errors else 200, **context)


@resident_page
@require_POST
def suggest(request: ResidentRequest) -> HttpResponse:
    """The codes of categories that typed words may be about, for a search that found none by its words."""
    text = clean_text(request.POST.get("text", ""))[:SOUGHT_MAX]
    found = [category.code for category, _suggestion in suggest_categories(text=text)]
    return JsonResponse({"categories": found})


@report_step
@require_http_methods(["GET", "POST"])
def where(request: ResidentRequest, draft: ReportDraft) -> HttpResponse:
    """Step 3: where it is: a pin, or words, which count the same."""
    if "category" not in draft.fields:
        return redirect("complaints:report-what")
    form = WhereForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        change_draft(request, draft, _place(form.cleaned_data))
        return redirect("complaints:report-detail")
    errors = [("id_address_text", text) for texts in form.errors.values() for text in texts]
    context = {
        "map": plain_map(CityProfile.current(), tile_url=settings.MAP_TILE_URL),
        "errors": errors,
        "texts": [text for _id, text in errors],
        "typed": _typed_place(request.POST, form) if request.method == "POST" else draft.fields,
    }
    return step_page(request, "where", draft, 422 if errors else 200, **context)


def _typed_place(typed: QueryDict, form: WhereForm) -> dict[str, Any]:
    """What was typed in step 3; a pin that is none is not set again."""
    is_pinned = not {"lat", "lon"}.intersection(form.errors)
    return typed.dict() if is_pinned else {**typed.dict(), "lat": "", "lon": "", "accuracy": ""}


def _place(data: dict[str, Any]) -> dict[str, Any]:
    """What the draft keeps of step 3; who says that he cannot place the pin has none."""
    words = {"address_text": data["address_text"]}
    if data.get("skip") or data["lat"] is None:
        return {"lat": None, "lon": None, "accuracy": None, **words}
    accuracy = data.get("accuracy")
    rough = round(accuracy) if accuracy is not None else None
    return {"lat": data["lat"], "lon": data["lon"], "accuracy": rough, **words}
