"""The kit room's entry in Django's list of apps."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Pure helpers and their template tags."""

    name = "nakhoncity.kit"
    label = "kit"
