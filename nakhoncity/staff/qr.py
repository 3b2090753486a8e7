"""The picture that an authenticator app scans."""

import segno
from allauth.mfa.adapter import get_adapter

from nakhoncity.staff.models import StaffMember


def app_address(*, member: StaffMember, secret: str) -> str:
    """What an app is told: the town, the member's name, the secret (otpauth, as all apps read it)."""
    return str(get_adapter().build_totp_url(member, secret))


def qr_picture(address: str) -> str:
    """The address as a picture in a data: address, dark on white in any theme."""
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))
