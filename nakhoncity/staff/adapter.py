"""What we want otherwise from allauth: no sign-up, limits in the database, sealed secrets, and our own sentences."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nakhoncity.city.models import CityProfile
from nakhoncity.kit.address import client_address
from nakhoncity.kit.sealing import seal, unseal
from nakhoncity.staff.accounts import PasswordExpired, refuse_expired
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.signin import SignInLocked, Tries, give_back_attempt, password_tries, take_attempt


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

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing of its own: our pages say what was done, and that somebody is signed in can be seen."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address behind our proxies."""
        return client_address(request)

    def get_login_stages(self) -> list[str]:
        """What comes between the right password and the desk."""
        return ["nakhoncity.staff.stages.SecondStep"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try before the password is looked at; who tried too often is told for how long."""
        try:
            take_attempt(tries=_tries(request, credentials), now=timezone.now())
        except SignInLocked as locked:
            raise locked.refusal(
                _("ใส่ชื่อผู้ใช้หรือรหัสผ่านผิดหลายครั้ง กรุณารออีก %(minutes)d นาทีแล้วลองใหม่ หรือโทร %(phone)s")
            ) from locked

    def authenticate(self, request: HttpRequest, **credentials: Any) -> StaffMember | None:
        """The member whose name and password these are; a right try does not count against him."""
        member: StaffMember | None = super().authenticate(request, **credentials)
        if member:
            give_back_attempt(tries=_tries(request, credentials))
            _refuse_expired(member)
        return member


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Secrets of the second step are sealed; apps show the town's name and the member's."""

    def encrypt(self, text: str) -> str:
        """Sealed, as it stands in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed. Raises SealBroken."""
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name of the town's service."""
        return str(CityProfile.current().service)

    def get_totp_label(self, user: StaffMember) -> str:
        """The name to sign in with."""
        return user.username

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as a passkey knows it: allauth's host, the town's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()


def _refuse_expired(member: StaffMember) -> None:
    try:
        refuse_expired(member=member, now=timezone.now())
    except PasswordExpired as expired:
        raise ValidationError(_("รหัสผ่านชั่วคราวหมดอายุแล้ว กรุณาขอรหัสใหม่จากผู้ดูแลระบบ"), code="expired") from expired


def _tries(request: HttpRequest, credentials: dict[str, Any]) -> Tries:
    return password_tries(name=str(credentials.get("username", "")), address=client_address(request))
