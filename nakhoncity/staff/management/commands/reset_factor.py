"""`manage.py reset_factor USERNAME`: take away a member's second step, for the day no administrator can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nakhoncity.staff.accounts import end_all_sessions
from nakhoncity.staff.factors import reset_factors
from nakhoncity.staff.models import StaffMember


class Command(BaseCommand):
    """Take away app, passkeys and recovery codes of one account, and sign it out everywhere."""

    help = "Take away a member's second step of signing in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say that there is no such account."""
        member = StaffMember.objects.filter(username=options["username"]).first()
        if member is None:
            msg = f"There is no account {options['username']}; nothing was changed."
            raise CommandError(msg)
        count = reset_factors(member=member)
        ended = end_all_sessions(member=member)
        self.stdout.write(
            f"{member.username}: {count} taken away, {ended} sessions ended. The next sign-in sets up anew."
        )
