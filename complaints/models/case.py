"""The complaint: the row that tells how a case stands now."""

import re
import secrets
import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Exists, F, Q

from complaints.models.category import Category
from complaints.models.sign import WHOLE_POSITION, PlaceSign
from complaints.workflow import ENDED, Channel, Outcome, Priority, Status
from nakhoncity.city.models import Area
from nakhoncity.kit.geo import Point, round_to_grid
from nakhoncity.kit.language import either
from nakhoncity.kit.thai import arabic_digits
from nakhoncity.residents.models import Resident
from nakhoncity.staff.access import Right, can, office_path
from nakhoncity.staff.models import Department, Position, StaffMember

TEXT_MAX = 4000
FORM_TEXT_MAX = 1000
NEAR_DUE = timedelta(hours=8)
PUBLIC_COLUMNS = (
    "reference", "status", "outcome", "latitude", "longitude", "received_at", "due_at", "resolved_at",
    "category__code", "category__name_th", "category__name_en",
    "department__name_th", "department__name_en", "community__name",
)  # fmt: skip
SPOKEN_REFERENCE = re.compile(r"([A-Z]{2,5}-?)?((?P<year>\d{2})-)?(?P<number>\d{1,6})")


def read_reference(spoken: str) -> re.Match[str] | None:
    """What a reference as people say it names: `year` (two digits or None) and `number`; None for what is none.

    NST-69-000123, nst69-123, 69-123, 000123 and ๖๙-๑๒๓ are understood.
    """
    return SPOKEN_REFERENCE.fullmatch("".join(arabic_digits(spoken).upper().split()))


def new_tracking_token() -> str:
    """Return an unguessable key to one case's page (128 bits)."""
    return secrets.token_urlsafe(16)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Cases by who may see them and by how they stand."""

    def visible_to(self, member: StaffMember) -> "ComplaintQuerySet":
        """Cases this member of staff may open: the whole city's or his office's, confidential ones by order only."""
        scope = Q(is_confidential=False)
        path = office_path(member)
        if path is not None:
            shared = Complaint.cooperating.through.objects.filter(department__path__startswith=path)
            scope &= Q(department__path__startswith=path) | Q(assignee=member) | Q(pk__in=shared.values("complaint_id"))
        if can(member, Right.SEE_CONFIDENTIAL):
            scope |= Q(is_confidential=True) & _not_about(member)
        elif member.role == StaffMember.Role.EXECUTIVE:
            scope |= Q(is_confidential=True) & _about_the_secretary_seen_by(member)
        return self.filter(scope)

    def of(self, resident: Resident) -> "ComplaintQuerySet":
        """Cases this resident reported."""
        return self.filter(reporter=resident)

    def followed_by(self, resident: Resident) -> "ComplaintQuerySet":
        """Cases this resident reported, and public ones of others that he follows."""
        follows = Complaint.objects.public().filter(followers__resident=resident)
        return self.filter(Q(reporter=resident) | Q(pk__in=follows.values("pk")))

    def followed_only_by(self, resident: Resident) -> "ComplaintQuerySet":
        """Public cases of others that this resident follows."""
        return self.public().filter(followers__resident=resident).exclude(reporter=resident)

    def called(self, spoken: str) -> "ComplaintQuerySet":
        """Cases that a reference as people say it may mean, the latest year first; none for what is no reference."""
        named = read_reference(spoken)
        if not named:
            return self.none()
        year = f"-{named['year']}" if named["year"] else ""
        return self.filter(reference__endswith=f"{year}-{int(named['number']):06d}").order_by("-reference")

    def open(self) -> "ComplaintQuerySet":
        """Cases not resolved and not closed."""
        return self.exclude(status__in=ENDED)

    def overdue(self, now: datetime) -> "ComplaintQuerySet":
        """Cases whose fix clock runs past its deadline; exactly at it is met. A pause begun in time is not late."""
        return self.filter(overdue_condition(now))

    def near_due(self, now: datetime) -> "ComplaintQuerySet":
        """Cases that fall due within eight hours and are not paused."""
        return self.filter(near_due_condition(now))

    def public(self) -> "ComplaintQuerySet":
        """Cases that anybody may know of: no confidential one, none of a private or sensitive category, no history."""
        return self.filter(
            is_public=True,
            is_confidential=False,
            promised=True,
            category__is_public=True,
            category__is_sensitive=False,
        )

    def for_public(self) -> "ComplaintQuerySet":
        """Fetch what anybody may know and nothing else: texts and people stay in the database."""
        return self.select_related("category", "department", "community").only(*PUBLIC_COLUMNS)

    def planned_to_tell(self, day: date) -> "ComplaintQuerySet":
        """Cases taken into the plan of which the city promised to speak again by this day."""
        return self.filter(status=Status.CLOSED, outcome=Outcome.PLANNED, expected_date__lte=day)

    def for_list(self) -> "ComplaintQuerySet":
        """Join what a line of the list shows."""
        return self.select_related("category", "department", "assignee", "community")


def is_kept_from(complaint: "Complaint", member: StaffMember) -> bool:
    """Whether a confidential case complains about this member or his unit; who leads the house hears of others' too."""
    accused = complaint.accused
    if accused is None or member.pk == accused.pk:
        return accused is not None
    return member.role != StaffMember.Role.EXECUTIVE and member.department_id == accused.department_id


