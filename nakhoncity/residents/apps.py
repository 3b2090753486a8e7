"""The residents room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Residents, their sessions and their consents."""

    name = "nakhoncity.residents"
    label = "residents"

    def ready(self) -> None:
        """Say what has a history; whether somebody follows the town on LINE, LINE itself tells with each event."""
        keep_history = import_module("nakhoncity.history.keeping").keep_history
        keep_history(
            self.get_model("Resident"),
            leave_out={"is_friend", "friend_changed_at"},
            hide={"line_user_id", "display_name", "phone"},
        )
