"""What we want otherwise from allauth: no sign-up, limits in the database, and our own sentences."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.address import client_address
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.signin import SignInLocked, give_back_attempt, take_attempt


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are opened by an administrator only."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง กรุณาตรวจสอบแล้วลองใหม่"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """The sign-in page answers as a page, whatever a caller accepts."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address behind our proxies."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at; who tried too often is told for how long."""
        try:
            take_attempt(name=_name(credentials), address=client_address(request), now=timezone.now())
        except SignInLocked as locked:
            raise ValidationError(
                _("ใส่ชื่อผู้ใช้หรือรหัสผ่านผิดหลายครั้ง กรุณารออีก %(minutes)d นาทีแล้วลองใหม่ หรือโทร %(phone)s"),
                code="locked",
                params={"minutes": locked.minutes, "phone": CityProfile.current().phone},
            ) from locked

    def authenticate(self, request: HttpRequest, **credentials: Any) -> StaffMember | None:
        """The member whose name and password these are; a right try does not count against him."""
        member: StaffMember | None = super().authenticate(request, **credentials)
        if member:
            give_back_attempt(name=_name(credentials), address=client_address(request))
        return member


def _name(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", ""))
