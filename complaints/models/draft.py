"""A report while it is being written, and the number it will get."""

import uuid
from datetime import datetime, timedelta

from django.db import models

from nakhoncity.residents.models import Resident

KEPT_FOR = timedelta(days=7)


class ReportDraftQuerySet(models.QuerySet["ReportDraft"]):
    """Drafts by holder and by age."""

    def of(self, resident: Resident) -> "ReportDraftQuerySet":
        """Drafts of one resident, newest first."""
        return self.filter(resident=resident).order_by("-updated_at")

    def expired(self, now: datetime) -> "ReportDraftQuerySet":
        """Drafts that nobody finished within seven days."""
        return self.filter(expires_at__lte=now)


class ReportDraft(models.Model):
    """What was typed so far. Its id is the idempotency key of the case that comes of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    fields = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = ReportDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)


class ReferenceCounter(models.Model):
    """The last number given in a Buddhist calendar year; gaps are allowed."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
