"""The city room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig


class CityConfig(AppConfig):
    """What belongs to a town: profile, areas, holidays, mode."""

    name = "nakhoncity.city"
    label = "city"

    def ready(self) -> None:
        """Load the checks."""
        import_module("nakhoncity.city.checks")
