"""The end of a report: details and a last look, sending, and the receipt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.forms import DetailForm
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.models.sign import PlaceSign
from complaints.services import answers, nearby
from complaints.services.filing import Report, file_complaint
from complaints.views.draft import change_draft, find_draft, forget_draft, report_step, step_page
from complaints.views.show import status_badge
from complaints.workflow import Channel
from nakhoncity.city.models import CityProfile, RateLimit
from nakhoncity.kit.address import client_address
from nakhoncity.kit.geo import Point, inside
from nakhoncity.kit.thai import clean_text, thai_time
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest

# One resident seldom has ten matters an hour; one address may be a town hall or a carrier's gateway.
PER_RESIDENT_HOUR, PER_ADDRESS_HOUR = 30, 600
TYPED = ("text", "phone", "contact_name", "again_of")
TYPED_MOST = 2000


@report_step
@require_http_methods(["GET", "POST"])
def detail(request: ResidentRequest, draft: ReportDraft) -> HttpResponse:
    """Step 4: the category's questions, words, and the whole report to look over; one button sends it."""
    category = Category.objects.select_related("department").filter(code=draft.fields.get("category", "")).first()
    if category is None:
        return redirect("complaints:report-what")
    asked = None if draft.fields.get("needs_category") else category
    data = request.POST if request.method == "POST" else None
    form = DetailForm(data, category=asked, needs_phone=request.resident is None)
    if data is not None:
        if form.is_valid():
            return _send(request, draft, category, form)
        change_draft(request, draft, _typed(data))
    return _detail_page(request, draft, category, form)


def _typed(data: Mapping[str, str]) -> dict[str, Any]:
    """What step 4 holds, as the draft keeps it: unchecked, without what no database takes, and cut to a length."""
    typed = {clean_text(name): clean_text(value) for name, value in data.items()}
    answers = {name[2:42]: value[:200] for name, value in typed.items() if name.startswith("q_")}
    words = {name: typed.get(name, "")[:TYPED_MOST] for name in TYPED}
    return {**words, "answers": answers, "hides_name": bool(data.get("hides_name"))}


def _detail_page(request: ResidentRequest, draft: ReportDraft, category: Category, form: DetailForm) -> HttpResponse:
    fields = draft.fields
    texts = {name: [str(text) for text in form.errors[name]] for name in _in_order(form)}
    routing = category.route({})
    context = {
        "category": category,
        "questions": [_question(question, fields, texts) for question in form.questions],
        "errors": [(f"id_{name}", text) for name, sentences in texts.items() for text in sentences],
        "texts": texts,
        "hides_name": fields.get("hides_name", True),
        "is_phone_optional": not form.needs_phone,
        "photos": list(draft.photos.order_by("created_at", "pk")),
        "is_outside": _is_outside(fields),
        "due_at": timezone.now() + routing.sla,
        "promises_answer": routing.promises_answer,
        "is_unsure": bool(fields.get("needs_category")),
        **_known(request, draft, category),
    }
    return step_page(request, "detail", draft, 422 if texts else 200, **context)


def _known(request: ResidentRequest, draft: ReportDraft, category: Category) -> dict[str, Any]:
    """What is known already at this place, where the matter and the place are."""
    if draft.fields.get("needs_category"):
        return {}
    asked: dict[str, Any] = {
        "category": category, "place": _pin(draft.fields), "resident": request.resident, "now": timezone.now()
    }  # fmt: skip
    before = nearby.find_said_before(**asked)
    return {
        "joinable": [
            (one, status_badge(one.complaint, for_staff=False).words) for one in nearby.find_joinable(**asked)
        ],
        "reopenable": [one for one in before if nearby.is_reopenable(one, now=asked["now"])],
        "said_before": [one for one in before if not nearby.is_reopenable(one, now=asked["now"])],
        "can_follow": request.resident is not None,
    }


def _pin(fields: dict[str, Any]) -> Point | None:
    lat, lon = fields.get("lat"), fields.get("lon")
    return Point(lat, lon) if lat is not None and lon is not None else None


@report_step
@require_POST
def join(request: ResidentRequest, draft: ReportDraft, reference: str) -> HttpResponse:
    """Follow a case that is known already instead of telling it again; the draft of this browser rests."""
    category = Category.objects.filter(code=draft.fields.get("category", "")).first()
    if request.resident is None or category is None:
        raise Http404
    found = nearby.find_joinable(
        category=category, place=_pin(draft.fields), resident=request.resident, now=timezone.now()
    )
    case = next((one.complaint for one in found if one.complaint.reference == reference), None)
    if case is None:
        flash.error(request, _("เรื่องนั้นเสร็จสิ้นหรือไม่เปิดให้ติดตามแล้ว กรุณาส่งเป็นเรื่องใหม่"))
        return redirect("complaints:report-detail")
    if case.reporter_id != request.resident.pk:
        answers.follow(complaint=case, resident=request.resident, now=timezone.now())
        flash.success(request, _("ติดตามเรื่องนี้แล้ว เมื่อเสร็จสิ้นเทศบาลจะแจ้งท่านทาง LINE"))
    return forget_draft(redirect("complaints:my-case", reference))


