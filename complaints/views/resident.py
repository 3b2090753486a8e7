"""A resident's own cases: list, case, verdict, more details, withdrawing; and the page behind a tracking link."""

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from complaints.forms import CleanText
from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.record import Photo, Rating
from complaints.services import answers, photos
from complaints.views.draft import find_draft
from complaints.views.show import resident_timeline, ruler, sla_badge, status_badge, steps
from complaints.workflow import REPAIRED, MoveRefused, Status, check_reopening
from nakhoncity.kit.images import PictureRefused, read_picture
from nakhoncity.kit.thai import clean_text
from nakhoncity.residents.decorators import resident_page, signed_in_resident
from nakhoncity.residents.middleware import ResidentRequest, known_resident

LIST_MOST = 100


@signed_in_resident
@require_GET
def my_cases(request: ResidentRequest) -> HttpResponse:
    """All cases of the resident, those under way first."""
    now = timezone.now()
    cases = Complaint.objects.of(known_resident(request)).for_list().order_by("-received_at", "-id")[:LIST_MOST]
    rows: list[dict[str, Any]] = [
        {"case": case, "status": status_badge(case, for_staff=False), "clock": sla_badge(case, now)} for case in cases
    ]
    context = {
        "open": [row for row in rows if row["case"].is_open or row["case"].status == Status.RESOLVED],
        "ended": [row for row in rows if row["case"].status == Status.CLOSED],
    }
    return render(request, "complaints/resident/my.html", context)


def _mine(request: ResidentRequest, reference: str) -> Complaint:
    cases = Complaint.objects.of(known_resident(request)).select_related(
        "category", "department", "community", "agency"
    )
    return get_object_or_404(cases, reference=reference)


@signed_in_resident
@require_http_methods(["GET", "POST"])
def my_case(request: ResidentRequest, reference: str) -> HttpResponse:
    """One case: where it stands, who has it, until when, what happened. A POST adds words or pictures."""
    complaint = _mine(request, reference)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _add(request, complaint)
        if not errors:
            flash.success(request, _("ส่งข้อมูลเพิ่มแล้ว"))
            return redirect("complaints:my-case", reference)
    return _case_page(request, complaint, errors=errors, typed=request.POST.get("text", ""), is_owner=True)


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
    events = complaint.events.for_resident().select_related("staff").prefetch_related("photos")
    context: dict[str, Any] = {
        "complaint": complaint,
        "status": status_badge(complaint, for_staff=False),
        "clock": sla_badge(complaint, now),
        "ruler": ruler(complaint, now) if complaint.promised else None,
        "steps": steps(complaint),
        "timeline": resident_timeline(complaint, events),
        "photos": list(complaint.photos.filter(event=None).order_by("created_at", "pk")),
        "errors": errors,
        "typed": typed,
        "is_owner": is_owner,
        "photo_key": "" if is_owner else f"?t={complaint.tracking_token}",
        "asks_verdict": is_owner and complaint.status == Status.RESOLVED,
        "can_reopen": is_owner and _can_reopen(complaint),
    }
    return render(request, "complaints/resident/case.html", context, status=422 if errors else 200)


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
    if len(text) > FORM_TEXT_MAX:
        return [("id_text", _("ข้อความยาวเกิน %(most)s ตัวอักษร กรุณาย่อให้สั้นลง") % {"most": f"{FORM_TEXT_MAX:,}"})]
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


def _pictures(request: HttpRequest, complaint: Complaint, kind: Photo.Kind = Photo.Kind.BEFORE) -> list[Photo]:
    files = request.FILES.getlist("photos")[: photos.MOST_PHOTOS]
    pictures = [read_picture(file) for file in files]  # type: ignore[arg-type]
    return photos.keep_pictures(complaint=complaint, pictures=pictures, kind=kind, now=timezone.now())


@signed_in_resident
@require_http_methods(["GET", "POST"])
def rate(request: ResidentRequest, reference: str) -> HttpResponse:
    """Is it in order? Then stars and words. “Not in order” sends the case back to the head of the office."""
    complaint = _mine(request, reference)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        errors = _take_verdict(request, complaint)
        if not errors:
            return redirect("complaints:rate", reference)
    complaint.refresh_from_db()
    rating = complaint.ratings.order_by("-number").first()
    asks = complaint.status == Status.RESOLVED or _can_reopen(complaint)
    context = {
        "complaint": complaint,
        "rating": rating,
        "verdicts": Rating.Verdict.choices,
        "asks_verdict": asks and (rating is None or complaint.status == Status.RESOLVED or _can_reopen(complaint)),
        "errors": errors,
        "typed": request.POST,
        "stars": [(5, _("ดีมาก")), (4, _("ดี")), (3, _("พอใช้")), (2, _("ไม่ดี")), (1, _("แย่"))],
    }
    return render(request, "complaints/resident/rate.html", context, status=422 if errors else 200)


def _take_verdict(request: ResidentRequest, complaint: Complaint) -> list[tuple[str, str]]:
    text = CleanText(max_length=FORM_TEXT_MAX).to_python(request.POST.get("text", ""))[:FORM_TEXT_MAX]
    now = timezone.now()
    kept: list[Photo] = []
    try:
        if stars := request.POST.get("stars"):
            if stars not in {"1", "2", "3", "4", "5"}:
                return [("id_stars", _("กรุณาเลือกคะแนน"))]
            answers.rate(complaint=complaint, stars=int(stars), text=text, now=now)
            return []
        verdict = request.POST.get("verdict", "")
        if verdict not in Rating.Verdict.values:
            return [("id_verdict", _("กรุณาเลือกว่าเรียบร้อยหรือไม่"))]
        kept = _pictures(request, complaint, Photo.Kind.OTHER)
        answers.answer_result(
            complaint=complaint,
            verdict=Rating.Verdict(verdict),
            resident=request.resident,
            text=text,
            photos=tuple(kept),
            now=now,
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
