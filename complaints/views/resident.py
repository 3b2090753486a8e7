"""A resident's own cases: list, case, verdict, more details, withdrawing; and the page behind a tracking link."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.record import Photo, Rating
from complaints.services import answers, photos
from complaints.views.draft import find_draft
from complaints.views.show import resident_timeline, ruler, sla_badge, status_badge, steps
from complaints.workflow import (
    PAUSED_STATUSES,
    REOPEN_WITHIN,
    REPAIRED,
    EventKind,
    MoveRefused,
    Outcome,
    Status,
    check_reopening,
)
from nakhoncity.kit.images import PictureRefused
from nakhoncity.kit.thai import clean_text, thai_date, thai_datetime
from nakhoncity.residents.decorators import resident_page, signed_in_resident
from nakhoncity.residents.middleware import ResidentRequest, known_resident

LIST_MOST = 100
# These wait for the resident.
ASKED = frozenset({Status.RESOLVED, Status.WAITING_RESIDENT})
VERDICTS = [
    (Rating.Verdict.GOOD, Rating.Verdict.GOOD.label),
    (Rating.Verdict.PARTLY, Rating.Verdict.PARTLY.label, _lazy("หัวหน้าหน่วยงานจะตรวจสอบ")),
    (Rating.Verdict.NOT_FIXED, _lazy("ยังไม่เรียบร้อย ขอให้แก้ไขอีกครั้ง"), _lazy("เริ่มนับเวลาใหม่ทันที หัวหน้าหน่วยงานจะดูเอง")),
]
HEADINGS = {
    "ask": _lazy("แก้ไขแล้ว เรียบร้อยดีหรือไม่"),
    "reopen": _lazy("ขอให้แก้ไขอีกครั้ง"),
    "reopened": _lazy("ส่งกลับไปแก้ไขอีกครั้งแล้ว"),
    "thanks": _lazy("ขอบคุณที่ตอบ"),
    "early": _lazy("ยังตอบไม่ได้"),
}


@signed_in_resident
@require_GET
def my_cases(request: ResidentRequest) -> HttpResponse:
    """All cases of the resident: those that wait for his answer first, then those under way, then the ended ones."""
    now = timezone.now()
    cases = Complaint.objects.of(known_resident(request)).for_list().order_by("-received_at", "-id")[:LIST_MOST]
    context: dict[str, list[dict[str, Any]]] = {"asked": [], "open": [], "ended": []}
    followed = Complaint.objects.followed_only_by(known_resident(request)).for_list().order_by("-received_at", "-id")
    context["followed"] = [case_row(case, now) for case in followed[:LIST_MOST]]
    for case in cases:
        part = "asked" if case.status in ASKED else "open" if case.is_open else "ended"
        context[part].append(case_row(case, now))
    return render(request, "complaints/resident/my.html", context)


def case_row(case: Complaint, now: datetime) -> dict[str, Any]:
    """A line of the list: a running clock says more than a status, which then stands beside it in words."""
    status = status_badge(case, for_staff=False)
    if case.is_open and case.promised and case.status != Status.WAITING_RESIDENT:
        return {"case": case, "badge": sla_badge(case, now), "state": status.words}
    return {"case": case, "badge": status, "state": ""}


def _mine(request: ResidentRequest, reference: str) -> Complaint:
    cases = Complaint.objects.of(known_resident(request)).select_related(
        "category", "department", "community", "agency"
    )
    return get_object_or_404(cases, reference=reference)


def _mine_or_followed(request: ResidentRequest, reference: str) -> Complaint:
    """To change a case one has to be its reporter; who follows may look."""
    if request.method != "GET":
        return _mine(request, reference)
    cases = Complaint.objects.followed_by(known_resident(request)).select_related(
        "category", "department", "community", "agency"
    )
    return get_object_or_404(cases, reference=reference)


@signed_in_resident
@require_http_methods(["GET", "POST"])
def my_case(request: ResidentRequest, reference: str) -> HttpResponse:
    """One case: where it stands, who has it, until when, what happened. A POST adds words or pictures.

    Who only follows it sees where it stands, and nothing that its reporter or the staff wrote.
    """
    complaint = _mine_or_followed(request, reference)
    if complaint.reporter_id != known_resident(request).pk:
        return _followed_page(request, complaint)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _add(request, complaint)
        if not errors:
            flash.success(request, _("ส่งข้อมูลเพิ่มแล้ว"))
            return redirect("complaints:my-case", reference)
    return _case_page(request, complaint, errors=errors, typed=request.POST.get("text", ""), is_owner=True)


def _followed_page(request: HttpRequest, complaint: Complaint) -> HttpResponse:
    context = {**_where_it_stands(complaint, timezone.now()), "followers": complaint.followers.count()}
    return render(request, "complaints/resident/followed.html", context)


@signed_in_resident
@require_POST
def unfollow(request: ResidentRequest, reference: str) -> HttpResponse:
    """Hear no more of somebody's case."""
    resident = known_resident(request)
    complaint = get_object_or_404(Complaint.objects.followed_only_by(resident), reference=reference)
    answers.unfollow(complaint=complaint, resident=resident)
    flash.success(request, _("เลิกติดตามเรื่องนี้แล้ว"))
    return redirect("complaints:my")


