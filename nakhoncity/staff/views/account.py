"""A member's own account: where he is signed in, his password, and the second step of signing in."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nakhoncity.kit.qr import qr_picture
from nakhoncity.kit.sealing import SealBroken, seal, unseal
from nakhoncity.staff import accounts, factors, passkeys
from nakhoncity.staff.browsers import browser_words
from nakhoncity.staff.decorators import StaffRequest, staff_page
from nakhoncity.staff.directory import is_connected
from nakhoncity.staff.duties import before_duties
from nakhoncity.staff.factors import Type
from nakhoncity.staff.forms import AppForm, PasskeyForm, PasswordForm, SureForm
from nakhoncity.staff.stages import note_second_step
from nakhoncity.staff.views.pages import form_page, posted

UNDER_WAY = "app_under_way"


@staff_page
@require_GET
def account(request: StaffRequest) -> HttpResponse:
    """What a member sees and changes of his own account."""
    member = request.user
    rows = list(factors.factors_of(member))
    context = {
        "app": next((row for row in rows if row.type == Type.TOTP), None),
        "passkeys": [(row, row.data["name"]) for row in rows if row.type == Type.WEBAUTHN],
        "codes_left": _codes_left(member) if rows else 0,
        "has_second_step": bool(rows),
        "may_set_up": settings.STAFF_MFA != "off",
        "is_required": settings.STAFF_MFA == "required",
        "directory": settings.OIDC_NAME,
        "is_connected": bool(settings.OIDC_ISSUER) and is_connected(member),
        "sessions": [
            (session, browser_words(session.user_agent), session.session_key == request.session.session_key)
            for session in accounts.sessions_of(member)
        ],
    }
    return render(request, "staff/account.html", context)


def _codes_left(member: Any) -> int | None:
    try:
        return factors.codes_left(member=member)
    except factors.FactorUnreadable:
        return None


@before_duties
@staff_page
@require_http_methods(["GET", "POST"])
def password(request: StaffRequest) -> HttpResponse:
    """Choose a new password; the other places where the member is signed in are signed out."""
    is_first = request.user.must_change_password
    form = PasswordForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        try:
            accounts.choose_password(
                member=request.user, password=form.cleaned_data["password"], keep=request.session.session_key
            )
        except ValidationError as refused:
            form.add_error("password", refused)
        else:
            update_session_auth_hash(request, request.user)
            UserSession.objects.create_from_request(request)
            flash.success(request, _("เปลี่ยนรหัสผ่านแล้ว เครื่องอื่นที่เข้าสู่ระบบค้างไว้ถูกออกจากระบบ"))
            return redirect("backoffice:home" if is_first else "staff:account")
    return form_page(request, "staff/password.html", form, is_first=is_first)


@before_duties
@staff_page
@require_GET
def second_factor(request: StaffRequest) -> HttpResponse:
    """Where the second step is set up: by an app or by a passkey."""
    if settings.STAFF_MFA == "off" or factors.uses_second_step(member=request.user):
        return redirect("staff:account")
    return render(request, "staff/second_factor.html", {"is_required": settings.STAFF_MFA == "required"})


@before_duties
@staff_page
@require_http_methods(["GET", "POST"])
def app(request: StaffRequest) -> HttpResponse:
    """Set up an app: its picture to scan, its secret to type, and the first code as a proof."""
    _refuse_if_off()
    now = timezone.now()
    secret = _secret_of(request)
    form = AppForm(posted(request), request=request, now=now)
    if form.is_bound and form.is_valid():
        try:
            codes = factors.add_app(member=request.user, secret=secret, code=form.cleaned_data["code"], now=now)
        except factors.CodeRefused:
            form.add_error("code", _("รหัสไม่ตรงกับแอป กรุณาตรวจว่าเวลาในโทรศัพท์ตั้งเป็นอัตโนมัติ แล้วใส่รหัสใหม่ที่แอปแสดง"))
        except factors.FactorThere:
            flash.warning(request, _("บัญชีนี้มีแอปยืนยันตัวตนอยู่แล้ว ถ้าเปลี่ยนโทรศัพท์ ให้ลบแอปเดิมก่อน"))
            return redirect("staff:account")
        else:
            request.session.pop(UNDER_WAY, None)
            return _set_up(request, codes)
    address = factors.app_address(member=request.user, secret=secret)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return form_page(
        request, "staff/app.html", form, picture=qr_picture(address), address=address, secret=" ".join(groups)
    )


def _secret_of(request: StaffRequest) -> str:
    """The secret under way: the same until it is set up, so that the picture that was scanned stays right."""
    try:
        return unseal(request.session[UNDER_WAY])
    except (KeyError, SealBroken):
        secret = factors.new_secret()
        request.session[UNDER_WAY] = seal(secret)
        return secret


@before_duties
@staff_page
@require_http_methods(["GET", "POST"])
def passkey(request: StaffRequest) -> HttpResponse:
    """Keep a passkey that the browser makes: a finger, a face, or a key on a string."""
    _refuse_if_off()
    form = PasskeyForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        try:
            credential = passkeys.verify_new(credential=form.cleaned_data["credential"])
        except factors.CodeRefused:
            form.add_error("credential", _("สร้างพาสคีย์ไม่สำเร็จ กรุณากดปุ่มสร้างพาสคีย์อีกครั้ง"))
        else:
            name = form.cleaned_data["name"] or browser_words(request.headers.get("User-Agent", ""))
            return _set_up(request, factors.add_passkey(member=request.user, name=name, credential=credential))
    return form_page(request, "staff/passkey.html", form, options=passkeys.ask_for_new(member=request.user))


@staff_page
@require_http_methods(["GET", "POST"])
def remove_factor(request: StaffRequest, factor_id: int) -> HttpResponse:
    """Take away the app or a passkey."""
    row = get_object_or_404(factors.factors_of(request.user).exclude(type=Type.RECOVERY_CODES), pk=factor_id)
    what = _("แอปยืนยันตัวตน") if row.type == Type.TOTP else _("พาสคีย์ %(name)s") % {"name": row.data["name"]}
    form = SureForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        factors.remove_factor(member=request.user, factor_id=factor_id)
        flash.success(request, _("ลบ%(what)sแล้ว") % {"what": what})
        return redirect("staff:account")
    words = _("เมื่อลบแล้ว ใช้ยืนยันตัวตนไม่ได้อีก ถ้าเป็นวิธีสุดท้าย รหัสสำรองจะถูกลบไปด้วย")
    return form_page(
        request, "staff/sure.html", form, title=_("ลบ%(what)s") % {"what": what}, words=words, button=_("ลบ")
    )


@staff_page
@require_http_methods(["GET", "POST"])
def recovery_codes(request: StaffRequest) -> HttpResponse:
    """New recovery codes in the place of the old; they stand on the answer and nowhere else."""
    if not factors.uses_second_step(member=request.user):
        raise Http404
    form = SureForm(posted(request), request=request, now=timezone.now())
    if form.is_bound and form.is_valid():
        return _codes_page(request, factors.renew_codes(member=request.user))
    words = _("รหัสสำรองชุดเดิมจะใช้ไม่ได้อีก รหัสชุดใหม่จะแสดงครั้งเดียว กรุณาเตรียมกระดาษจดหรือพิมพ์ไว้")
    return form_page(
        request, "staff/sure.html", form, title=_("ออกรหัสสำรองชุดใหม่"), words=words, button=_("ออกรหัสชุดใหม่")
    )


@staff_page
@require_POST
def end_session(request: StaffRequest, session_id: int) -> HttpResponse:
    """Sign out one other place."""
    one = UserSession.objects.filter(user=request.user, pk=session_id).exclude(session_key=request.session.session_key)
    if accounts.end_sessions(sessions=one):
        flash.success(request, _("ออกจากระบบในเครื่องนั้นแล้ว"))
    return redirect("staff:account")


@staff_page
@require_POST
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    count = accounts.end_sessions(sessions=others)
    flash.success(request, _("ออกจากระบบในเครื่องอื่นแล้ว %(count)d เครื่อง") % {"count": count})
    return redirect("staff:account")


def _set_up(request: StaffRequest, codes: list[str]) -> HttpResponse:
    note_second_step(request, request.user)
    if codes:
        return _codes_page(request, codes)
    flash.success(request, _("ตั้งค่าการยืนยันตัวตนแล้ว"))
    return redirect("staff:account")


def _codes_page(request: StaffRequest, codes: list[str]) -> HttpResponse:
    return render(request, "staff/codes.html", {"codes": [f"{code[:4]} {code[4:]}" for code in codes]})


def _refuse_if_off() -> None:
    if settings.STAFF_MFA == "off":
        raise Http404
