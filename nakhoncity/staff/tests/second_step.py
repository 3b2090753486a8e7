"""An authenticator app, played: what it would show at a moment."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from nakhoncity.kit.sealing import unseal
from nakhoncity.staff.factors import STEP_S, add_app, new_secret
from nakhoncity.staff.models import StaffMember


def app_code(secret: str, now: datetime) -> str:
    """The six digits of a moment."""
    return str(format_hotp_value(hotp_value(secret, int(now.timestamp()) // STEP_S)))


def give_app(member: StaffMember, now: datetime) -> tuple[str, list[str]]:
    """Set up an app at a moment; its secret and the member's recovery codes."""
    secret = new_secret()
    return secret, add_app(member=member, secret=secret, code=app_code(secret, now), now=now)


def secret_of(member: StaffMember) -> str:
    """The secret in the member's app."""
    return unseal(Authenticator.objects.get(user=member, type="totp").data["secret"])
