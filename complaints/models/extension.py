"""A wish for more time, and what was decided about it."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from complaints.extending import MOST_EXTENSIONS, Reason, is_beyond_director
from complaints.models.case import Complaint
from complaints.models.clock import Clock
from nakhoncity.kit.thai import bangkok_date
from nakhoncity.staff.models import ActingHolder, Position, StaffMember

Kind = Position.Kind
DIRECTORS = (Kind.OFFICE_HEAD, Kind.SECRETARY, Kind.MAYOR)
SECRETARIES = (Kind.SECRETARY, Kind.MAYOR)


class ExtensionQuerySet(models.QuerySet["Extension"]):
    """Extensions by how they stand."""

    def open(self) -> "ExtensionQuerySet":
        """Those nobody has decided, of clocks that still run."""
        return self.filter(state=Extension.State.ASKED, clock__stopped_at=None)

    def granted(self) -> "ExtensionQuerySet":
        """Those that moved a deadline."""
        return self.filter(state=Extension.State.GRANTED)

    def with_posts_of(self, *, complaint: Complaint, member: StaffMember, now: datetime) -> "ExtensionQuerySet":
        """Add `holds_director` and `holds_secretary`: whether the member answers for such a post above the case."""
        held = Position.objects.filter(
            department__code__in=[complaint.department.code, *complaint.department.ancestor_codes]
        )
        today = bangkok_date(now)
        acting = ActingHolder.objects.filter(position=OuterRef("pk"), member=member, from_date__lte=today)
        held = held.filter(Q(holder=member) | Exists(acting.filter(Q(to_date=None) | Q(to_date__gte=today))))
        return self.annotate(
            holds_director=Exists(held.filter(kind__in=DIRECTORS)),
            holds_secretary=Exists(held.filter(kind__in=SECRETARIES)),
        )


class Extension(models.Model):
    """One request to move the deadline of a fix clock. Asked by an officer, decided by another person."""

    class State(models.TextChoices):
        """What became of it. Lapsed: the case ended before anybody decided."""

        ASKED = "asked", "รอพิจารณา"
        GRANTED = "granted", "ให้ขยายเวลา"
        REFUSED = "refused", "ไม่ให้ขยายเวลา"
        LAPSED = "lapsed", "เรื่องสิ้นสุดก่อนพิจารณา"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="extensions")
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="extensions")
    number = models.PositiveSmallIntegerField(help_text="the first or second of the case")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True, help_text="for the director; residents read the reason only")
    asked_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    old_due_at = models.DateTimeField(help_text="the deadline when it was asked, then the one that it moved")
    new_due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    decided_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_as = models.CharField(max_length=160, blank=True, help_text="the post, as it was called then")
    decided_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(state="asked"),
                name="extension_one_open_per_case",
                violation_error_message="เรื่องนี้มีคำขอขยายเวลารอพิจารณาอยู่แล้ว",
            ),
            models.UniqueConstraint(
                fields=["complaint", "number"],
                condition=Q(state__in=["asked", "granted"]),
                name="extension_once_per_number",
                violation_error_message="ขยายเวลาครั้งนี้ไปแล้ว",
            ),
            models.CheckConstraint(
                name="extension_at_most_two",
                condition=Q(number__range=(1, MOST_EXTENSIONS)),
                violation_error_message="ขยายเวลาได้ไม่เกิน 2 ครั้ง",
            ),
            models.CheckConstraint(
                name="extension_moves_forward",
                condition=Q(new_due_at__gt=F("old_due_at")),
                violation_error_message="กำหนดใหม่ต้องอยู่หลังกำหนดเดิม",
            ),
            models.CheckConstraint(
                name="extension_decided_by_somebody",
                condition=Q(state="asked", decided_at=None, decided_by=None)
                | Q(state="lapsed", decided_at__isnull=False, decided_by=None)
                | Q(state="granted", decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="refused", decided_at__isnull=False, decided_by__isnull=False) & ~Q(refusal=""),
                violation_error_message="การพิจารณาต้องมีผู้พิจารณา วันเวลา และเหตุผลหากไม่ให้ขยาย",
            ),
            models.CheckConstraint(
                name="extension_takes_two_people",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="ผู้ขอขยายเวลาพิจารณาคำขอของตนเองไม่ได้",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} extension {self.number}"

    @property
    def is_beyond_director(self) -> bool:
        """Whether only the permanent secretary may grant it."""
        return is_beyond_director(due_at=self.old_due_at, new_due_at=self.new_due_at)
