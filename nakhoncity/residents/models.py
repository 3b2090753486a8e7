"""Residents as LINE knows them, the browsers they are signed in with, and what they agreed to."""

import hashlib
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResidentQuerySet(models.QuerySet["Resident"]):
    """Residents by whether they can be reached."""

    def reachable(self) -> "ResidentQuerySet":
        """Those who have the town as a friend on LINE: only they receive messages."""
        return self.filter(is_friend=True, erased_at=None).exclude(line_user_id=None)


class Resident(models.Model):
    """Someone who reports or books, known by one LINE identity, or by a phone number given once."""

    class Language(models.TextChoices):
        """The language of messages."""

        THAI = "th", "ไทย"
        ENGLISH = "en", "English"

    line_user_id = models.CharField("ไอดี LINE", max_length=33, unique=True, null=True, blank=True)
    display_name = models.CharField("ชื่อ", max_length=100, blank=True)
    phone = models.CharField("โทรศัพท์", max_length=20, blank=True)
    language = models.CharField("ภาษา", max_length=2, choices=Language, default=Language.THAI)
    is_friend = models.BooleanField("เพิ่มเพื่อนแล้ว", default=False)
    friend_changed_at = models.DateTimeField("เปลี่ยนสถานะเพื่อนเมื่อ", null=True, blank=True)
    created_at = models.DateTimeField("พบครั้งแรกเมื่อ")
    erased_at = models.DateTimeField("ลบข้อมูลเมื่อ", null=True, blank=True)

    objects = ResidentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "ประชาชน"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="resident_line_id_not_empty",
                condition=~models.Q(line_user_id=""),
                violation_error_message=_("เว้นว่างไว้เมื่อไม่มี LINE"),
            ),
            models.CheckConstraint(
                name="resident_erased_holds_nothing",
                condition=models.Q(erased_at=None)
                | models.Q(line_user_id=None, display_name="", phone="", is_friend=False),
                violation_error_message=_("ผู้ร้องที่ลบข้อมูลแล้วต้องไม่มีข้อมูลส่วนบุคคลเหลืออยู่"),
            ),
        ]

    def __str__(self) -> str:
        return f"ประชาชน {self.pk}"

    @property
    def line_mark(self) -> str:
        """By which a page sees that somebody else has opened it in LINE: the user id's first 64 bits of SHA-256."""
        return hashlib.sha256(self.line_user_id.encode()).hexdigest()[:16] if self.line_user_id else ""


class ResidentSessionQuerySet(models.QuerySet["ResidentSession"]):
    """Sign-ins by whether they still open anything."""

    def alive(self, now: datetime) -> "ResidentSessionQuerySet":
        """Neither ended, nor run out, nor of someone erased."""
        return self.filter(revoked_at=None, expires_at__gt=now, resident__erased_at=None)


class ResidentSession(models.Model):
    """One browser a resident is signed in with. Only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="sessions")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)

    objects = ResidentSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-last_seen_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="residentsession_ends_after_start",
                condition=models.Q(expires_at__gt=models.F("created_at")),
                violation_error_message=_("วันหมดอายุต้องมาหลังวันเริ่ม"),
            )
        ]

    def __str__(self) -> str:
        return f"session {self.pk} of resident {self.resident_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Consents by whether they hold."""

    def standing(self) -> "ConsentQuerySet":
        """Given and not taken back."""
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """An extra a resident agreed to. Complaints rest on the public task (PDPA s. 24(4)) and need none."""

    class Kind(models.TextChoices):
        """What was agreed to."""

        PUBLISH_PHOTO = "publish_photo", _("เผยแพร่ภาพถ่ายของข้าพเจ้า")
        SHARE_CONTACT = "share_contact", _("ส่งข้อมูลติดต่อให้หน่วยงานอื่นที่รับเรื่องต่อ")
        FLOOD_MESSAGES = "flood_messages", _("รับข้อความเตือนภัยน้ำท่วม")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="consents")
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.CharField(max_length=20, help_text="of the notice that was shown")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=models.Q(withdrawn_at=None, resident__isnull=False),
                name="consent_stands_once",
                violation_error_message=_("ให้ความยินยอมเรื่องนี้ไว้แล้ว"),
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gte=models.F("given_at")),
                violation_error_message=_("ถอนความยินยอมก่อนให้ไม่ได้"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
