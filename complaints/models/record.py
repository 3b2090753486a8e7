"""The record of a case: what happened, pictures, followers, the resident's verdict."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.case import TEXT_MAX, Complaint
from complaints.models.draft import ReportDraft
from complaints.workflow import ActorKind, EventKind
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember


class ComplaintEventQuerySet(models.QuerySet["ComplaintEvent"]):
    """Events by who reads them."""

    def for_resident(self) -> "ComplaintEventQuerySet":
        """What the resident and the public may read, in order."""
        return self.filter(is_public=True).order_by("at", "id")


class ComplaintEvent(models.Model):
    """One thing that happened to a case. Append-only: the record from which timeline, pushes and reports are read."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=24, choices=EventKind.choices)
    actor = models.CharField(max_length=12, choices=ActorKind.choices)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    public_text = models.TextField(max_length=TEXT_MAX, blank=True)
    internal_text = models.TextField(max_length=TEXT_MAX, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    is_public = models.BooleanField(default=False)

    objects = ComplaintEventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["complaint", "at", "id"], name="event_of_complaint")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"


class Photo(models.Model):
    """One picture, re-encoded without its metadata; of a draft first, of the case once it is filed."""

    class Kind(models.TextChoices):
        """When it was taken, seen from the repair."""

        BEFORE = "before", "ก่อนแก้ไข"
        AFTER = "after", "หลังแก้ไข"
        OTHER = "other", "ประกอบ"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    draft = models.ForeignKey(ReportDraft, on_delete=models.CASCADE, null=True, blank=True, related_name="photos")
    event = models.ForeignKey(ComplaintEvent, on_delete=models.SET_NULL, null=True, blank=True, related_name="photos")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.BEFORE)
    file = models.FileField(upload_to="photos/%Y/%m/")
    thumb = models.FileField(upload_to="photos/%Y/%m/")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    place = models.JSONField(null=True, blank=True, help_text="where the camera said it was; offered, then dropped")
    is_released = models.BooleanField(default=False, help_text="a clerk has let the public see it")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="photo_belongs_to_case_or_draft",
                condition=Q(complaint__isnull=False) | Q(draft__isnull=False),
                violation_error_message="ภาพต้องอยู่กับเรื่องหรือร่าง",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Follower(models.Model):
    """A resident who wants to hear how a case ends."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="followers")
    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "resident"], name="follower_once"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} follows {self.complaint_id}"


class Rating(models.Model):
    """What the resident said of one repair; silence makes no row."""

    class Verdict(models.TextChoices):
        """The answer to "is it in order?"."""

        GOOD = "good", _("เรียบร้อยดี")
        PARTLY = "partly", _("เรียบร้อยบางส่วน")
        NOT_FIXED = "not_fixed", _("ยังไม่เรียบร้อย")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="ratings")
    number = models.PositiveSmallIntegerField(help_text="the number of the fix clock that it judges")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(max_length=1000, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="rating_once_per_repair"),
            models.CheckConstraint(
                name="rating_one_to_five",
                condition=Q(stars=None) | Q(stars__range=(1, 5)),
                violation_error_message="คะแนนต้องอยู่ระหว่าง 1 ถึง 5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.verdict}"
