"""The administration room's entry in Django's list of apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.registry import Tile, settings_tiles


class AdministrationConfig(AppConfig):
    """/admin/: small tables of configuration, for administrators. Each room lists its own in admin.py."""

    name = "nakhoncity.administration"
    label = "administration"
    verbose_name = "การตั้งค่าระบบ"

    def ready(self) -> None:
        """Lead administrators here from their settings."""
        tables = _("ข้อมูลเทศบาล วันหยุด หน่วยงาน ตำแหน่ง หมวด และสิทธิ์ของเจ้าหน้าที่")
        settings_tiles.register("tables", Tile(_("การตั้งค่าระบบ"), tables, "gear", "admin:index"))
        looks = _("ใครแก้ไขอะไร และใครเปิดดูเรื่องใด")
        settings_tiles.register("history", Tile(_("ประวัติการแก้ไข"), looks, "clock", "admin:history_change_changelist"))
