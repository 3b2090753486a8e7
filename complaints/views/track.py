"""Following a case without LINE: by its link, or by its reference and the last digits of the telephone.

A reference is shown to others and is no key by itself. Wrong digits and unknown references get the same answer; tries
are counted by caller and by case, so that ten thousand endings can't be tried.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.forms import TrackForm
from complaints.models.case import Complaint, read_reference
from complaints.views.desk import wrong_fields
from nakhoncity.city.models import CityProfile, RateLimit
from nakhoncity.kit.address import client_address
from nakhoncity.kit.forms import error_summary
from nakhoncity.kit.thai import clean_text
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest

REFERENCE_MAX = 40
PER_ADDRESS_HOUR, PER_CASE_HOUR = 60, 10
HOUR_S = 3600


@resident_page
@require_http_methods(["GET", "POST"])
def find(request: ResidentRequest) -> HttpResponse:
    """Ask for reference and digits; lead to the case's own link, which can be kept."""
    form = TrackForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _ask(request, form)
    if not form.is_valid():
        return _page(request, form, error_summary(form), status=422)
    address = f"track:{client_address(request)}"
    if not RateLimit.take(key=address, most=PER_ADDRESS_HOUR, seconds=HOUR_S, now=timezone.now()):
        return _page(request, form, [("id_reference", _too_many())], status=429)
    complaint = _find(form.cleaned_data["reference"], form.cleaned_data["phone_end"])
    if complaint is None:
        return _page(request, form, [("id_reference", _unknown())], status=422)
    return redirect("complaints:track", complaint.tracking_token)


def _ask(request: ResidentRequest, form: TrackForm) -> HttpResponse:
    """The empty form, or with the reference that was typed on the home page; what is none is said at once."""
    typed = {"reference": clean_text(request.GET.get("reference", ""))[:REFERENCE_MAX]}
    if not typed["reference"] or read_reference(typed["reference"]):
        return _page(request, form, [], status=200, typed=typed)
    words = _("“%(typed)s” ไม่ใช่เลขที่เรื่อง เลขที่อยู่ในข้อความหรือใบรับเรื่อง เช่น 69-000123") % {"typed": typed["reference"]}
    return _page(request, form, [("id_reference", words)], status=422, typed=typed)


def _find(reference: str, phone_end: str) -> Complaint | None:
    """The case, if the digits are those of a telephone given with it; tries are counted by what they aim at."""
    for complaint in Complaint.objects.called(reference).select_related("reporter")[:3]:
        key = f"track-case:{complaint.pk}"
        if not RateLimit.take(key=key, most=PER_CASE_HOUR, seconds=HOUR_S, now=timezone.now()):
            return None
        phones = [complaint.contact_phone, complaint.reporter.phone if complaint.reporter else ""]
        if any(phone.endswith(phone_end) for phone in phones if phone):
            return complaint
    return None


def _unknown() -> str:
    words = _("ไม่พบเรื่องที่ตรงกับเลขที่และเบอร์โทรศัพท์นี้ กรุณาตรวจสอบอีกครั้ง หรือโทร %(phone)s")
    return words % {"phone": CityProfile.current().phone}


def _too_many() -> str:
    return _("ลองหลายครั้งแล้ว กรุณารอสักครู่แล้วลองใหม่ หรือโทร %(phone)s") % {"phone": CityProfile.current().phone}


def _page(
    request: ResidentRequest,
    form: TrackForm,
    errors: list[tuple[str, str]],
    *,
    status: int,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    context = {"errors": errors, "wrong": wrong_fields(errors), "typed": form.data if typed is None else typed}
    return render(request, "complaints/public/track.html", context, status=status)