@resident_page
@require_GET
def track(request: HttpRequest, token: str) -> HttpResponse:
    """The same case for whoever holds its tracking link: to read, not to change."""
    cases = Complaint.objects.select_related("category", "department", "community", "agency")
    return _case_page(request, get_object_or_404(cases, tracking_token=token), errors=[], typed="", is_owner=False)


def _case_page(
    request: HttpRequest, complaint: Complaint, *, errors: list[tuple[str, str]], typed: str, is_owner: bool
) -> HttpResponse:
    now = timezone.now()
    events = list(complaint.events.for_resident().select_related("staff").prefetch_related("photos"))
    is_waiting = complaint.status == Status.WAITING_RESIDENT
    asked = [event.public_text for event in events if event.kind == EventKind.ASKED]
    context: dict[str, Any] = {
        **_where_it_stands(complaint, now),
        "timeline": resident_timeline(complaint, events),
        "photos": list(complaint.photos.filter(event=None).order_by("created_at", "pk")),
        "errors": errors,
        "texts": [text for _field, text in errors],
        "typed": typed,
        "is_owner": is_owner,
        "is_waiting": is_waiting,
        "question": asked[-1] if is_waiting and asked else "",
        "photo_key": "" if is_owner else f"?t={complaint.tracking_token}",
        "track_url": settings.PUBLIC_URL + reverse("complaints:track", args=[complaint.tracking_token]),
        "asks_verdict": is_owner and complaint.status == Status.RESOLVED,
        "can_reopen": is_owner and _can_reopen(complaint),
    }
    return render(request, "complaints/resident/case.html", context, status=422 if errors else 200)


def _where_it_stands(complaint: Complaint, now: datetime) -> dict[str, Any]:
    """What everybody who may open a case reads: how far it is, who has it, and until when."""
    return {
        "complaint": complaint,
        "status": status_badge(complaint, for_staff=False),
        "clock": sla_badge(complaint, now),
        "ruler": ruler(complaint, now) if complaint.promised else None,
        "steps": steps(complaint),
        "standing": standing(complaint, now),
    }


