"""`manage.py seed [--reset] [--demo]`: the town, its offices and categories; with --demo people and cases as well."""

from argparse import ArgumentParser
from datetime import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.services.seed import seed_categories
from complaints.services.words import sweep_words
from nakhoncity.backoffice import demo
from nakhoncity.city.models import CityProfile, Holiday
from nakhoncity.city.services import confirm_holidays, propose_holidays, seed_city
from nakhoncity.kit.thai import thai_datetime
from nakhoncity.staff.services import seed_demo_staff, seed_departments


class Command(BaseCommand):
    """Seed the town; run again it adds what is missing and leaves what was edited."""

    help = "Seed the town, its offices and categories; with --demo people and cases as well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--demo adds people and cases, only where DEMO=1; --reset takes the words of the files again."""
        parser.add_argument("--demo", action="store_true")
        parser.add_argument("--reset", action="store_true", help="overwrite edited profile, offices and categories")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed and say what there is."""
        now = timezone.now()
        is_new, reset = not CityProfile.objects.exists(), options["reset"]
        profile = seed_city(reset=reset)
        seed_departments(reset=reset)
        seed_categories(reset=reset)
        sweep_words(now=now)
        year = timezone.localdate().year
        has_new_year = not Holiday.objects.filter(day__year=year).exists() and propose_holidays(year=year) > 0
        if not options["demo"]:
            return
        if not settings.DEMO:
            msg = "--demo needs DEMO=1: it makes accounts with a known password."
            raise CommandError(msg)
        if has_new_year:
            confirm_holidays(year=year)
        if is_new or reset:
            # The demo is shown at any hour, so its town begins without quiet hours.
            profile.quiet_from = profile.quiet_until = time(0)
            profile.save()
        seed_demo_staff()
        demo.seed_past(now=now)
        # The past takes a while to live: the three minutes begin when it is there.
        case = demo.seed_soon(now=timezone.now())
        self.stdout.write(
            f"Case {case.reference} falls due at {thai_datetime(case.due_at)} ({case.department.name_th})."
        )
