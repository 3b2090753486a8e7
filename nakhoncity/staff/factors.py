"""The second step of signing in: an app that counts codes, passkeys, and recovery codes for the day both are lost.

Rows are allauth's (Authenticator), with its arithmetic; what is ours: a code opens once whatever process asks, secrets
are sealed, every change stands in the member's history. What comes in as `now` is UTC.
"""

from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import transaction

from nakhoncity.history.services import note_change
from nakhoncity.kit.sealing import SealBroken, unseal
from nakhoncity.kit.thai import arabic_digits
from nakhoncity.staff.models import StaffMember

Type = Authenticator.Type
STEP_S = 30
# A telephone's clock may be half a minute wrong to either side (RFC 6238, 5.2).
DRIFT = (0, -1, 1)
APP, PASSKEY, CODES = "แอปยืนยันตัวตน", "พาสคีย์", "รหัสสำรอง"
NAMES = {Type.TOTP: APP, Type.WEBAUTHN: PASSKEY, Type.RECOVERY_CODES: CODES}
THERE = "ตั้งค่าแล้ว"


class CodeRefused(Exception):
    """The code is wrong, too old, or was used before."""


class FactorThere(Exception):
    """The member has an app already."""


class FactorUnreadable(Exception):
    """The member's secret was sealed under a key that is gone: an administrator has to reset the second step."""


def uses_second_step(*, member: StaffMember) -> bool:
    """Whether this member is asked for a second step."""
    if settings.STAFF_MFA == "off":
        return False
    return bool(factors_of(member).exclude(type=Type.RECOVERY_CODES).exists())


def factors_of(member: StaffMember) -> Any:
    """The member's factors: his app, passkeys, recovery codes."""
    return Authenticator.objects.filter(user=member).order_by("pk")


def codes_left(*, member: StaffMember) -> int:
    """How many recovery codes still open. Raises FactorUnreadable."""
    row = factors_of(member).filter(type=Type.RECOVERY_CODES).first()
    try:
        return len(RecoveryCodes(row).get_unused_codes()) if row else 0
    except SealBroken as broken:
        raise FactorUnreadable from broken


@transaction.atomic
def spend_code(*, member: StaffMember, code: str, now: datetime) -> Authenticator:
    """Take a code of the app or a recovery code, typed with blanks, hyphens or Thai digits; it opens once.

    Raises CodeRefused, FactorUnreadable.
    """
    typed = _digits(code)
    # Locked until the end: of two sign-ins with one code the second sees that it is spent.
    rows = {row.type: row for row in factors_of(member).exclude(type=Type.WEBAUTHN).select_for_update()}
    try:
        if _spend_app_code(rows.get(Type.TOTP), typed, now):
            return rows[Type.TOTP]
        if Type.RECOVERY_CODES in rows and RecoveryCodes(rows[Type.RECOVERY_CODES]).validate_code(typed):
            note_change(row=member, what=CODES, before=THERE, after="ใช้ไปหนึ่งรหัส")
            return rows[Type.RECOVERY_CODES]
    except SealBroken as broken:
        raise FactorUnreadable from broken
    raise CodeRefused


def _spend_app_code(row: Authenticator | None, typed: str, now: datetime) -> bool:
    step = _step_of(unseal(row.data["secret"]), typed, now) if row else None
    # RFC 6238, 5.2: a code is taken once; an older one after it not at all.
    if row is None or step is None or step <= row.data.get("last_step", 0):
        return False
    row.data["last_step"] = step
    row.last_used_at = now
    row.save(update_fields=["data", "last_used_at"])
    return True


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    present = int(now.timestamp()) // STEP_S
    steps = [present + drift for drift in DRIFT]
    return next((step for step in steps if format_hotp_value(hotp_value(secret, step)) == typed), None)


def _digits(code: str) -> str:
    return "".join(one for one in arabic_digits(code) if one not in " -–.")


def app_address(*, member: StaffMember, secret: str) -> str:
    """What an app is told: the town, the member's name, the secret (otpauth, as all apps read it)."""
    return str(get_adapter().build_totp_url(member, secret))


def new_secret() -> str:
    """The secret of an app that is being set up, in base32."""
    return str(generate_totp_secret())


@transaction.atomic
def add_app(*, member: StaffMember, secret: str, code: str, now: datetime) -> list[str]:
    """Set up the app whose code proves that it has the secret; returns new recovery codes, none if there are some.

    Raises CodeRefused, FactorThere.
    """
    step = _step_of(secret, _digits(code), now)
    if step is None:
        raise CodeRefused
    _lock(member)
    if factors_of(member).filter(type=Type.TOTP).exists():
        raise FactorThere
    row = TOTP.activate(member, secret).instance
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    note_change(row=member, what=APP, after=THERE)
    return _first_codes(member)


@transaction.atomic
def add_passkey(*, member: StaffMember, name: str, credential: dict[str, Any]) -> list[str]:
    """Keep a passkey whose answer was verified; returns new recovery codes, none if there are some."""
    _lock(member)
    Authenticator.objects.create(user=member, type=Type.WEBAUTHN, data={"name": name, "credential": credential})
    note_change(row=member, what=PASSKEY, after=name)
    return _first_codes(member)


def _first_codes(member: StaffMember) -> list[str]:
    has_codes = factors_of(member).filter(type=Type.RECOVERY_CODES).exists()
    return [] if has_codes else _new_codes(member)


@transaction.atomic
def renew_codes(*, member: StaffMember) -> list[str]:
    """New recovery codes in the place of the old ones, which open no more."""
    _lock(member)
    factors_of(member).filter(type=Type.RECOVERY_CODES).delete()
    note_change(row=member, what=CODES, before=THERE, after="ออกชุดใหม่")
    return _new_codes(member)


def _new_codes(member: StaffMember) -> list[str]:
    return list(RecoveryCodes.activate(member).generate_codes())


@transaction.atomic
def remove_factor(*, member: StaffMember, factor_id: int) -> None:
    """Take away the app or a passkey; with the last of them the recovery codes go too. Not there: nothing happens."""
    _lock(member)
    row = factors_of(member).exclude(type=Type.RECOVERY_CODES).filter(pk=factor_id).first()
    if row is None:
        return
    row.delete()
    note_change(row=member, what=NAMES[row.type], before=THERE)
    if not factors_of(member).exclude(type=Type.RECOVERY_CODES).exists():
        factors_of(member).delete()


@transaction.atomic
def reset_factors(*, member: StaffMember) -> int:
    """Take away all that the second step asks for, when telephone and codes are lost; returns how many there were."""
    _lock(member)
    count = int(factors_of(member).exclude(type=Type.RECOVERY_CODES).count())
    factors_of(member).delete()
    if count:
        note_change(row=member, what="การยืนยันตัวตนสองขั้นตอน", before=THERE, after="ล้างโดยผู้ดูแลระบบ")
    return count


def _lock(member: StaffMember) -> None:
    StaffMember.objects.select_for_update().get(pk=member.pk)
