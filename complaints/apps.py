"""The complaints room's entry in Django's list of apps."""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.registry import Metric, Tile, api_scopes, home_cards, home_tiles, metrics

ESCALATIONS = "complaints.tasks.sweep_escalations"


class ComplaintsConfig(AppConfig):
    """Complaints: filed, worked and kept within the promise."""

    name = "complaints"
    verbose_name = "เรื่องร้องเรียน"

    def ready(self) -> None:
        """Register what this room answers, what it holds of a person, its figures, and what has a history."""
        keep_history = import_module("nakhoncity.history.keeping").keep_history
        keep_history(self.get_model("Category"), many={"cooperating"})
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
        write: str = import_module("complaints.services.writers").WRITE
        api_scopes.register(write, _("ส่งเรื่องร้องเรียน และดูสถานะของเรื่องที่ส่ง"))
        metrics.register("complaints_overdue", Metric("Cases whose deadline has passed.", self._overdue))
        metrics.register(
            "complaints_last_escalation_sweep_seconds",
            Metric("Seconds since the ladder was last looked at; half a minute is usual.", self._since_escalation),
        )

    def _overdue(self, now: datetime) -> float:
        complaint: Any = self.get_model("Complaint")
        return float(complaint.objects.overdue(now).count())

    def _since_escalation(self, now: datetime) -> float | None:
        seconds: float | None = import_module("nakhoncity.city.sweeps").seconds_since_sweep(name=ESCALATIONS, now=now)
        return seconds
