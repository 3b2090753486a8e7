"""The history room's entry in Django's list of apps."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Who changed what of configuration and personal records, and who looked at which record."""

    name = "nakhoncity.history"
    label = "history"
    verbose_name = "ประวัติและการเปิดดู"
