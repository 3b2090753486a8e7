"""The administrators' pages of accounts: opened, shut, a password for once, the second step taken away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages as flash
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nakhoncity.history.models import AccessEntry
from nakhoncity.history.services import record_access
from nakhoncity.kit.forms import error_summary
from nakhoncity.kit.thai import clean_text, sort_key
from nakhoncity.staff import accounts, factors
from nakhoncity.staff.access import Right
from nakhoncity.staff.browsers import browser_words
from nakhoncity.staff.decorators import StaffRequest, right_required
from nakhoncity.staff.forms import PersonForm
from nakhoncity.staff.models import Department, StaffMember

# More than the staff of most towns; who looks for somebody else types the name.
MOST_SHOWN = 200


@right_required(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """All accounts, and the form for a new one; its password stands on the answer to the form and nowhere else."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    made = _add(form) if form.is_bound and form.is_valid() else None
    shown = PersonForm() if made else form
    wanted = clean_text(request.GET.get("q", ""))[:60]
    rows = list(_found(wanted)[: MOST_SHOWN + 1])
    context = {
        "people": rows[:MOST_SHOWN],
        "is_cut": len(rows) > MOST_SHOWN,
        "wanted": wanted,
        "form": shown,
        "errors": error_summary(shown),
        "roles": StaffMember.Role.choices,
        "departments": list(Department.objects.internal().values_list("code", "name_th")),
        "made": made,
    }
    return render(request, "staff/people.html", context, status=422 if context["errors"] else 200)


def _found(wanted: str) -> Any:
    """Accounts by name in Thai order, shut ones last; those whose name, sign-in name or office has the words."""
    second_step = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=factors.Type.RECOVERY_CODES)
    rows = StaffMember.objects.select_related("department").annotate(has_second_step=Exists(second_step))
    if wanted:
        rows = rows.filter(
            Q(name_key__contains=sort_key(wanted))
            | Q(display_name__icontains=wanted)
            | Q(username__icontains=wanted)
            | Q(department__name_th__icontains=wanted)
        )
    return rows.order_by("-is_active", "name_key", "pk")


def _add(form: PersonForm) -> tuple[StaffMember, str] | None:
    """The account and its password; None, with the form's errors, where the rules refuse it."""
    given = form.cleaned_data
    try:
        return accounts.add_member_with_one_time_password(
            username=given["username"],
            display_name=given["display_name"],
            role=StaffMember.Role(given["role"]),
            department=given["department"],
            now=timezone.now(),
        )
    except ValidationError as refused:
        if "username" in refused.error_dict:
            is_taken = StaffMember.objects.filter(username=given["username"]).exists()
            taken = _("มีชื่อผู้ใช้นี้แล้ว กรุณาใช้ชื่ออื่น")
            odd = _("กรุณาใช้ตัวอักษรภาษาอังกฤษตัวเล็ก ตัวเลข จุด หรือขีด โดยขึ้นต้นด้วยตัวอักษรหรือตัวเลข")
            form.add_error("username", taken if is_taken else odd)
        else:
            form.add_error(None, refused)
        return None


@right_required(Right.CONFIGURE)
@require_http_methods(["GET"])
def person(request: StaffRequest, username: str) -> HttpResponse:
    """One account and what can be done with it; looking at it is noted."""
    return _person_page(request, _member(username))


def _person_page(request: StaffRequest, member: StaffMember, **more: Any) -> HttpResponse:
    record_access(member=request.user, what=AccessEntry.What.ACCOUNT, key=member.username, now=timezone.now())
    rows = factors.factors_of(member)
    context = {
        "person": member,
        "is_self": member.pk == request.user.pk,
        "factors": [factors.NAMES[row.type] for row in rows if row.type != factors.Type.RECOVERY_CODES],
        "sessions": [(one, browser_words(one.user_agent)) for one in accounts.sessions_of(member)],
        **more,
    }
    return render(request, "staff/person.html", context)


@right_required(Right.CONFIGURE)
@require_POST
def one_time_password(request: StaffRequest, username: str) -> HttpResponse:
    """A password for one sign-in; it stands on this answer and nowhere else."""
    member = _other(request, username)
    return _person_page(request, member, password=accounts.give_one_time_password(member=member, now=timezone.now()))


@right_required(Right.CONFIGURE)
@require_POST
def reset_factors(request: StaffRequest, username: str) -> HttpResponse:
    """Take away the second step of somebody who lost telephone and codes; he is signed out everywhere."""
    member = _other(request, username)
    factors.reset_factors(member=member)
    accounts.end_all_sessions(member=member)
    flash.success(request, _("ล้างการยืนยันตัวตนสองขั้นตอนแล้ว ให้เจ้าหน้าที่เข้าสู่ระบบแล้วตั้งค่าใหม่"))
    return redirect("staff:person", username)


@right_required(Right.CONFIGURE)
@require_POST
def end_sessions(request: StaffRequest, username: str) -> HttpResponse:
    """Sign somebody out everywhere."""
    accounts.end_all_sessions(member=_other(request, username))
    flash.success(request, _("ออกจากระบบในทุกเครื่องแล้ว"))
    return redirect("staff:person", username)


@right_required(Right.CONFIGURE)
@require_POST
def shut(request: StaffRequest, username: str) -> HttpResponse:
    """Close an account; its cases stay with it until they are given to somebody."""
    try:
        accounts.shut_account(member=_other(request, username))
    except ValidationError as refused:
        flash.error(request, refused.messages[0])
    else:
        flash.success(request, _("ปิดบัญชีแล้ว เรื่องที่รับผิดชอบอยู่ต้องมอบหมายใหม่"))
    return redirect("staff:person", username)


@right_required(Right.CONFIGURE)
@require_POST
def reopen(request: StaffRequest, username: str) -> HttpResponse:
    """Open a closed account again."""
    accounts.open_account(member=_member(username))
    flash.success(request, _("เปิดบัญชีแล้ว ใช้รหัสผ่านเดิมได้ ถ้าลืมให้ออกรหัสผ่านชั่วคราว"))
    return redirect("staff:person", username)


def _member(username: str) -> StaffMember:
    return get_object_or_404(StaffMember.objects.select_related("department"), username=username)


def _other(request: StaffRequest, username: str) -> StaffMember:
    """Somebody else: one's own account is changed on its own page, with one's password."""
    return get_object_or_404(StaffMember.objects.exclude(pk=request.user.pk), username=username)
