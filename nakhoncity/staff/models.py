"""The town's offices, who works there, and who holds which post."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from nakhoncity.kit.language import either
from nakhoncity.kit.thai import sort_key


class DepartmentQuerySet(models.QuerySet["Department"]):
    """Offices by where they stand."""

    def internal(self) -> "DepartmentQuerySet":
        """The town's own offices that are at work, in the order of the house."""
        return self.filter(is_external=False, is_active=True).order_by("sort", "id")

    def external(self) -> "DepartmentQuerySet":
        """Outside bodies a case can be referred to."""
        return self.filter(is_external=True, is_active=True).order_by("sort", "id")

    def under(self, department: "Department") -> "DepartmentQuerySet":
        """The office itself and everything below it."""
        return self.filter(path__startswith=department.path)


class Department(models.Model):
    """An office, division or unit of the town, or an outside body: named here once, for every page."""

    class Level(models.TextChoices):
        """Where an office stands in the house."""

        EXECUTIVE = "executive", _("ผู้บริหาร")
        OFFICE = "office", _("สำนัก")
        DIVISION = "division", _("กอง")
        UNIT = "unit", _("งาน")
        HOSPITAL = "hospital", _("โรงพยาบาล")
        ENTERPRISE = "enterprise", _("สถานประกอบการ")
        EXTERNAL = "external", _("หน่วยงานภายนอก")

    code = models.CharField("รหัส", max_length=30, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z0-9_]*\Z")])
    name_th = models.CharField("ชื่อหน่วยงาน", max_length=120)
    name_en = models.CharField("ชื่อภาษาอังกฤษ", max_length=120)
    level = models.CharField("ระดับ", max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="units", verbose_name="ขึ้นกับ"
    )
    path = models.CharField("เส้นทาง", max_length=200, unique=True, editable=False)
    is_external = models.BooleanField("หน่วยงานภายนอก", default=False)
    public_phone = models.CharField("โทรศัพท์สำหรับประชาชน", max_length=20, blank=True)
    head_title_th = models.CharField("ตำแหน่งหัวหน้า", max_length=120, blank=True)
    is_active = models.BooleanField("ใช้งาน", default=True)
    sort = models.PositiveSmallIntegerField("ลำดับ", default=0)
    source = models.CharField("แหล่งข้อมูล", max_length=300, blank=True, help_text="ที่มาของข้อมูลและความน่าเชื่อถือ")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "หน่วยงาน"
        ordering = ["sort", "id"]
        constraints = [
            models.CheckConstraint(
                name="department_external_stands_apart",
                condition=models.Q(is_external=False) | models.Q(parent=None, level="external"),
                violation_error_message=_("หน่วยงานภายนอกอยู่ในโครงสร้างของเทศบาลไม่ได้"),
            ),
            models.CheckConstraint(
                name="department_not_its_own_parent",
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                violation_error_message=_("หน่วยงานขึ้นกับตัวเองไม่ได้"),
            ),
        ]

    def __str__(self) -> str:
        return self.name_th

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the path true: codes from the top down, each with a slash after it."""
        self.path = f"{self.parent.path if self.parent else ''}{self.code}/"
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse an office below itself, and one that is shut with people in it."""
        if self.parent and self.pk and self.parent.path.startswith(self.path):
            raise ValidationError({"parent": _("หน่วยงานขึ้นกับตัวเองหรือหน่วยงานในสังกัดไม่ได้")})
        if not self.is_active and self.pk and self.members.filter(is_active=True).exists():
            raise ValidationError({"is_active": _("ยังมีเจ้าหน้าที่ในหน่วยงานนี้ กรุณาย้ายเจ้าหน้าที่ก่อนปิดใช้งาน")})

    @property
    def name(self) -> str:
        """Its name in the language of the page."""
        return either(self.name_th, self.name_en)

    @property
    def is_unit(self) -> bool:
        """Is this a unit inside an office, so that its office's head stands above its own?"""
        return self.level == self.Level.UNIT

    @property
    def office(self) -> "Department":
        """The office this belongs to: the nearest one above a unit, else itself."""
        if self.is_unit and self.parent and self.parent.level != self.Level.EXECUTIVE:
            return self.parent.office
        return self

    @property
    def ancestor_codes(self) -> list[str]:
        """Codes of the offices above, the nearest first."""
        return self.path.rstrip("/").split("/")[-2::-1]


class StaffMemberManager(BaseUserManager["StaffMember"]):
    """People who sign in."""

    def working(self) -> models.QuerySet["StaffMember"]:
        """Those whose account is open, by name in Thai order."""
        return self.filter(is_active=True).order_by("name_key", "id")


