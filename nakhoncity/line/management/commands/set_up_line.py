"""`manage.py set_up_line`: put the rich menu under the chat; again is harmless."""

from typing import Any

from django.core.management.base import BaseCommand

from nakhoncity.line import rich_menu
from nakhoncity.line.client import make_rich_menu


class Command(BaseCommand):
    """Create the rich menu at LINE and make it everybody's."""

    help = "Create the rich menu at LINE and make it everybody's."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the menu and say its id."""
        menu_id = make_rich_menu(rich_menu.menu(), rich_menu.picture())
        self.stdout.write(f"rich menu {menu_id}")
