"""The line room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig


class LineConfig(AppConfig):
    """The only door to LINE."""

    name = "nakhoncity.line"
    label = "line"

    def ready(self) -> None:
        """Register what this room holds of a person, and what it tells of itself."""
        import_module("nakhoncity.line.retention").register()
        import_module("nakhoncity.line.figures").register()
