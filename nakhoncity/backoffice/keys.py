"""The administrators' page of keys: what other systems may write through the open API, and for how long."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from complaints.forms import ThaiDateField
from nakhoncity.city.keys import Issued, issue_key, revoke_key
from nakhoncity.city.models import MOST_PER_MINUTE, ApiKey
from nakhoncity.kit.forms import CleanText, error_summary
from nakhoncity.kit.registry import api_scopes
from nakhoncity.kit.thai import BANGKOK, thai_date
from nakhoncity.staff.access import Right
from nakhoncity.staff.decorators import StaffRequest, right_required

RATE_WRONG = gettext_lazy("กรุณาใส่จำนวนครั้งต่อนาทีเป็นตัวเลข 1 ถึง %(most)s") % {"most": f"{MOST_PER_MINUTE:,}"}


class KeyForm(forms.Form):
    """A new key: whose, for what, how often, until when."""

    name = CleanText(max_length=60, required=True)
    scopes = forms.MultipleChoiceField()
    per_minute = forms.IntegerField(
        min_value=1,
        max_value=MOST_PER_MINUTE,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), RATE_WRONG),
    )
    expires_on = ThaiDateField(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = str(_("กรุณาใส่ชื่อระบบที่จะใช้กุญแจ"))
        self.fields["scopes"].choices = api_scopes.items()  # type: ignore[attr-defined]  # it is a field of choices
        self.fields["scopes"].error_messages |= dict.fromkeys(
            ("required", "invalid_choice", "invalid_list"), str(_("กรุณาเลือกสิทธิ์อย่างน้อยหนึ่งข้อ"))
        )


@right_required(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def show_keys(request: StaffRequest) -> HttpResponse:
    """All keys, and the form for a new one; its secret stands on the answer to the form and nowhere else."""
    now = timezone.now()
    form = KeyForm(request.POST if request.method == "POST" else None, initial=_beginning(now))
    issued = _issue(request, form, now) if form.is_bound and form.is_valid() else None
    shown = KeyForm(initial=_beginning(now)) if issued else form
    context = {
        "keys": [_row(key, now) for key in ApiKey.objects.order_by("-issued_at", "-pk")],
        "form": shown,
        "scopes": [(name, words, name in (shown["scopes"].value() or [])) for name, words in api_scopes.items()],
        "errors": error_summary(shown),
        "issued": issued,
    }
    return render(request, "backoffice/keys.html", context, status=422 if context["errors"] else 200)


@right_required(Right.CONFIGURE)
@require_POST
def revoke(request: StaffRequest, prefix: str) -> HttpResponse:
    """End a key at once."""
    if not revoke_key(prefix=prefix, by=request.user.username, now=timezone.now()):
        raise Http404
    flash.success(request, _("ยกเลิกกุญแจแล้ว ระบบที่ใช้กุญแจนี้ส่งข้อมูลเข้ามาไม่ได้อีก"))
    return redirect("backoffice:keys")


def _beginning(now: datetime) -> dict[str, Any]:
    in_a_year = thai_date(now + timedelta(days=365))
    return {"per_minute": 60, "expires_on": in_a_year, "scopes": api_scopes.names()[:1]}


def _issue(request: StaffRequest, form: KeyForm, now: datetime) -> Issued | None:
    """The new key; None, with the form's errors, where the rules refuse it."""
    data = form.cleaned_data
    try:
        return issue_key(
            name=data["name"],
            scopes=data["scopes"],
            per_minute=data["per_minute"],
            # The day that is named is the last on which it opens.
            expires_at=datetime.combine(data["expires_on"], time(), BANGKOK) + timedelta(days=1),
            by=request.user.username,
            now=now,
        )
    except ValidationError as refused:
        form.add_error("expires_on", refused.messages[0])
        return None


def _row(key: ApiKey, now: datetime) -> dict[str, Any]:
    names = dict(api_scopes.items())
    state = "revoked" if key.revoked_at else "ended" if key.expires_at <= now else "alive"
    last_day = key.expires_at - timedelta(microseconds=1)
    return {"key": key, "state": state, "last_day": last_day, "scopes": [names.get(one, one) for one in key.scopes]}
