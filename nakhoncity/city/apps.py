"""The city room's entry in Django's list of apps."""

from importlib import import_module

from django.apps import AppConfig


class CityConfig(AppConfig):
    """What belongs to a town: profile, areas, holidays, mode."""

    name = "nakhoncity.city"
    label = "city"
    verbose_name = "เมือง"

    def ready(self) -> None:
        """Load the checks, and say what has a history."""
        keep_history = import_module("nakhoncity.history.keeping").keep_history
        import_module("nakhoncity.city.checks")
        for name in ("CityProfile", "Area", "Holiday", "CityMode"):
            keep_history(self.get_model(name))
