"""What the eight of a race do with accounts, and the guard that their twins do without."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from nakhoncity.staff.accounts import shut_account
from nakhoncity.staff.factors import CodeRefused, spend_code
from nakhoncity.staff.models import StaffMember

SLOW_S = 1.0


def spend(member: str, code: str, now: str) -> bool:
    """Try to sign in with a code; whether it opened."""
    try:
        spend_code(member=StaffMember.objects.get(username=member), code=code, now=datetime.fromisoformat(now))
    except CodeRefused:
        return False
    return True


def shut(member: str) -> bool:
    """Shut an account; whether that was allowed."""
    try:
        shut_account(member=StaffMember.objects.get(username=member))
    except ValidationError:
        return False
    return True


@contextmanager
def no_row_locks() -> Iterator[None]:
    """Rows are read without being locked, and time passes before they are written, as it may."""

    def slowly(save: Any) -> Any:
        def wait_and_save(self: Any, *args: Any, **kwargs: Any) -> None:
            time.sleep(SLOW_S)
            save(self, *args, **kwargs)

        return wait_and_save

    with (
        patch.object(QuerySet, "select_for_update", lambda self, *_args, **_kwargs: self.all()),
        patch.object(Authenticator, "save", slowly(Authenticator.save)),
        patch.object(StaffMember, "save", slowly(StaffMember.save)),
    ):
        yield
