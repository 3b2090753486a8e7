"""`manage.py line_channel [status|pause|open]`: see whether messages leave, silence them, release them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from nakhoncity.kit.clock import database_now
from nakhoncity.line.channel import open_channel, pause_sending, report_channel


class Command(BaseCommand):
    """Show, pause or open the LINE channel."""

    help = "Show, pause or open the LINE channel. It stops by itself when LINE refuses the access token."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and why."""
        parser.add_argument("action", nargs="?", choices=["status", "pause", "open"], default="status")
        parser.add_argument("--reason", default="by hand")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how the channel stands."""
        now = database_now()
        if options["action"] == "pause":
            pause_sending(reason=options["reason"], now=now)
        if options["action"] == "open":
            open_channel(now=now)
        for name, value in vars(report_channel(now=now)).items():
            self.stdout.write(f"{name}: {value}")
