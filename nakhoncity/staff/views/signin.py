"""Signing in, in one step or two, and out."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStageController
from allauth.account.views import LoginView
from django import forms
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nakhoncity.kit.forms import error_summary
from nakhoncity.staff import passkeys
from nakhoncity.staff.decorators import leads_to_directory
from nakhoncity.staff.duties import before_duties
from nakhoncity.staff.factors import factors_of
from nakhoncity.staff.forms import CodeForm
from nakhoncity.staff.stages import SecondStep, note_second_step


class StaffLoginForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Name and password, with sentences that say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_missing = {"required": _("กรุณาใส่ชื่อผู้ใช้"), "max_length": _("ชื่อผู้ใช้ยาวเกินไป กรุณาตรวจสอบ")}
        self.fields["login"] = forms.CharField(max_length=60, error_messages=name_missing)
        self.fields["password"] = forms.CharField(
            max_length=200,
            strip=False,
            error_messages={"required": _("กรุณาใส่รหัสผ่าน"), "max_length": _("รหัสผ่านยาวเกินไป กรุณาตรวจสอบ")},
        )


@method_decorator([leads_to_directory, login_not_required, never_cache], name="dispatch")
class StaffLoginView(LoginView):  # type: ignore[misc]  # allauth is untyped
    """The staff sign-in page; the same answer for unknown names, wrong passwords and closed accounts."""

    template_name = "staff/login.html"
    form_class = StaffLoginForm

    def get_form_class(self) -> type[StaffLoginForm]:
        """Our form, whatever allauth's settings name."""
        return self.form_class

    def form_invalid(self, form: StaffLoginForm) -> HttpResponse:
        """The same page with what to do: 429 for who tried too often, else 422."""
        status = 429 if form.has_error("__all__", "locked") else 422
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=status)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and its errors as a list for the summary; allauth's own context names pages that we do not have."""
        context: dict[str, Any] = super(LoginView, self).get_context_data(**kwargs)
        found = error_summary(context["form"])
        context["directory"] = settings.OIDC_NAME
        context["errors"] = [("id_login" if field == "id___all__" else field, text) for field, text in found]
        return context


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or a passkey, of who has given the right password; the sign-in goes on after it."""
    if request.user.is_authenticated:
        return redirect("backoffice:home")
    stage = LoginStageController.enter(request, SecondStep.key)
    if stage is None:
        flash.warning(request, _("หมดเวลายืนยันตัวตน กรุณาใส่ชื่อผู้ใช้และรหัสผ่านอีกครั้ง"))
        return redirect("staff:login")
    if "cancel" in request.POST:
        clear_login(request)
        return redirect("staff:login")
    member = stage.login.user
    form = CodeForm(request.POST if request.method == "POST" else None, member=member, now=timezone.now())
    if form.is_bound and form.is_valid():
        note_second_step(request, member)
        went_on: HttpResponse = stage.exit()
        return went_on
    has_app = factors_of(member).filter(type="totp").exists()
    context = {
        "form": form,
        "errors": error_summary(form),
        "has_app": has_app,
        "options": passkeys.ask_for_one_of(member=member),
    }
    status = 429 if form.has_error("code", "locked") else 422 if form.errors else 200
    return render(request, "staff/second.html", context, status=status)


@before_duties
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and now."""
    logout(request)
    return redirect("staff:login")
