"""The complaints room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints: filed, worked and kept within the promise."""

    name = "complaints"

    def ready(self) -> None:
        """Register what this room answers in the chat and what it holds of a person."""
        import_module("complaints.line_handlers").register()
        import_module("complaints.personal_data").register()
