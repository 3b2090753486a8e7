"""What is only ever added: changes of configuration and personal records, and looks at personal records.

The database itself refuses to change these rows (migrations/0002_only_added.py).
"""

from typing import Any

from auditlog.models import AbstractLogEntry
from django.conf import settings
from django.db import models

from nakhoncity.history.actor import current_actor


class Change(AbstractLogEntry):  # type: ignore[misc]  # auditlog is untyped
    """One change of one row: by whom, when, which fields, from what to what. Written by auditlog on every save."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ผู้แก้ไข",
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = verbose_name_plural = "ประวัติการแก้ไข"
        indexes = [models.Index(fields=["content_type", "object_pk"], name="change_by_object")]

    def __str__(self) -> str:
        return str(self.object_repr)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Note who asked for it: who is signed in at this request, nobody where a command or the worker did it."""
        if self.actor is None:
            self.actor = current_actor()
        super().save(*args, **kwargs)


class AccessEntry(models.Model):
    """Somebody of the staff looked at a personal record; looks at the same one within ten minutes are one."""

    class What(models.TextChoices):
        """What was looked at."""

        CASE = "case", "เรื่องร้องเรียน"
        ACCOUNT = "account", "บัญชีเจ้าหน้าที่"
        HISTORY = "history", "ประวัติการแก้ไข"
        ACCESS_LOG = "access_log", "บันทึกการเปิดดู"

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="ผู้เปิดดู"
    )
    what = models.CharField("ข้อมูลที่เปิดดู", max_length=12, choices=What)
    key = models.CharField("เลขที่", max_length=60, blank=True, help_text="เลขที่เรื่อง หรือชื่อผู้ใช้")
    at = models.DateTimeField("เมื่อ", db_index=True)
    window = models.BigIntegerField(editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = verbose_name_plural = "บันทึกการเปิดดูข้อมูล"
        constraints = [models.UniqueConstraint(fields=["member", "what", "key", "window"], name="accessentry_once")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.key}".strip()
