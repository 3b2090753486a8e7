"""What allauth asks between the right password and the desk, and what a session knows of what was given."""

from datetime import datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.stages import LoginStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from nakhoncity.staff.factors import uses_second_step
from nakhoncity.staff.models import StaffMember

# How long a password that was given is enough for changes of the account.
FRESH = timedelta(minutes=15)


class SecondStep(LoginStage):  # type: ignore[misc]  # allauth is untyped
    """Ask for a code or a passkey, if the member has one."""

    key = "second_step"
    urlname = "staff:second-step"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """The page that asks, or nothing; the sign-in goes on after it."""
        if self.login.user and uses_second_step(member=self.login.user):
            return redirect(self.urlname), True
        return None, True


def note_second_step(request: HttpRequest, member: StaffMember) -> None:
    """Remember in the session that its member passed the second step."""
    record_authentication(request, member, "mfa")


def passed_second_step(request: HttpRequest) -> bool:
    """Whether this session's member passed the second step, at sign-in or by setting it up."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def note_password(request: HttpRequest) -> None:
    """Remember in the session that its member gave his password now."""
    record_authentication(request, request.user, "password", reauthenticated=True)


def is_fresh(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this session's member gave his password within the last 15 minutes."""
    records = get_authentication_records(request, request.user)
    given = [record["at"] for record in records if record.get("method") in {"password", "socialaccount"}]
    return bool(given) and now.timestamp() - max(given) < FRESH.total_seconds()
