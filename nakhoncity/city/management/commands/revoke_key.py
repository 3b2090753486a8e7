"""`manage.py revoke_key PREFIX`: end a key of the open API at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nakhoncity.city.keys import revoke_key


class Command(BaseCommand):
    """End a key; administrators do the same at /staff/settings/keys/."""

    help = "End a key of the open API at once and for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which key."""
        parser.add_argument("prefix", help="the eight letters after nkc_")

    def handle(self, *args: Any, **options: Any) -> None:
        """End it, or say that there is none."""
        if not revoke_key(prefix=options["prefix"], by="", now=timezone.now()):
            msg = f"There is no living key {options['prefix']}."
            raise CommandError(msg)
        self.stdout.write(f"{options['prefix']} opens nothing any more.")