class StaffMember(AbstractBaseUser, PermissionsMixin):
    """Someone who works for the town and signs in with a name and a password."""

    class Role(models.TextChoices):
        """What someone does here; the rights that follow stand in access.py."""

        OFFICER = "officer", _("เจ้าหน้าที่")
        HEAD = "head", _("หัวหน้าหน่วยงาน")
        CLERK = "clerk", _("เจ้าหน้าที่รับเรื่อง")
        SUPERVISOR = "supervisor", _("ผู้ติดตามงาน")
        EXECUTIVE = "executive", _("ผู้บริหาร")
        ADMIN = "admin", _("ผู้ดูแลระบบ")

    username = models.CharField(
        "ชื่อผู้ใช้", max_length=60, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*\Z")]
    )
    display_name = models.CharField("ชื่อที่แสดง", max_length=100)
    name_key = models.CharField("คีย์เรียงชื่อ", max_length=300, editable=False)
    role = models.CharField("บทบาท", max_length=12, choices=Role, default=Role.OFFICER)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="members", verbose_name="หน่วยงาน")
    phone = models.CharField("โทรศัพท์", max_length=20, blank=True)
    line_user_id = models.CharField("ไอดี LINE", max_length=33, unique=True, null=True, blank=True)
    handles_confidential = models.BooleanField("ดูเรื่องลับได้", default=False)
    is_active = models.BooleanField("เปิดใช้งาน", default=True)
    must_change_password = models.BooleanField("ต้องเปลี่ยนรหัสผ่าน", default=False)
    password_expires_at = models.DateTimeField("รหัสผ่านชั่วคราวใช้ได้ถึง", null=True, blank=True)
    created_at = models.DateTimeField("เปิดบัญชีเมื่อ", auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = StaffMemberManager()

    class Meta:
        verbose_name = verbose_name_plural = "บัญชีเจ้าหน้าที่"
        ordering = ["name_key", "id"]
        constraints = [
            models.CheckConstraint(
                name="staffmember_username_lower_case",
                condition=models.Q(username=Lower("username")),
                violation_error_message=_("ชื่อผู้ใช้ต้องเป็นตัวพิมพ์เล็ก"),
            ),
            models.CheckConstraint(
                name="staffmember_line_id_not_empty",
                condition=~models.Q(line_user_id=""),
                violation_error_message=_("เว้นว่างไว้เมื่อยังไม่ได้ผูกกับ LINE"),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort key true: neither database sorts Thai names as people do."""
        self.name_key = sort_key(self.display_name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse to leave the town without an administrator."""
        super().clean()
        if not self.pk or self.is_staff:
            return
        # Locked, himself too: of two who shut each other's account at once, the second sees what the first did.
        admins = StaffMember.objects.select_for_update().filter(is_active=True, role=self.Role.ADMIN).order_by("pk")
        if {admin.pk for admin in admins} <= {self.pk}:
            raise ValidationError(_("ต้องมีผู้ดูแลระบบที่เปิดใช้งานอย่างน้อยหนึ่งคน กรุณาตั้งผู้ดูแลระบบคนอื่นก่อน"))

    def get_full_name(self) -> str:
        """The name that colleagues see; residents and the public see office and position only."""
        return self.display_name

    def get_short_name(self) -> str:
        """The same: Thai offices have no short form."""
        return self.display_name

    @property
    def is_staff(self) -> bool:
        """May this person open the configuration tables?"""
        return self.is_active and self.role == self.Role.ADMIN


class PositionQuerySet(models.QuerySet["Position"]):
    """Posts with those who answer for them."""

    def with_holders(self) -> "PositionQuerySet":
        """Posts with holder, office and acting holders, in two queries whatever their number."""
        acting = ActingHolder.objects.select_related("member")
        return self.select_related("holder", "department").prefetch_related(
            models.Prefetch("acting_holders", queryset=acting)
        )


class Position(models.Model):
    """A post of the town. Reports go to posts, not to people; a vacant one passes up."""

    class Kind(models.TextChoices):
        """The rank of a post."""

        UNIT_HEAD = "unit_head", _("หัวหน้างาน/หัวหน้าฝ่าย")
        OFFICE_HEAD = "office_head", _("ผู้อำนวยการสำนัก/กอง")
        DEPUTY_SECRETARY = "deputy_secretary", _("รองปลัดเทศบาล")
        SECRETARY = "secretary", _("ปลัดเทศบาล")
        DEPUTY_MAYOR = "deputy_mayor", _("รองนายกเทศมนตรี")
        MAYOR = "mayor", _("นายกเทศมนตรี")

    kind = models.CharField("ระดับตำแหน่ง", max_length=20, choices=Kind)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="positions", verbose_name="หน่วยงาน"
    )
    title_th = models.CharField("ชื่อตำแหน่ง", max_length=120)
    holder = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="positions",
        verbose_name="ผู้ดำรงตำแหน่ง",
    )

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "ตำแหน่ง"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "department"],
                name="position_once_per_department",
                violation_error_message=_("หน่วยงานนี้มีตำแหน่งนี้แล้ว"),
            )
        ]

    def __str__(self) -> str:
        return self.title_th


class ActingHolder(models.Model):
    """Someone who answers for a post from day to day, both included; no end: until further notice."""

    class Kind(models.TextChoices):
        """How the order of appointment puts it."""

        ACTING = "acting", _("รักษาราชการแทน")
        ON_BEHALF = "on_behalf", _("ปฏิบัติราชการแทน")

    position = models.ForeignKey(
        Position, on_delete=models.CASCADE, related_name="acting_holders", verbose_name="ตำแหน่ง"
    )
    member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="acting_posts", verbose_name="เจ้าหน้าที่"
    )
    kind = models.CharField("ประเภทคำสั่ง", max_length=10, choices=Kind, default=Kind.ACTING)
    from_date = models.DateField("ตั้งแต่วันที่")
    to_date = models.DateField("ถึงวันที่", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "ผู้รักษาราชการแทน"
        ordering = ["from_date", "id"]
        constraints = [
            models.CheckConstraint(
                name="actingholder_ends_after_start",
                condition=models.Q(to_date=None) | models.Q(to_date__gte=models.F("from_date")),
                violation_error_message=_("วันสิ้นสุดต้องไม่มาก่อนวันเริ่ม"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position.title_th}"
