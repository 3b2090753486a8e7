"""What came in from LINE, what is owed to people by LINE, and whether the channel works."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

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


class WebhookEventQuerySet(models.QuerySet["WebhookEvent"]):
    """Events by what is to be done with them."""

    def due(self, now: datetime) -> "WebhookEventQuerySet":
        """Those nobody works on, each person's oldest only: what somebody did is worked in its order."""
        mine = WebhookEvent.objects.filter(
            line_user_id=OuterRef("line_user_id"), state=WebhookEvent.State.RECEIVED
        ).exclude(line_user_id="")
        before = Q(happened_at__lt=OuterRef("happened_at")) | Q(
            happened_at=OuterRef("happened_at"), pk__lt=OuterRef("pk")
        )
        return self.filter(WebhookEvent.is_free(now), ~Exists(mine.filter(before)))


class WebhookEvent(models.Model):
    """One event as LINE sent it: stored first, worked later, once."""

    class State(models.TextChoices):
        """How far it has been worked. A leased event is still “received”."""

        RECEIVED = "received"
        DONE = "done"
        FAILED = "failed"
        IGNORED = "ignored"

    webhook_event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    line_user_id = models.CharField(max_length=33, blank=True)
    message_id = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # JSON in plain ASCII: escapes keep NUL and lone surrogates, which no JSON column takes.
    raw = models.TextField()
    is_redelivery = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    objects = WebhookEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["happened_at", "id"], name="webhook_to_work", condition=Q(state="received")),
            models.Index(fields=["line_user_id", "state", "happened_at"], name="webhook_of_person"),
            models.Index(fields=["received_at"], name="webhook_age"),
        ]

    def __str__(self) -> str:
        return self.webhook_event_id

    @staticmethod
    def is_free(now: datetime) -> Q:
        """The condition under which an event may be claimed."""
        free = Q(lease_until=None) | Q(lease_until__lte=now)
        return free & Q(state=WebhookEvent.State.RECEIVED)

    @property
    def body(self) -> dict[str, Any]:
        """The event as LINE sent it."""
        body: dict[str, Any] = json.loads(self.raw)
        return body


class OutboundQuerySet(models.QuerySet["OutboundMessage"]):
    """Messages by what is to be done with them."""

    def due(self, now: datetime) -> "OutboundQuerySet":
        """Those whose time has come and whom nobody is sending; a lease that ran out counts as nobody."""
        return self.filter(OutboundMessage.is_free(now) | Q(state=OutboundMessage.State.SENDING, lease_until__lte=now))

    def sendable(self, now: datetime, *, is_urgent: bool) -> "OutboundQuerySet":
        """Due rows that may leave now, the longest waiting first.

        One person's messages keep their order: a row waits while an earlier one to the same person is under way or
        deferred. A reply waits for nothing, for its token dies within a minute; a flood warning only for an
        earlier warning.
        """
        earlier = OutboundMessage.objects.filter(
            line_user_id=OuterRef("line_user_id"),
            state__in=[OutboundMessage.State.QUEUED, OutboundMessage.State.SENDING],
        ).filter(Q(send_after__lt=OuterRef("send_after")) | Q(send_after=OuterRef("send_after"), pk__lt=OuterRef("pk")))
        rows = self.filter(OutboundMessage.is_free(now), is_urgent=is_urgent).order_by("next_attempt_at", "pk")
        if not is_urgent:
            return rows.filter(~Exists(earlier))
        return rows.filter(Q(kind=OutboundMessage.Kind.REPLY) | ~Exists(earlier.filter(is_urgent=True)))

    def not_left(self) -> "OutboundQuerySet":
        """Those of which LINE can't have heard yet: they can be taken back."""
        waiting = [OutboundMessage.State.QUEUED, OutboundMessage.State.HELD_QUOTA]
        return self.filter(state__in=waiting, first_attempt_at=None)

    def pushed_since(self, moment: datetime) -> "OutboundQuerySet":
        """Messages of ours that LINE counts: accepted pushes."""
        return self.filter(
            state=OutboundMessage.State.ACCEPTED, kind=OutboundMessage.Kind.PUSH, accepted_at__gte=moment
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
    # Replies and flood warnings: they overtake what else is due.
    is_urgent = models.BooleanField(default=False)
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
    # The first attempt that LINE may have taken: empty again after a clear "no" (429, 401, no connection).
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                name="outbound_sending_has_lease",
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                violation_error_message="ข้อความที่กำลังส่งต้องมีผู้ส่ง",
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="outbound_queued", condition=Q(state="queued")),
            models.Index(
                fields=["next_attempt_at"], name="outbound_urgent", condition=Q(state="queued", is_urgent=True)
            ),
            models.Index(fields=["lease_until"], name="outbound_sending", condition=Q(state="sending")),
            models.Index(fields=["lease_token"], name="outbound_lease", condition=Q(state="sending")),
            models.Index(fields=["accepted_at"], name="outbound_accepted", condition=Q(state="accepted")),
            models.Index(fields=["expires_at"], name="outbound_held", condition=Q(state="held_quota")),
            models.Index(fields=["created_at"], name="outbound_failed", condition=Q(state="failed")),
            models.Index(fields=["created_at"], name="outbound_unknown", condition=Q(state="unknown")),
            models.Index(fields=["line_user_id", "state", "send_after"], name="outbound_of_person"),
            models.Index(fields=["created_at"], name="outbound_age"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    @staticmethod
    def is_free(now: datetime) -> Q:
        """The condition under which a row may be claimed."""
        return Q(state=OutboundMessage.State.QUEUED, next_attempt_at__lte=now)


class ChannelState(models.Model):
    """Whether we may send, and how much of the month's quota is used. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    # LINE refused our token: nothing leaves until a person has put it right.
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=200, blank=True)
    # A person, or a restore from backup, wants silence.
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=200, blank=True)
    # LINE gave no clear answer to anything; now and then one message asks whether it is back.
    trouble_since = models.DateTimeField(null=True, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    bot_user_id = models.CharField(max_length=33, blank=True)
    quota_limit = models.PositiveIntegerField(null=True, blank=True)
    quota_used = models.PositiveIntegerField(default=0)
    quota_read_at = models.DateTimeField(null=True, blank=True)
    # Of the month's used messages, those that this installation sent; the rest was written by hand elsewhere.
    known_used = models.PositiveIntegerField(default=0)
    sent_since_read = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="channelstate_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.stop_reason or self.pause_reason or "open"

    @property
    def is_open(self) -> bool:
        """Whether messages may leave."""
        return self.stopped_at is None and self.paused_at is None

    @classmethod
    def current(cls) -> "ChannelState":
        """The row, or an open channel of which nothing is known yet."""
        return cls.objects.filter(pk=1).first() or cls()
