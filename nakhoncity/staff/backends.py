"""Signing in by allauth, and loading who is signed in together with his office in one query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from nakhoncity.staff.models import StaffMember


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's password check; closed accounts get the same answer as unknown names."""

    def get_user(self, user_id: Any) -> StaffMember | None:
        """The member of a session, with his office; None once the account is closed."""
        return StaffMember.objects.select_related("department__parent").filter(pk=user_id, is_active=True).first()

    @classmethod
    def _stash_user(cls, user: AbstractBaseUser | None) -> None:
        """Keep nobody aside: allauth would lead a closed account to a page that says so."""
