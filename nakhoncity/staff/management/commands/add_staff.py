"""`manage.py add_staff USERNAME --name … --office CODE [--role admin]`: an account, with a password typed twice."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from nakhoncity.staff.accounts import add_member
from nakhoncity.staff.models import Department, StaffMember


class Command(BaseCommand):
    """Make an account of the staff; the first one of a town is made here."""

    help = "Make an account of the staff and ask for its password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who it is, where he works, and what he may do."""
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="as it stands on the pages of the staff")
        parser.add_argument("--office", required=True, help="code of the office, e.g. CLERK")
        parser.add_argument("--role", choices=StaffMember.Role.values, default=StaffMember.Role.ADMIN)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for the password, make the account, or say in a sentence what is in the way."""
        department = Department.objects.internal().filter(code=options["office"]).first()
        if department is None:
            codes = ", ".join(Department.objects.internal().values_list("code", flat=True))
            msg = f"There is no office {options['office']}. There are: {codes}"
            raise CommandError(msg)
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            msg = "The two passwords differ; nothing was made."
            raise CommandError(msg)
        try:
            member = add_member(
                username=options["username"],
                display_name=options["name"],
                role=StaffMember.Role(options["role"]),
                department=department,
                password=password,
            )
        except ValidationError as refused:
            raise CommandError("; ".join(refused.messages)) from refused
        self.stdout.write(f"{member.username} can sign in at /staff/login/.")
