"""The backoffice room's entry in Django's list of apps."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Staff pages that span rooms."""

    name = "nakhoncity.backoffice"
    label = "backoffice"
