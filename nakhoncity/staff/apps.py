"""The staff room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.registry import Tile, settings_tiles


class StaffConfig(AppConfig):
    """Who works here, in which office, and who may see what."""

    name = "nakhoncity.staff"
    label = "staff"
    verbose_name = "หน่วยงานและเจ้าหน้าที่"

    def ready(self) -> None:
        """Say what has a history, and what administrators set up here."""
        words = _("เปิดและปิดบัญชี ออกรหัสผ่านชั่วคราว ล้างการยืนยันตัวตนสองขั้นตอน")
        settings_tiles.register("people", Tile(_("บัญชีเจ้าหน้าที่"), words, "users", "staff:people"))
        keep_history = import_module("nakhoncity.history.keeping").keep_history
        for name in ("Department", "Position", "ActingHolder"):
            keep_history(self.get_model(name))
        keep_history(
            self.get_model("StaffMember"),
            leave_out={"last_login", "name_key", "created_at"},
            hide={"password", "phone", "line_user_id"},
        )
