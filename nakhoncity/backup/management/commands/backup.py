"""`manage.py backup [--to DIR]`: the database and the pictures as one checked file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nakhoncity.backup.archive import BackupRefused
from nakhoncity.backup.database import DatabaseToolFailed
from nakhoncity.backup.services import make_backup
from nakhoncity.kit.clock import database_now


class Command(BaseCommand):
    """Make a backup now."""

    help = "Write database and pictures as one file; work goes on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--to: another folder than BACKUP_DIR."""
        parser.add_argument("--to", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say where it is."""
        try:
            file = make_backup(now=database_now(), folder=options["to"])
        except (BackupRefused, DatabaseToolFailed, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file} ({file.stat().st_size:,} bytes)")
