"""The complaints room's entry in Django's list of apps."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """Complaints: filed, worked and kept within the promise."""

    name = "complaints"
    label = "complaints"
