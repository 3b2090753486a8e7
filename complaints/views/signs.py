"""Signs: the page behind one, the report that begins there, and the staff's list with sheets to print."""

from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.forms import SignForm
from complaints.models.category import Category
from complaints.models.sign import PlaceSign
from complaints.services.signs import begin_report, counted_signs, make_sign, retire_sign
from complaints.views.draft import keep_draft
from nakhoncity.city.models import CityProfile
from nakhoncity.city.plain_map import plain_map
from nakhoncity.kit.forms import error_summary
from nakhoncity.kit.geo import Point
from nakhoncity.kit.qr import qr_picture
from nakhoncity.residents.decorators import resident_page
from nakhoncity.residents.middleware import ResidentRequest
from nakhoncity.staff.access import Right
from nakhoncity.staff.decorators import StaffRequest, right_required

MOST_LISTED = 300
# How many stand on a sheet of A4.
SHEETS = {"a4": 1, "sticker": 12}


@login_not_required
@never_cache
@require_GET
def show_sign(request: HttpRequest, code: str) -> HttpResponse:
    """What a telephone's camera opens: the place by name, and the two ways to report."""
    sign = get_object_or_404(PlaceSign.objects.select_related("category"), code=code.lower())
    context = {"sign": sign, "liff_url": f"{settings.LIFF_BASE}/r/{sign.code}/"}
    return render(request, "complaints/public/sign.html", context, status=200 if sign.is_active else 410)


@resident_page
@require_GET
def begin(request: ResidentRequest, code: str) -> HttpResponse:
    """Begin a report at a sign; an older draft of this browser rests."""
    sign = get_object_or_404(PlaceSign.objects.select_related("category"), code=code.lower())
    if not sign.is_active:
        return redirect("complaints:sign", sign.code)
    draft = begin_report(sign=sign, resident=request.resident, now=timezone.now())
    return keep_draft(redirect("complaints:report-photo"), draft)


@right_required(Right.MAKE_SIGNS)
@require_http_methods(["GET", "POST"])
def signs(request: StaffRequest) -> HttpResponse:
    """All signs with what came of each, and the form for a new one."""
    form = SignForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        place = Point(given["lat"], given["lon"]) if given["lat"] is not None else None
        sign = make_sign(
            title=given["title"], category=given["category"], place=place, member=request.user, now=timezone.now()
        )
        flash.success(request, _("ทำป้ายแล้ว พิมพ์ได้ทันที"))
        return redirect("complaints:sign-print", sign.code)
    rows = list(counted_signs()[: MOST_LISTED + 1])
    context: dict[str, Any] = {
        "signs": rows[:MOST_LISTED],
        "is_cut": len(rows) > MOST_LISTED,
        "form": form,
        "errors": error_summary(form),
        "categories": list(Category.objects.offered().values_list("code", "name_th")),
        "map": plain_map(CityProfile.current(), tile_url=settings.MAP_TILE_URL),
    }
    return render(request, "complaints/staff/signs.html", context, status=422 if context["errors"] else 200)


@right_required(Right.MAKE_SIGNS)
@require_GET
def print_sign(request: StaffRequest, code: str) -> HttpResponse:
    """A sheet of A4 to print: one large sign, or a dozen stickers."""
    size = request.GET.get("size", "a4")
    if size not in SHEETS:
        raise Http404
    sign = get_object_or_404(PlaceSign, code=code)
    context = {"sign": sign, "size": size, "copies": range(SHEETS[size]), "picture": qr_picture(sign.address)}
    return render(request, "complaints/staff/sign_print.html", context)


@right_required(Right.MAKE_SIGNS)
@require_POST
def retire(request: StaffRequest, code: str) -> HttpResponse:
    """Take a sign out of use."""
    retire_sign(sign=get_object_or_404(PlaceSign, code=code))
    flash.success(request, _("เลิกใช้ป้ายแล้ว ผู้ที่สแกนจะเห็นวิธีแจ้งเรื่องทั่วไป"))
    return redirect("complaints:signs")
