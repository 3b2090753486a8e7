"""The backoffice room's entry in Django's list of apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.registry import Tile, settings_tiles


class BackofficeConfig(AppConfig):
    """Staff pages that span rooms."""

    name = "nakhoncity.backoffice"
    label = "backoffice"

    def ready(self) -> None:
        """Register what administrators set up here."""
        words = _("ให้สายด่วนหรือระบบอื่นส่งเรื่องเข้ามาได้ และยกเลิกเมื่อเลิกใช้")
        settings_tiles.register("keys", Tile(_("กุญแจเชื่อมต่อระบบ"), words, "key", "backoffice:keys"))