def _in_order(form: DetailForm) -> list[str]:
    """The fields at fault as they stand on the page: questions come first."""
    return sorted(form.errors, key=lambda name: not name.startswith("q_"))


def _question(question: dict[str, Any], fields: dict[str, Any], texts: dict[str, list[str]]) -> dict[str, Any]:
    name = f"q_{question['code']}"
    value = fields.get("answers", {}).get(question["code"]) or question.get("default", "")
    is_optional = not question.get("required")
    return {**question, "name": name, "value": value, "texts": texts.get(name, []), "is_optional": is_optional}


def _is_outside(fields: dict[str, Any]) -> bool:
    """Whether the pin lies outside the town's boundary; without pin or boundary nobody knows."""
    boundary = CityProfile.current().boundary
    if fields.get("lat") is None or fields.get("lon") is None or not boundary:
        return False
    return not inside(Point(fields["lat"], fields["lon"]), boundary)


def _send(request: ResidentRequest, draft: ReportDraft, category: Category, form: DetailForm) -> HttpResponse:
    now = timezone.now()
    if not _may_send(request, now):
        change_draft(request, draft, _typed(request.POST))
        flash.error(request, _("แจ้งเรื่องถี่เกินไป ข้อมูลยังอยู่ครบ กรุณารอสักครู่แล้วกดส่งอีกครั้ง หรือโทรหาเทศบาล"))
        return redirect("complaints:report-detail")
    in_chat = request.POST.get("in_chat") == "1"
    filed = file_complaint(report=_report(request, draft, category, form), now=now, in_chat=in_chat)
    address = reverse("complaints:report-done", args=[filed.complaint.reference])
    return redirect(f"{address}?chat=1" if filed.is_new and in_chat else address)


def _report(request: ResidentRequest, draft: ReportDraft, category: Category, form: DetailForm) -> Report:
    data, fields = form.cleaned_data, draft.fields
    place = _pin(fields)
    return Report(
        draft_id=draft.pk,
        category=category,
        channel=Channel.LIFF if request.resident else Channel.WEB,
        answers=form.answers,
        text=data["text"],
        place=place,
        accuracy_m=fields.get("accuracy"),
        address_text=fields.get("address_text", ""),
        reporter=request.resident,
        contact_name=data["contact_name"],
        contact_phone=data["phone"],
        hides_name=data["hides_name"],
        needs_category=bool(fields.get("needs_category")),
        sign=PlaceSign.objects.filter(code=fields["sign"]).first() if fields.get("sign") else None,
        again_of=_again_of(request, draft, category, data["again_of"]),
    )


def _again_of(request: ResidentRequest, draft: ReportDraft, category: Category, chosen: str) -> str:
    """The case that was said to be the same, if the page could have offered it."""
    offered = _known(request, draft, category).get("said_before", []) if chosen else []
    return chosen if chosen in nearby.references(offered) else ""


def _may_send(request: ResidentRequest, now: datetime) -> bool:
    if request.resident:
        return RateLimit.take(key=f"report:{request.resident.pk}", most=PER_RESIDENT_HOUR, seconds=3600, now=now)
    return RateLimit.take(key=f"report:{client_address(request)}", most=PER_ADDRESS_HOUR, seconds=3600, now=now)


@resident_page
@require_POST
def autosave(request: ResidentRequest) -> HttpResponse:
    """Keep what is typed in step 4 while it is typed; answers when that was."""
    draft = find_draft(request)
    if draft is None:
        return HttpResponse(status=404)
    change_draft(request, draft, _typed(request.POST))
    return JsonResponse({"saved": thai_time(timezone.now())})


@resident_page
@require_GET
def done(request: ResidentRequest, reference: str) -> HttpResponse:
    """The receipt: number, date of the promise, what comes next. For whoever filed it, at any later time."""
    draft = find_draft(request)
    cases = Complaint.objects.select_related("category", "department")
    complaint = cases.filter(reference=reference).first()
    if complaint is None or not _is_mine(request, complaint, draft):
        raise Http404
    context = {
        "complaint": complaint,
        "is_signed_in": request.resident is not None and complaint.reporter_id == request.resident.pk,
        "track_url": settings.PUBLIC_URL + reverse("complaints:track", args=[complaint.tracking_token]),
        "hours": round((complaint.due_at - complaint.received_at).total_seconds() / 3600),
        "send_receipt": request.GET.get("chat") == "1",
    }
    return render(request, "complaints/resident/done.html", context)


def _is_mine(request: ResidentRequest, complaint: Complaint, draft: ReportDraft | None) -> bool:
    if request.resident is not None and complaint.reporter_id == request.resident.pk:
        return True
    return draft is not None and complaint.draft_id == draft.pk
