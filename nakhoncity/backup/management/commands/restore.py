"""`manage.py restore FILE`: the portal as it was; nothing is sent until a person releases it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from nakhoncity.backup.archive import BackupRefused
from nakhoncity.backup.database import DatabaseToolFailed
from nakhoncity.backup.services import restore_backup


class Command(BaseCommand):
    """Restore a backup."""

    help = "Put a backup in the place of what is there. Stop web, worker and beat first; LINE stays silent after it."
    # The database may be empty or older than the code.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file; --replace: what is there may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and say what comes next."""
        try:
            manifest = restore_backup(file=options["file"], replace=options["replace"], now=timezone.now())
        except (BackupRefused, DatabaseToolFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored as of {manifest.made_at}: {len(manifest.files) - 1} pictures.")
        self.stdout.write("No LINE message leaves until somebody has looked and says: manage.py line_channel open")