def standing(complaint: Complaint, now: datetime) -> list[tuple[str, str]]:
    """Who has the case and until when, as label and words: an office, never a person."""
    rows = [(_("ผู้รับผิดชอบ"), complaint.department.name)]
    if complaint.status == Status.REFERRED and complaint.agency:
        rows.append((_("ส่งต่อให้"), complaint.agency.name))
    if complaint.status in PAUSED_STATUSES and complaint.expected_date and complaint.paused_at:
        rows.append((_("หยุดเวลาไว้ถึง"), thai_date(complaint.expected_date)))
    if complaint.status == Status.SCHEDULED and complaint.appointment_at:
        rows.append((_("นัดเข้าดำเนินการ"), thai_datetime(complaint.appointment_at)))
    if complaint.outcome == Outcome.PLANNED and complaint.plan_year:
        rows.append((_("รับเข้าแผนปี"), str(complaint.plan_year)))
    if complaint.is_open and complaint.promised:
        rows.append((_due_label(complaint, now), thai_datetime(complaint.due_at)))
    elif complaint.resolved_at:
        rows.append((_("แก้ไขเมื่อ"), thai_datetime(complaint.resolved_at)))
    return rows


def _due_label(complaint: Complaint, now: datetime) -> str:
    if sla_badge(complaint, now).css == "is-overdue":
        return _("ครบกำหนดไปแล้วเมื่อ")
    return _("จะแจ้งผลการพิจารณาภายใน") if complaint.promises_answer else _("จะแล้วเสร็จภายใน")


def _can_reopen(complaint: Complaint) -> bool:
    if complaint.status != Status.CLOSED or complaint.outcome not in REPAIRED:
        return False
    try:
        check_reopening(resolved_at=complaint.resolved_at, now=timezone.now())
    except MoveRefused:
        return False
    return True


def _add(request: ResidentRequest, complaint: Complaint) -> list[tuple[str, str]]:
    text = clean_text(request.POST.get("text", ""))
    if fault := _too_long(text):
        return [("id_text", fault)]
    kept: list[Photo] = []
    try:
        kept = _pictures(request, complaint)
        answers.add_information(
            complaint=complaint, text=text, photos=tuple(kept), resident=request.resident, now=timezone.now()
        )
    except (answers.AnswerRefused, MoveRefused, PictureRefused) as refused:
        photos.discard(kept)
        return [("id_text", str(refused))]
    return []


def _too_long(text: str) -> str:
    """The sentence that says so, or nothing."""
    if len(text) <= FORM_TEXT_MAX:
        return ""
    return _("ข้อความยาวเกิน %(most)s ตัวอักษร กรุณาย่อให้สั้นลง") % {"most": f"{FORM_TEXT_MAX:,}"}


def _pictures(request: HttpRequest, complaint: Complaint, kind: Photo.Kind = Photo.Kind.BEFORE) -> list[Photo]:
    pictures = photos.read_pictures(request.FILES.getlist("photos"))
    return photos.keep_pictures(complaint=complaint, pictures=pictures, kind=kind, now=timezone.now())


@signed_in_resident
@require_http_methods(["GET", "POST"])
def rate(request: ResidentRequest, reference: str) -> HttpResponse:
    """Is it in order? Then how content. “Not in order” sends the case back to the head of the office."""
    complaint = _mine(request, reference)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _take_stars(request, complaint) if "stars" in request.POST else _take_verdict(request, complaint)
        if not errors:
            return redirect("complaints:rate", reference)
        complaint.refresh_from_db()
    rating = complaint.ratings.order_by("-number").first()
    can_reopen = _can_reopen(complaint)
    mode = _mode(complaint, rating, wants_reopening=can_reopen and ("reopen" in request.GET or rating is None))
    pictures = list(complaint.photos.order_by("created_at", "pk")) if mode in {"ask", "reopen"} else []
    context = {
        "complaint": complaint,
        "rating": rating,
        "mode": mode,
        "heading": HEADINGS[mode],
        "before": next((photo for photo in pictures if photo.kind == Photo.Kind.BEFORE), None),
        "after": next((photo for photo in reversed(pictures) if photo.kind == Photo.Kind.AFTER), None),
        "verdicts": VERDICTS,
        "can_reopen": can_reopen,
        "reopen_until": complaint.resolved_at + REOPEN_WITHIN if complaint.resolved_at else None,
        "errors": errors,
        "texts": [text for name, text in errors if name != "id_text"],
        "text_texts": [text for name, text in errors if name == "id_text"],
        "typed": request.POST,
    }
    return render(request, "complaints/resident/rate.html", context, status=422 if errors else 200)


