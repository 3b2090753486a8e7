"""What we want otherwise from allauth: no sign-up, and our own sentences."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

LOCKED_MINUTES = 5


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are opened by an administrator only."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง กรุณาตรวจสอบแล้วลองใหม่"),
        "too_many_login_attempts": _("ลองผิดหลายครั้งเกินไป กรุณารอ 5 นาทีแล้วลองใหม่ หรือโทรแจ้งผู้ดูแลระบบของเทศบาล"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself."""
        return False
