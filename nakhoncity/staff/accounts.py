"""What happens to an account: passwords for once, shut and opened, its sessions ended. `now` is UTC."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from nakhoncity.history.services import note_change
from nakhoncity.staff.models import Department, StaffMember

# Long enough for a letter within the house, too short to lie in a drawer.
ONE_TIME_FOR = timedelta(hours=72)
# Without letters and digits that look alike on paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP_LETTERS = 3, 4


class PasswordExpired(Exception):
    """The one-time password is right, but its hours are over."""


@transaction.atomic
def add_member(
    *, username: str, display_name: str, role: StaffMember.Role, department: Department, password: str
) -> StaffMember:
    """Make an account that can sign in. Raises ValidationError for a taken or odd name and for a weak password."""
    member = StaffMember(username=username, display_name=display_name, role=role, department=department)
    validate_password(password, user=member)
    member.set_password(password)
    member.full_clean()
    member.save()
    return member


@transaction.atomic
def add_member_with_one_time_password(
    *, username: str, display_name: str, role: StaffMember.Role, department: Department, now: datetime
) -> tuple[StaffMember, str]:
    """An account and the password for its first sign-in, which is kept nowhere. Raises ValidationError."""
    first = _new_password()
    member = add_member(username=username, display_name=display_name, role=role, department=department, password=first)
    return member, give_one_time_password(member=member, now=now)


@transaction.atomic
def give_one_time_password(*, member: StaffMember, now: datetime) -> str:
    """A password for one sign-in within 72 hours, in the place of the old one; all sessions of the member end."""
    password = _new_password()
    member.set_password(password)
    member.must_change_password = True
    member.password_expires_at = now + ONE_TIME_FOR
    member.save(update_fields=["password", "must_change_password", "password_expires_at"])
    end_sessions(sessions=UserSession.objects.filter(user=member))
    return password


def _new_password() -> str:
    return "-".join(get_random_string(GROUP_LETTERS, LETTERS) for _group in range(GROUPS))


def refuse_expired(*, member: StaffMember, now: datetime) -> None:
    """Raises PasswordExpired where the member's one-time password is too old."""
    if member.password_expires_at and member.password_expires_at <= now:
        raise PasswordExpired


@transaction.atomic
def choose_password(*, member: StaffMember, password: str, keep: str | None = None) -> None:
    """The member's own new password; his other sessions end, the one with the key `keep` stays.

    Raises ValidationError for a weak one, and for the one he has.
    """
    if member.check_password(password):
        raise ValidationError(_("รหัสผ่านใหม่ต้องไม่ซ้ำกับรหัสผ่านเดิม กรุณาตั้งรหัสผ่านอื่น"))
    validate_password(password, user=member)
    member.set_password(password)
    member.must_change_password = False
    member.password_expires_at = None
    member.save(update_fields=["password", "must_change_password", "password_expires_at"])
    end_sessions(sessions=UserSession.objects.filter(user=member).exclude(session_key=keep or ""))


@transaction.atomic
def shut_account(*, member: StaffMember) -> None:
    """Close an account; who is signed in with it is out at once. Raises ValidationError for the last administrator."""
    member.is_active = False
    member.clean()
    member.save(update_fields=["is_active"])
    end_sessions(sessions=UserSession.objects.filter(user=member))


@transaction.atomic
def open_account(*, member: StaffMember) -> None:
    """Open a closed account again, with the password it had."""
    member.is_active = True
    member.save(update_fields=["is_active"])


def sessions_of(member: StaffMember) -> list[UserSession]:
    """Where the member is signed in now, the newest first; rows of sessions that ended are cleared away."""
    return sorted(UserSession.objects.purge_and_list(member), key=lambda one: one.created_at, reverse=True)


def end_sessions(*, sessions: Iterable[Any]) -> int:
    """Sign out wherever these sessions are; returns how many there were."""
    ended = list(sessions)
    for session in ended:
        session.end()
    return len(ended)


def end_all_sessions(*, member: StaffMember) -> int:
    """Sign a member out everywhere, and say so in his history; returns how many sessions there were."""
    count = end_sessions(sessions=UserSession.objects.filter(user=member))
    note_change(row=member, what="การเข้าสู่ระบบ", after="ออกจากระบบทุกเครื่องโดยผู้ดูแลระบบ")
    return count


def sweep_sessions(*, now: datetime) -> int:
    """Delete sessions of the staff that are over, and where they were; returns how many rows."""
    sessions, _rows = Session.objects.filter(expire_date__lte=now).delete()
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    places, _rows = UserSession.objects.filter(~Exists(alive)).delete()
    return int(places + sessions)
