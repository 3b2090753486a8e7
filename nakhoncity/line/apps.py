"""The line room's entry in Django's list of apps."""

from django.apps import AppConfig


class LineConfig(AppConfig):
    """The only door to LINE."""

    name = "nakhoncity.line"
    label = "line"
