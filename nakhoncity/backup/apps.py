"""The backup room's entry in Django's list of apps."""

import shutil
from datetime import datetime
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from nakhoncity.kit.registry import Metric, metrics


class BackupConfig(AppConfig):
    """The whole portal as one file, and back."""

    name = "nakhoncity.backup"
    label = "backup"

    def ready(self) -> None:
        """Tell /metrics how old the last backup is, and how much room is left for pictures."""
        metrics.register("last_backup_seconds", Metric("Seconds since the last backup was finished.", self._age))

        metrics.register("disk_free_ratio", Metric("Free share of the disk of DATA_DIR (pictures).", _free))

    def _age(self, now: datetime) -> float | None:
        age: float | None = import_module("nakhoncity.backup.services").seconds_since_backup(now=now)
        return age


def _free(now: datetime) -> float:
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free / usage.total
