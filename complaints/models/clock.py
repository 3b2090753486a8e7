"""The clocks of a case and what they set off."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from complaints.models.case import Complaint
from complaints.sla import ClockState
from complaints.workflow import ClockKind
from nakhoncity.staff.models import Position, StaffMember


class ClockQuerySet(models.QuerySet["Clock"]):
    """Clocks by what time makes of them."""

    def running(self, kind: ClockKind) -> "ClockQuerySet":
        """The one unstopped clock of a kind."""
        return self.filter(kind=kind, stopped_at=None)

    def due_for_escalation(self, now: datetime) -> "ClockQuerySet":
        """Clocks of which a level has fallen due; costs what is due, not what is open."""
        return self.filter(next_escalation_at__lte=now, stopped_at=None)

    def pause_ended(self, now: datetime) -> "ClockQuerySet":
        """Paused clocks whose promised date has come."""
        return self.filter(pause_until__lte=now, paused_at__isnull=False, stopped_at=None)


class Clock(models.Model):
    """One measured promise of a case: the first answer, or the repair. Reopening starts the next number."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=12, choices=ClockKind.choices)
    number = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    target = models.DurationField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_until = models.DateTimeField(null=True, blank=True)
    paused_total = models.DurationField(default=timedelta(0))
    paused_late = models.DurationField(default=timedelta(0), help_text="pauses that began after the deadline")
    stopped_at = models.DateTimeField(null=True, blank=True)
    next_escalation_at = models.DateTimeField(null=True, blank=True)
    level = models.SmallIntegerField(default=-1)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "number"], name="clock_one_per_number"),
            models.UniqueConstraint(
                fields=["complaint", "kind"], condition=Q(stopped_at=None), name="clock_one_running_per_kind"
            ),
            models.CheckConstraint(
                name="clock_due_after_start",
                condition=Q(due_at__gte=F("started_at")),
                violation_error_message="กำหนดเสร็จต้องไม่ก่อนเวลาเริ่ม",
            ),
            models.CheckConstraint(
                name="clock_pause_has_end",
                condition=Q(paused_at=None, pause_until=None) | Q(paused_at__isnull=False, pause_until__isnull=False),
                violation_error_message="การพักเวลาต้องมีวันสิ้นสุด",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_escalation_at"],
                name="clock_next_escalation",
                condition=Q(stopped_at=None, next_escalation_at__isnull=False),
            ),
            models.Index(
                fields=["pause_until"],
                name="clock_pause_until",
                condition=Q(stopped_at=None, pause_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.number}"

    @property
    def state(self) -> ClockState:
        """The clock as the pure rules know it."""
        return ClockState(
            started_at=self.started_at,
            target=self.target,
            due_at=self.due_at,
            paused_at=self.paused_at,
            pause_until=self.pause_until,
            paused_total=self.paused_total,
            paused_late=self.paused_late,
            stopped_at=self.stopped_at,
        )

    def take(self, state: ClockState) -> None:
        """Take over a state that the pure rules computed; saving is the service's."""
        for name in (
            "target",
            "due_at",
            "paused_at",
            "pause_until",
            "paused_total",
            "paused_late",
            "stopped_at",
        ):
            setattr(self, name, getattr(state, name))


class Escalation(models.Model):
    """One level that one clock has passed: recorded once, whoever was told."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    fell_due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    is_told = models.BooleanField(help_text="false: passed during downtime, only the highest level was told")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "level"], name="escalation_once_per_level"),
            models.CheckConstraint(
                name="escalation_never_early",
                condition=Q(recorded_at__gte=F("fell_due_at")),
                violation_error_message="การแจ้งผู้บังคับบัญชาต้องไม่เกิดก่อนเวลา",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} level {self.level}"


class EscalationNotice(models.Model):
    """Who is told of a level, by position, and when: at once, after the quiet hours, or in a digest."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="notices")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="escalation_notices")
    title_th = models.CharField(max_length=160, help_text="the position as it was called then, acting or not")
    note_th = models.CharField(max_length=600, blank=True, help_text="why it went one rank up")
    is_copy = models.BooleanField(default=False)
    tell_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "การแจ้งผู้บังคับบัญชา"
        constraints = [
            models.UniqueConstraint(fields=["escalation", "member"], name="notice_once_per_member"),
        ]
        indexes = [
            models.Index(fields=["tell_at"], name="notice_to_tell", condition=Q(told_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id}: {self.title_th}"
