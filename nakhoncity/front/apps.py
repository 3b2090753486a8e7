"""The front room's entry in Django's list of apps."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    """Resident and public pages that span rooms."""

    name = "nakhoncity.front"
    label = "front"
