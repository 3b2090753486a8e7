"""What came in from LINE, what is owed to people by LINE, and whether the channel works."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from nakhoncity.residents.models import Resident


class MessageClass(models.IntegerChoices):
    """How much a message matters when the month's quota runs short; 1 comes first."""

    FLOOD = 1, "เตือนภัย"
    RESULT = 2, "ผลการดำเนินการและคำถาม"
    BOOKING = 3, "การจองคิวของผู้รับ"
    PROGRESS = 4, "ความคืบหน้า"
    FOLLOWER = 5, "ผู้ติดตาม"
    STAFF = 6, "เจ้าหน้าที่"
    NEWS = 7, "ข่าวสาร"


class WebhookEvent(models.Model):
    """One event as LINE sent it: stored first, worked later, once."""

    class State(models.TextChoices):
        """How far it has been worked."""

        RECEIVED = "received"
        DONE = "done"
        FAILED = "failed"

    webhook_event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    line_user_id = models.CharField(max_length=33, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    raw = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["happened_at", "id"], name="webhook_to_work", condition=Q(state="received")),
        ]

    def __str__(self) -> str:
        return self.webhook_event_id


class OutboundQuerySet(models.QuerySet["OutboundMessage"]):
    """Messages by what is to be done with them."""

    def due(self, now: datetime) -> "OutboundQuerySet":
        """Those whose time has come and whom nobody is sending; a lease that ran out counts as nobody."""
        return self.filter(
            Q(state=OutboundMessage.State.QUEUED, next_attempt_at__lte=now)
            | Q(state=OutboundMessage.State.SENDING, lease_until__lte=now)
        )


class OutboundMessage(models.Model):
    """One message owed to one person: its payload and retry key are fixed when it is written."""

    class State(models.TextChoices):
        """Where it is on its way. “Accepted” means that LINE has it, not that somebody has read it."""

        QUEUED = "queued", "รอส่ง"
        SENDING = "sending", "กำลังส่ง"
        ACCEPTED = "accepted", "ส่งถึง LINE แล้ว"
        FAILED = "failed", "ส่งไม่ได้"
        HELD_QUOTA = "held_quota", "รอโควตา"
        SKIPPED_BLOCKED = "skipped_blocked", "ผู้รับไม่ได้เป็นเพื่อน"
        CANCELLED = "cancelled", "ยกเลิก"
        EXPIRED = "expired", "หมดเวลา"
        UNKNOWN = "unknown", "ไม่ทราบผล"

    class Kind(models.TextChoices):
        """By which call it goes."""

        PUSH = "push"
        REPLY = "reply"

    resident = models.ForeignKey(Resident, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    line_user_id = models.CharField(max_length=33, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PUSH)
    message_class = models.PositiveSmallIntegerField(choices=MessageClass.choices)
    payload = models.JSONField()
    retry_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    event = models.CharField(max_length=80, db_index=True)
    reply_token = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects = OutboundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outbound_expires_after_start",
                condition=Q(expires_at__gt=F("send_after")),
                violation_error_message="ข้อความต้องหมดเวลาหลังเวลาส่ง",
            ),
            models.CheckConstraint(
                name="outbound_reply_has_token",
                condition=~Q(kind="reply") | ~Q(reply_token=""),
                violation_error_message="ข้อความตอบต้องมีโทเคน",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="outbound_queued", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="outbound_sending", condition=Q(state="sending")),
            models.Index(fields=["accepted_at"], name="outbound_accepted", condition=Q(state="accepted")),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class ChannelState(models.Model):
    """Whether we may send, and how much of the month's quota is used. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)
    quota_limit = models.PositiveIntegerField(null=True, blank=True)
    quota_used = models.PositiveIntegerField(default=0)
    quota_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="channelstate_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.stop_reason or "open"

    @classmethod
    def current(cls) -> "ChannelState":
        """The row, or an open channel of which nothing is known yet."""
        return cls.objects.filter(pk=1).first() or cls()
