"""`manage.py compile_texts`: makes of every catalogue (.po) the file that Django reads (.mo); no GNU gettext needed."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Compile the texts of nakhoncity/locale."""

    help = "Compile the catalogues of nakhoncity/locale."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Each language, and how many sentences it has."""
        for folder in settings.LOCALE_PATHS:
            for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                catalogue = polib.pofile(str(path))
                path.with_suffix(".mo").write_bytes(catalogue.to_binary())
                self.stdout.write(f"{path.parent.parent.name}: {len(catalogue.translated_entries())}")
