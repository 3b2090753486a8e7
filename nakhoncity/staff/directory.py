"""The slot for an account that people have already, such as the province's or ThaID: OpenID Connect, by allauth.

Nobody gets an account here by having one there: a member connects it himself while he is signed in. Of the other
account only its number (`sub`) is kept.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages as flash
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from nakhoncity.history.services import note_change
from nakhoncity.staff.models import StaffMember

PROVIDER = "town"
CONNECT, LOGIN = "connect", "login"


class DirectoryAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth is untyped
    """Takes the signed ID token and forgets all of it but the number."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Who it is. Raises OAuth2Error where the other side names nobody."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error
        return super().complete_login(request, app, token, **kwargs)

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            return {"sub": super()._decode_id_token(app, id_token)["sub"]}
        except KeyError as nameless:
            raise OAuth2Error from nameless


class StaffSocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Ends every way of allauth's on a page of ours, with what to do."""

    def is_open_for_signup(self, *_args: Any) -> bool:
        """Nobody gets an account by having another."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> None:
        """Back to where it began: cancelled, too late, or the other side is away."""
        flash.error(
            request,
            _("ยังเข้าสู่ระบบด้วย%(name)sไม่ได้ กรุณาลองใหม่ หรือใช้ชื่อผู้ใช้และรหัสผ่าน") % {"name": settings.OIDC_NAME},
        )
        raise ImmediateHttpResponse(redirect("staff:account" if request.user.is_authenticated else "staff:login"))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect it, or sign in whom it is connected with; anybody else learns what to do."""
        if sociallogin.state.get("process") == CONNECT:
            _connect(request, sociallogin)
            raise ImmediateHttpResponse(redirect("staff:account"))
        if not sociallogin.is_existing or not sociallogin.user.is_active:
            flash.error(
                request,
                _("%(name)sนี้ยังไม่ได้เชื่อมกับบัญชีเจ้าหน้าที่ กรุณาเข้าสู่ระบบด้วยชื่อผู้ใช้และรหัสผ่าน แล้วเชื่อมที่หน้าบัญชีของฉัน")
                % {"name": settings.OIDC_NAME},
            )
            raise ImmediateHttpResponse(redirect("staff:login"))


def _connect(request: HttpRequest, sociallogin: SocialLogin) -> None:
    if not request.user.is_authenticated:
        return
    if sociallogin.is_existing and sociallogin.user != request.user:
        flash.error(request, _("%(name)sนี้เชื่อมกับบัญชีเจ้าหน้าที่อื่นแล้ว") % {"name": settings.OIDC_NAME})
        return
    if not sociallogin.is_existing:
        connect_directory(member=request.user, number=sociallogin.account.uid)
    flash.success(request, _("เชื่อม%(name)sแล้ว ครั้งต่อไปใช้เข้าสู่ระบบได้") % {"name": settings.OIDC_NAME})


@transaction.atomic
def connect_directory(*, member: StaffMember, number: str) -> None:
    """Let the owner of that account in as this member from now on, in the place of the one before."""
    SocialAccount.objects.filter(user=member).delete()
    SocialAccount.objects.create(user=member, provider=PROVIDER, uid=number)
    note_change(row=member, what=settings.OIDC_NAME, after="เชื่อมแล้ว")


@transaction.atomic
def disconnect_directory(*, member: StaffMember) -> None:
    """Let nobody in by the other account any more."""
    deleted, _rows = SocialAccount.objects.filter(user=member).delete()
    if deleted:
        note_change(row=member, what=settings.OIDC_NAME, before="เชื่อมแล้ว")


def is_connected(member: StaffMember) -> bool:
    """Whether the member has connected another account."""
    return bool(SocialAccount.objects.filter(user=member).exists())
