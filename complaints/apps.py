"""The complaints room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.registry import Tile, home_cards, home_tiles


class ComplaintsConfig(AppConfig):
    """Complaints: filed, worked and kept within the promise."""

    name = "complaints"

    def ready(self) -> None:
        """Register what this room answers in the chat and what it holds of a person."""
        home_tiles.register(
            "report",
            Tile(
                _("แจ้งเรื่อง"),
                _("ไฟดับ ถนนชำรุด ขยะ น้ำท่วม และอื่น\u00a0ๆ"),
                "report",
                "complaints:report-start",
                is_hero=True,
            ),
        )
        home_tiles.register("track", Tile(_("เรื่องของฉัน"), _("ดูว่าถึงไหนแล้ว และตอบเทศบาล"), "track", "complaints:my"))
        home_tiles.register(
            "find", Tile(_("ติดตามด้วยเลขที่"), _("แจ้งทางโทรศัพท์หรือเว็บไซต์ ใช้เลขที่เรื่อง"), "search", "complaints:find")
        )
        home_cards.register("complaints", import_module("complaints.views.home").latest_cases)
        import_module("complaints.line_handlers").register()
        import_module("complaints.personal_data").register()
