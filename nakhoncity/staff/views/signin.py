"""Signing in and out."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.views import LoginView
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST


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


@method_decorator([login_not_required, never_cache], name="dispatch")
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
        errors = context["form"].errors
        context["errors"] = [
            (f"id_{name}" if name != "__all__" else "id_login", text)
            for name, texts in errors.items()
            for text in texts
        ]
        return context


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and now."""
    logout(request)
    return redirect("staff:login")
