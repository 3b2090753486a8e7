"""`manage.py set_up_line`: put the rich menu under the chat; again is harmless."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from nakhoncity.line import rich_menu
from nakhoncity.line.channel import note_bot
from nakhoncity.line.client import LineRefused, delete_menus, make_rich_menu, read_bot_user_id, read_default_menu


class Command(BaseCommand):
    """Create the rich menu at LINE and make it everybody's."""

    help = "Create the rich menu at LINE and make it everybody's; does nothing where it stands already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the menu unless it stands, delete earlier ones of ours, and learn who we are."""
        try:
            self._set_up()
        except LineRefused as error:
            msg = f"LINE did not take the rich menu: {error}"
            raise CommandError(msg) from error

    def _set_up(self) -> None:
        if user_id := read_bot_user_id():
            note_bot(user_id=user_id)
        menu, picture = rich_menu.menu(), rich_menu.picture()
        menu["name"] = rich_menu.name_of(menu, picture)
        if read_default_menu() == menu["name"]:
            self.stdout.write("The rich menu stands already.")
            return
        menu_id = make_rich_menu(menu=menu, picture=picture)
        gone = delete_menus(prefix=rich_menu.NAME_PREFIX, keep=menu_id)
        self.stdout.write(f"Rich menu {menu_id} is everybody's; {gone} earlier ones are deleted.")
