"""The residents room's entry in Django's list of apps."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Residents, their sessions and their consents."""

    name = "nakhoncity.residents"
    label = "residents"
