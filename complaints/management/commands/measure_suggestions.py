"""`manage.py measure_suggestions FILE`: how well categories are suggested for the texts of a labelled CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from complaints.services.history import NoCategory
from complaints.services.measuring import NotLabelled, Result, measure, read_halves

MISTAKES = 15


class Command(BaseCommand):
    """Learn on the earlier half, measure on the later; nothing is written."""

    help = "Measure the suggestion of categories on a labelled CSV: learned on its earlier half, measured on the later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file: columns text or comment, category or type, and perhaps received_at or timestamp."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print top-1, top-3, the mean over categories, and what was mistaken for what."""
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as lines:
                halves = read_halves(lines)
        except (OSError, UnicodeDecodeError, NotLabelled, NoCategory) as error:
            raise CommandError(str(error)) from error
        measured = measure(*halves)
        self.stdout.write(f"learned on {measured.learned_on} earlier texts and our teaching sentences")
        self._say("later half", measured.later)
        self._say("later half, by the lengths of keywords alone", measured.later_by_keywords)
        self._say("our sentences that nothing was tuned on", measured.sentences)
        self.stdout.write("mistaken most often in the later half (right -> first suggestion):")
        for (right, wrong), n in measured.later.mistaken.most_common(MISTAKES):
            self.stdout.write(f"  {n:4} {right} -> {wrong}")

    def _say(self, what: str, result: Result) -> None:
        self.stdout.write(
            f"{what}: n {result.texts}, top-1 {result.top_1:.1f} %, top-3 {result.top_3:.1f} %, "
            f"top-3 averaged over {len(result.by_category)} categories {result.mean_top_3:.1f} %"
        )
