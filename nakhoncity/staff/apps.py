"""The staff room's entry in Django's list of apps."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Who works here, in which office, and who may see what."""

    name = "nakhoncity.staff"
    label = "staff"
