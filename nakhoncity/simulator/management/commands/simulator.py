"""`manage.py simulator [--port N]`: a stand-in LINE platform for trials, in a process of its own."""

import argparse
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from nakhoncity.simulator.server import serve


class Command(BaseCommand):
    """Run the simulator until it is stopped."""

    help = "Run the LINE simulator (trials only)."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the address to listen at."""
        parser.add_argument("--port", type=int, default=urlsplit(settings.SIMULATOR_URL).port)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve."""
        serve(host=options["host"], port=options["port"], say=self._say)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
