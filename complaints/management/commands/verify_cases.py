"""`manage.py verify_cases`: do the columns of all cases say what their events and clocks say?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.services.verification import verify_all


class Command(BaseCommand):
    """Compare, print the differences, change nothing; exit code 1 if there are any."""

    help = "Recompute the columns of all cases from their events and clocks and print where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line per difference, then the count."""
        cases = wrong = 0
        for reference, differences in verify_all():
            cases += 1
            wrong += bool(differences)
            for difference in differences:
                self.stdout.write(f"{reference}: {difference}")
        if wrong:
            msg = f"{wrong:,} of {cases:,} cases differ from their record"
            raise CommandError(msg)
        self.stdout.write(f"{cases:,} cases agree with their record")
