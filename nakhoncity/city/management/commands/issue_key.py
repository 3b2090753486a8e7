"""`manage.py issue_key NAME --scope cases.write`: a key of the open API, whose secret is printed this once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nakhoncity.city.keys import issue_key
from nakhoncity.kit.registry import api_scopes


class Command(BaseCommand):
    """Make a key; administrators do the same at /staff/settings/keys/."""

    help = "Make a key of the open API and print its secret, which is kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose it is, what it allows, how often and how long."""
        parser.add_argument("name", help="the system that will hold it")
        parser.add_argument("--scope", action="append", dest="scopes", required=True, choices=api_scopes.names())
        parser.add_argument("--per-minute", type=int, default=60)
        parser.add_argument("--days", type=int, default=365, help="how long it lives")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, or say in a sentence what is in the way."""
        now = timezone.now()
        try:
            issued = issue_key(
                name=options["name"],
                scopes=options["scopes"],
                per_minute=options["per_minute"],
                expires_at=now + timedelta(days=options["days"]),
                by="",
                now=now,
            )
        except ValidationError as refused:
            raise CommandError("; ".join(refused.messages)) from refused
        self.stdout.write(issued.secret)