def _mode(complaint: Complaint, rating: Rating | None, *, wants_reopening: bool) -> str:
    """Which of its five faces the page shows."""
    if complaint.status == Status.RESOLVED:
        return "ask"
    if wants_reopening:
        return "reopen"
    if rating is None:
        return "early"
    return "reopened" if complaint.is_open and rating.verdict == Rating.Verdict.NOT_FIXED else "thanks"


def _take_stars(request: ResidentRequest, complaint: Complaint) -> list[tuple[str, str]]:
    text, stars = clean_text(request.POST.get("text", "")), request.POST["stars"]
    if stars not in {"1", "2", "3", "4", "5"}:
        return [("id_stars", _("กรุณาเลือกคะแนน"))]
    if fault := _too_long(text):
        return [("id_text", fault)]
    try:
        answers.rate(complaint=complaint, stars=int(stars), text=text, now=timezone.now())
    except answers.AnswerRefused as refused:
        return [("id_stars", str(refused))]
    return []


def _take_verdict(request: ResidentRequest, complaint: Complaint) -> list[tuple[str, str]]:
    text, verdict = clean_text(request.POST.get("text", "")), request.POST.get("verdict", "")
    if verdict not in Rating.Verdict.values:
        return [("id_verdict", _("กรุณาเลือกว่าเรียบร้อยหรือไม่"))]
    if fault := _too_long(text):
        return [("id_text", fault)]
    kept: list[Photo] = []
    try:
        kept = _pictures(request, complaint, Photo.Kind.OTHER)
        answers.answer_result(
            complaint=complaint,
            verdict=Rating.Verdict(verdict),
            resident=request.resident,
            text=text,
            photos=tuple(kept),
            now=timezone.now(),
        )
    except (answers.AnswerRefused, MoveRefused, PictureRefused) as refused:
        photos.discard(kept)
        return [("id_verdict", str(refused))]
    return []


@signed_in_resident
@require_http_methods(["GET", "POST"])
def withdraw(request: ResidentRequest, reference: str) -> HttpResponse:
    """Take a case back: asked once, on a page that says what follows."""
    complaint = _mine(request, reference)
    if request.method == "POST":
        try:
            answers.withdraw(complaint=complaint, resident=known_resident(request), now=timezone.now())
            flash.success(request, _("ถอนเรื่องแล้ว"))
        except MoveRefused as refused:
            flash.error(request, str(refused))
        return redirect("complaints:my-case", reference)
    return render(request, "complaints/resident/withdraw.html", {"complaint": complaint})


@login_not_required
@require_GET
@cache_control(private=True, max_age=3600)
def photo_file(request: ResidentRequest, photo_id: UUID, size: str) -> HttpResponseBase:
    """A picture, for those who may see its case or hold its draft. Not yours and not there are the same 404."""
    photo = Photo.objects.select_related("complaint").filter(pk=photo_id).first()
    if photo is None or not _may_see(request, photo):
        raise Http404
    try:
        return FileResponse((photo.thumb if size == "s" else photo.file).open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error


def _may_see(request: ResidentRequest, photo: Photo) -> bool:
    complaint = photo.complaint
    if complaint is None:
        draft = find_draft(request)
        return draft is not None and draft.pk == photo.draft_id
    if photo.is_released and complaint.is_public:
        return True
    if request.GET.get("t") == complaint.tracking_token:
        return True
    if request.user.is_authenticated and Complaint.objects.visible_to(request.user).filter(pk=complaint.pk).exists():
        return True
    resident = request.resident
    return resident is not None and Complaint.objects.filter(Q(pk=complaint.pk) & Q(reporter=resident)).exists()
