"""What we accept from staff about their own accounts and, from administrators, about others'."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.address import client_address
from nakhoncity.kit.forms import CleanText
from nakhoncity.staff import factors, passkeys
from nakhoncity.staff.decorators import StaffRequest
from nakhoncity.staff.models import Department, StaffMember
from nakhoncity.staff.signin import SignInLocked, code_tries, give_back_attempt, password_tries, take_attempt
from nakhoncity.staff.stages import is_fresh, note_password

LOCKED = _("ใส่รหัสผิดหลายครั้ง กรุณารออีก %(minutes)d นาทีแล้วลองใหม่ หรือโทร %(phone)s")
PASSWORD_LOCKED = _("ใส่รหัสผ่านผิดหลายครั้ง กรุณารออีก %(minutes)d นาทีแล้วลองใหม่ หรือโทร %(phone)s")
WRONG_CODE = _("รหัสไม่ถูกต้องหรือใช้ไปแล้ว กรุณารอให้แอปแสดงรหัสใหม่แล้วใส่อีกครั้ง")
WRONG_PASSKEY = _("ยืนยันด้วยพาสคีย์ไม่สำเร็จ กรุณาลองอีกครั้ง หรือใส่รหัสแทน")
UNREADABLE = _("ระบบอ่านการยืนยันตัวตนของบัญชีนี้ไม่ได้ กรุณาติดต่อผู้ดูแลระบบให้ล้างการยืนยันตัวตนสองขั้นตอน")


class CodeForm(forms.Form):
    """The second step of signing in: a code that is typed, or a passkey's answer. Right ones are spent by `clean`."""

    code = CleanText(max_length=40)
    credential = forms.JSONField(required=False)

    def __init__(self, *args: Any, member: StaffMember, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.now = member, now

    def clean(self) -> dict[str, Any]:
        """Count the try, then look at it."""
        given: dict[str, Any] = self.cleaned_data
        if not given.get("code") and not given.get("credential"):
            self.add_error("code", _("กรุณาใส่รหัส 6 หลักจากแอป หรือรหัสสำรอง"))
            return given
        tries = code_tries(member_id=self.member.pk)
        try:
            take_attempt(tries=tries, now=self.now)
        except SignInLocked as locked:
            self.add_error("code", locked.refusal(LOCKED))
            return given
        if self._is_right(given):
            give_back_attempt(tries=tries)
        return given

    def _is_right(self, given: dict[str, Any]) -> bool:
        try:
            if given.get("credential"):
                passkeys.accept(member=self.member, credential=given["credential"], now=self.now)
            else:
                factors.spend_code(member=self.member, code=given["code"], now=self.now)
        except factors.CodeRefused:
            self.add_error("code", WRONG_PASSKEY if given.get("credential") else WRONG_CODE)
        except factors.FactorUnreadable:
            self.add_error("code", UNREADABLE)
        return not self.errors


class SureForm(forms.Form):
    """A change that somebody at a computer left open must not make: asks for the password unless it was just given."""

    current_password = forms.CharField(max_length=200, strip=False, error_messages={"required": _("กรุณาใส่รหัสผ่านปัจจุบัน")})

    def __init__(self, *args: Any, request: StaffRequest, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.now = request, now
        if is_fresh(request, now=now):
            del self.fields["current_password"]

    @property
    def asks_password(self) -> bool:
        """Whether the page has a field for it."""
        return "current_password" in self.fields

    def clean_current_password(self) -> str:
        """Counted like a sign-in: a stolen session must not become a place to guess."""
        password = str(self.cleaned_data["current_password"])
        tries = password_tries(name=self.request.user.username, address=client_address(self.request))
        try:
            take_attempt(tries=tries, now=self.now)
        except SignInLocked as locked:
            raise locked.refusal(PASSWORD_LOCKED) from locked
        if not self.request.user.check_password(password):
            raise ValidationError(_("รหัสผ่านปัจจุบันไม่ถูกต้อง กรุณาลองใหม่"))
        give_back_attempt(tries=tries)
        note_password(self.request)
        return password


class AppForm(SureForm):
    """The first code of an app that is being set up."""

    code = CleanText(max_length=40, required=True, error_messages={"required": _("กรุณาใส่รหัส 6 หลักที่แอปแสดง")})


class PasskeyForm(SureForm):
    """A passkey that the browser has made, and what to call it."""

    name = CleanText(max_length=60)
    credential = forms.JSONField(
        error_messages=dict.fromkeys(("required", "invalid"), _("ยังไม่ได้สร้างพาสคีย์ กรุณากดปุ่มสร้างพาสคีย์แล้วทำตามที่เครื่องแจ้ง"))
    )


class PasswordForm(SureForm):
    """A new password, typed twice."""

    password = forms.CharField(max_length=200, strip=False, error_messages={"required": _("กรุณาใส่รหัสผ่านใหม่")})
    again = forms.CharField(max_length=200, strip=False, error_messages={"required": _("กรุณาใส่รหัสผ่านใหม่อีกครั้ง")})

    def clean_password(self) -> str:
        """Long enough, not a common one, not the name."""
        password = str(self.cleaned_data["password"])
        validate_password(password, user=self.request.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        given: dict[str, Any] = self.cleaned_data
        if "password" in given and "again" in given and given["password"] != given["again"]:
            self.add_error("again", _("รหัสผ่านทั้งสองช่องไม่ตรงกัน กรุณาใส่ใหม่"))
        return given


class PersonForm(forms.Form):
    """A new account."""

    username = CleanText(max_length=60, required=True, error_messages={"required": _("กรุณาใส่ชื่อผู้ใช้")})
    display_name = CleanText(max_length=100, required=True, error_messages={"required": _("กรุณาใส่ชื่อที่แสดง")})
    role = forms.ChoiceField(
        choices=StaffMember.Role.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("กรุณาเลือกบทบาท")),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(),
        to_field_name="code",
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("กรุณาเลือกหน่วยงาน")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.internal()  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        """In small letters, as the name is kept."""
        return str(self.cleaned_data["username"]).strip().lower()