def _not_about(member: StaffMember) -> Q:
    """The same as a condition."""
    others = ~Q(accused=member)
    if member.role == StaffMember.Role.EXECUTIVE:
        return others
    return others & ~Q(accused__department=member.department_id)


def _about_the_secretary_seen_by(member: StaffMember) -> Q:
    """Cases about the permanent secretary, where the member is the mayor: nobody else may judge them."""
    secretaries = Position.objects.filter(kind=Position.Kind.SECRETARY, holder__isnull=False)
    is_mayor = Exists(Position.objects.filter(kind=Position.Kind.MAYOR, holder=member))
    return Q(accused__in=secretaries.values("holder")) & ~Q(accused=member) & Q(is_mayor)


def overdue_condition(now: datetime) -> Q:
    """The question "is it overdue?" put to the stored deadline."""
    return Q(clock_stopped_at=None, due_at__lt=now) & (Q(paused_at=None) | Q(due_at__lt=F("paused_at")))


def near_due_condition(now: datetime) -> Q:
    """The question "does it fall due within eight hours?"."""
    return Q(clock_stopped_at=None, paused_at=None, due_at__gte=now, due_at__lt=now + NEAR_DUE)


class Complaint(models.Model):
    """One matter that somebody told the city. Columns are the truth of now, events the truth of history."""

    reference = models.CharField(max_length=20, unique=True)
    tracking_token = models.CharField(max_length=32, unique=True, default=new_tracking_token)
    draft_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="complaints")
    needs_category = models.BooleanField(default=False)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="complaints")
    cooperating = models.ManyToManyField(Department, blank=True, related_name="cooperating_complaints")
    assignee = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    accused = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.NEW)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    priority = models.CharField(max_length=12, choices=Priority.choices, default=Priority.NORMAL)
    promises_answer = models.BooleanField(default=False)

    text = models.TextField(max_length=TEXT_MAX, blank=True)
    published_text = models.TextField(max_length=TEXT_MAX, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    accuracy_m = models.PositiveIntegerField(null=True, blank=True)
    address_text = models.CharField(max_length=300, blank=True)
    community = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    channel = models.CharField(max_length=20, choices=Channel.choices)
    external_reference = models.CharField(max_length=60, blank=True)
    reporter = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints")
    contact_name = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=12, blank=True)
    hides_name = models.BooleanField(default=True)
    is_public = models.BooleanField(default=True)
    is_confidential = models.BooleanField(default=False)
    promised = models.BooleanField(default=True)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sign = models.ForeignKey(PlaceSign, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")

    agency = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agency_reference = models.CharField(max_length=60, blank=True)
    expected_date = models.DateField(null=True, blank=True)
    appointment_at = models.DateTimeField(null=True, blank=True)
    plan_year = models.PositiveSmallIntegerField(null=True, blank=True)

    received_at = models.DateTimeField()
    received_on = models.DateField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    clock_stopped_at = models.DateTimeField(null=True, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer_until = models.DateTimeField(null=True, blank=True)
    wait_notice_at = models.DateTimeField(null=True, blank=True)
    wait_close_at = models.DateTimeField(null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    escalation_level = models.SmallIntegerField(default=-1)
    version = models.PositiveIntegerField(default=1)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "เรื่องร้องเรียน"
        constraints = [
            models.CheckConstraint(
                name="complaint_ended_has_outcome",
                condition=~Q(status__in=sorted(ENDED)) | ~Q(outcome=""),
                violation_error_message="เรื่องที่เสร็จหรือยุติแล้วต้องมีผลการดำเนินการ",
            ),
            models.CheckConstraint(
                name="complaint_confidential_is_not_public",
                condition=Q(is_confidential=False) | Q(is_public=False),
                violation_error_message="เรื่องลับเผยแพร่ต่อสาธารณะไม่ได้",
            ),
            models.CheckConstraint(
                name="complaint_position_is_whole",
                condition=WHOLE_POSITION,
                violation_error_message="พิกัดต้องมีทั้งละติจูดและลองจิจูด",
            ),
            models.CheckConstraint(
                name="complaint_due_after_receipt",
                condition=Q(due_at__gte=F("received_at")),
                violation_error_message="วันครบกำหนดต้องไม่ก่อนวันรับเรื่อง",
            ),
            models.CheckConstraint(
                name="complaint_pause_and_wait_agree",
                condition=~Q(status__in=[Status.WAITING_RESIDENT, Status.REFERRED])
                | Q(promised=False)
                | Q(expected_date__isnull=False),
                violation_error_message="การพักเวลาต้องมีวันที่คาดว่าจะได้คำตอบ",
            ),
            models.CheckConstraint(
                name="complaint_planned_has_year",
                condition=~Q(outcome=Outcome.PLANNED) | Q(plan_year__isnull=False),
                violation_error_message="เรื่องที่รับเข้าแผนต้องระบุปีของแผน",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="complaint_running_due", condition=Q(clock_stopped_at=None)),
            models.Index(fields=["due_at", "id"], name="complaint_open_due", condition=~Q(status__in=sorted(ENDED))),
            models.Index(
                fields=["received_at", "id"], name="complaint_open_received", condition=~Q(status__in=sorted(ENDED))
            ),
            models.Index(
                fields=["department", "due_at", "id"],
                name="complaint_department_due",
                condition=Q(clock_stopped_at=None),
            ),
            models.Index(fields=["status", "due_at", "id"], name="complaint_status_due"),
            models.Index(fields=["assignee", "status", "due_at"], name="complaint_assignee"),
            models.Index(fields=["received_at", "id"], name="complaint_received"),
            models.Index(
                fields=["received_at", "id"],
                name="complaint_public_received",
                condition=Q(is_public=True, is_confidential=False, promised=True),
            ),
            models.Index(
                fields=["category", "received_at", "id"],
                name="complaint_public_category",
                condition=Q(is_public=True, is_confidential=False, promised=True),
            ),
            models.Index(fields=["due_at", "id"], name="complaint_due"),
            models.Index(fields=["department", "received_on"], name="complaint_department_day"),
            models.Index(fields=["department", "resolved_on"], name="complaint_department_resolved"),
            models.Index(fields=["reporter", "received_at"], name="complaint_reporter"),
            models.Index(fields=["category", "latitude", "longitude"], name="complaint_place"),
            models.Index(
                fields=["answer_until"],
                name="complaint_answer_until",
                condition=Q(answer_until__isnull=False),
            ),
            models.Index(
                fields=["wait_notice_at"],
                name="complaint_wait_notice",
                condition=Q(wait_notice_at__isnull=False),
            ),
            models.Index(
                fields=["wait_close_at"],
                name="complaint_wait_close",
                condition=Q(wait_close_at__isnull=False),
            ),
            models.Index(
                fields=["expected_date"],
                name="complaint_plan_notice",
                condition=Q(status=Status.CLOSED, outcome=Outcome.PLANNED, expected_date__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether work is still owed."""
        return self.status not in ENDED

    @property
    def is_overdue_reportable(self) -> bool:
        """Whether the 48-hour promise counts for this case (imported history has none)."""
        return self.promised

    @property
    def place_words(self) -> str:
        """Where it is, in the resident's words or by community."""
        community = self.community.name if self.community else ""
        return " ".join(part for part in (self.address_text, community) if part)

    @property
    def public_place(self) -> Point | None:
        """Where it is, as near as anybody may know: the next crossing of a 100 m grid."""
        if self.latitude is None or self.longitude is None:
            return None
        return round_to_grid(Point(self.latitude, self.longitude))

    @property
    def category_name(self) -> str:
        """Its category in the language of the page."""
        return either(self.category.name_th, self.category.name_en)
