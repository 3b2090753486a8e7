"""Passkeys as the second step: what the browser is asked, and whether its answer is right (WebAuthn, by fido2).

The challenge of the moment is kept in the session. allauth's modules are imported in functions: fido2 is 4 MB that
most web processes never need.
"""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from nakhoncity.staff.factors import CodeRefused, Type, factors_of
from nakhoncity.staff.models import StaffMember

# What a hostile answer makes of the libraries that read it.
UNREADABLE = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


def ask_for_new(*, member: StaffMember) -> str:
    """What `navigator.credentials.create()` is to be given, as JSON."""
    from allauth.mfa.webauthn.internal.auth import begin_registration

    return json.dumps(begin_registration(member, passwordless=False)["publicKey"])


def verify_new(*, credential: Any) -> dict[str, Any]:
    """The new passkey, if it answers the challenge of this session. Raises CodeRefused."""
    from allauth.mfa.webauthn.internal.auth import complete_registration, parse_registration_response

    try:
        parse_registration_response(credential)
        complete_registration(credential)
    except UNREADABLE as refused:
        raise CodeRefused from refused
    verified: dict[str, Any] = credential
    return verified


def ask_for_one_of(*, member: StaffMember) -> str:
    """What `navigator.credentials.get()` is to be given, as JSON; empty where the member has no passkey."""
    if not factors_of(member).filter(type=Type.WEBAUTHN).exists():
        return ""
    from allauth.mfa.webauthn.internal.auth import begin_authentication

    return json.dumps(begin_authentication(member)["publicKey"])


def accept(*, member: StaffMember, credential: Any, now: datetime) -> None:
    """Take a passkey's answer to the challenge of this session. Raises CodeRefused."""
    from allauth.mfa.webauthn.internal.auth import complete_authentication, parse_authentication_response

    try:
        parse_authentication_response(credential)
        factor = complete_authentication(member, credential)
    except UNREADABLE as refused:
        raise CodeRefused from refused
    factor.last_used_at = now
    factor.save(update_fields=["last_used_at"])
