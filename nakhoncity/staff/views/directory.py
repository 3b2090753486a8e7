"""Signing in by an account that people have already, and connecting it. Without OIDC_ISSUER nothing is here."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from requests import RequestException

from nakhoncity.staff.decorators import StaffRequest, leads_to_directory, staff_page
from nakhoncity.staff.directory import CONNECT, LOGIN, PROVIDER, DirectoryAdapter, disconnect_directory
from nakhoncity.staff.forms import SureForm
from nakhoncity.staff.views.pages import form_page, posted


@never_cache
@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the other side, which leads back to `callback`."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return _lead_away(request, LOGIN, wanted if is_ours else "")


@never_cache
@login_not_required
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the other side leads back to, with what it says."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(DirectoryAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as nobody:
        raise Http404 from nobody
    return answer


@leads_to_directory
@staff_page
@require_http_methods(["GET", "POST"])
def connect(request: StaffRequest) -> HttpResponse:
    """Connect the member's other account with this one."""
    _refuse_if_off()
    form = SureForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        return _lead_away(request, CONNECT, "")
    title = _("เชื่อม%(name)s") % {"name": settings.OIDC_NAME}
    words = _("ระบบจะพาไปเข้าสู่ระบบด้วย%(name)s แล้วกลับมาที่นี่ เทศบาลเก็บเพียงเลขอ้างอิงของบัญชีนั้น") % {"name": settings.OIDC_NAME}
    return form_page(request, "staff/sure.html", form, title=title, words=words, button=_("ไปเชื่อมบัญชี"), is_safe=True)


@staff_page
@require_http_methods(["GET", "POST"])
def disconnect(request: StaffRequest) -> HttpResponse:
    """Let nobody in by it any more."""
    _refuse_if_off()
    form = SureForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        disconnect_directory(member=request.user)
        flash.success(request, _("ยกเลิกการเชื่อมแล้ว"))
        return redirect("staff:account")
    title = _("ยกเลิกการเชื่อม%(name)s") % {"name": settings.OIDC_NAME}
    words = _("เมื่อยกเลิกแล้ว เข้าสู่ระบบได้ด้วยชื่อผู้ใช้และรหัสผ่านเท่านั้น")
    return form_page(request, "staff/sure.html", form, title=title, words=words, button=_("ยกเลิกการเชื่อม"))


def _lead_away(request: HttpRequest, process: str, wanted: str) -> HttpResponse:
    try:
        provider = get_adapter().get_provider(request, PROVIDER)
        away: HttpResponse = provider.redirect(request, process, next_url=wanted or None)
    except SocialApp.DoesNotExist as nobody:
        raise Http404 from nobody
    except (RequestException, ValueError, KeyError):
        flash.error(request, _("ติดต่อ%(name)sไม่ได้ในขณะนี้ กรุณาใช้ชื่อผู้ใช้และรหัสผ่าน") % {"name": settings.OIDC_NAME})
        return redirect("staff:account" if request.user.is_authenticated else "staff:login")
    return away


def _refuse_if_off() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404
