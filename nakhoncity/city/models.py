"""What belongs to a town: its profile, its areas and holidays, the state of the city, and how fast people may knock."""

import time
from datetime import datetime
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import connection, models

from nakhoncity.city.shapes import check_canals, check_corners, check_landmarks, within
from nakhoncity.kit.geo import Point
from nakhoncity.kit.language import either
from nakhoncity.kit.thai import clean_text

# A changed profile reaches other processes within this time.
PROFILE_KEPT_S = 15.0
MOST_PER_MINUTE = 6000
KNOCK = """
INSERT INTO city_ratelimit AS kept (key, "window", count) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN kept."window" IN (excluded."window", excluded."window" + 1) THEN kept.count + 1 ELSE 1 END,
    "window" = CASE WHEN kept."window" = excluded."window" + 1 THEN kept."window" ELSE excluded."window" END
RETURNING count
"""


class CityProfile(models.Model):
    """The town that runs this installation: one row, seeded from a file, edited by an administrator."""

    class Sign(models.TextChoices):
        """What stands in the bar and on the home page."""

        STUPA = "stupa", "พระบรมธาตุเหนือคลอง"
        CANAL = "canal", "บ้านเรือนริมคลอง"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    code = models.SlugField("รหัส", max_length=30, unique=True)
    name_th = models.CharField("ชื่อเทศบาล", max_length=100)
    name_en = models.CharField("ชื่อภาษาอังกฤษ", max_length=100)
    short_name = models.CharField("ชื่อบริการ", max_length=40)
    short_name_en = models.CharField("ชื่อบริการภาษาอังกฤษ", max_length=40, blank=True)
    line_basic_id = models.CharField("ไอดีบัญชี LINE", max_length=40)
    reference_prefix = models.CharField(
        "คำนำหน้าเลขที่เรื่อง",
        max_length=5,
        validators=[RegexValidator(r"^[A-Z]{2,5}\Z", "ใช้อักษรอังกฤษตัวพิมพ์ใหญ่ 2 ถึง 5 ตัว เช่น NST")],
        help_text="เรื่องที่รับไว้แล้วคงเลขที่เดิม เรื่องใหม่ใช้คำนำหน้าใหม่",
    )
    phone = models.CharField("โทรศัพท์", max_length=20)
    phone_note = models.CharField("หมายเหตุของโทรศัพท์", max_length=60, blank=True)
    phone_note_en = models.CharField("หมายเหตุของโทรศัพท์ ภาษาอังกฤษ", max_length=60, blank=True)
    privacy_contact = models.CharField("ผู้ติดต่อเรื่องข้อมูลส่วนบุคคล", max_length=200)
    privacy_version = models.CharField("ฉบับของประกาศความเป็นส่วนตัว", max_length=20, default="1")
    sign = models.CharField(
        "ภาพประจำเมือง", max_length=10, choices=Sign, default=Sign.CANAL, help_text="เครื่องหมายบนแถบและภาพหน้าแรก"
    )
    cases_kept_years = models.PositiveSmallIntegerField(
        "เก็บเรื่องร้องเรียน (ปี)",
        default=2,
        help_text="นับจากเรื่องเสร็จสิ้น ตามที่ปลัดเทศบาลกำหนด แสดงในประกาศความเป็นส่วนตัว",
    )
    centre_lat = models.FloatField("ละติจูดกลางเมือง", validators=within(-90, 90))
    centre_lon = models.FloatField("ลองจิจูดกลางเมือง", validators=within(-180, 180))
    population = models.PositiveIntegerField("จำนวนประชากร", default=0)
    boundary = models.JSONField(
        "แนวเขตเทศบาล",
        default=list,
        blank=True,
        help_text="มุมของแนวเขต เช่น <code>[[8.43, 99.96], [8.44, 99.97], …]</code>",
    )
    is_sample_boundary = models.BooleanField("แนวเขตเป็นตัวอย่าง", default=False)
    canals = models.JSONField(
        "แนวคลอง",
        default=list,
        blank=True,
        help_text='เช่น <code>[{"name": "คลองท่าดี", "points": [[8.408, 99.94], …], "is_sample": true}]</code>',
    )
    landmarks = models.JSONField(
        "จุดสังเกต",
        default=list,
        blank=True,
        help_text='เช่น <code>[{"name": "ตลาด", "lat": 8.43, "lon": 99.96, "kind": "market"}]</code>',
    )
    opens = models.TimeField("เวลาเปิดทำการ")
    closes = models.TimeField("เวลาปิดทำการ")
    quiet_from = models.TimeField("งดส่งข้อความตั้งแต่")
    quiet_until = models.TimeField("งดส่งข้อความถึง")
    digest_at = models.TimeField("เวลาส่งสรุปประจำวัน")
    monthly_messages = models.PositiveIntegerField("จำนวนข้อความต่อเดือน", help_text="ตามแพ็กเกจ LINE ของเทศบาล")
    baht_per_message = models.DecimalField("ค่าใช้จ่ายต่อข้อความ (บาท)", max_digits=6, decimal_places=3, default=0)
    reserve_percent = models.PositiveSmallIntegerField("ข้อความสำรอง (ร้อยละ)", default=20)

    _kept: ClassVar[tuple[float, "CityProfile"] | None] = None

    class Meta:
        verbose_name = verbose_name_plural = "ข้อมูลเทศบาล"
        constraints = [
            models.CheckConstraint(
                name="cityprofile_one_row",
                condition=models.Q(id=1),
                violation_error_message="ระบบหนึ่งชุดมีข้อมูลเทศบาลได้เพียงแห่งเดียว",
            ),
            models.CheckConstraint(
                name="cityprofile_reserve_is_a_share",
                condition=models.Q(reserve_percent__lte=90),
                violation_error_message="ส่วนสำรองต้องไม่เกินร้อยละ 90",
            ),
            models.CheckConstraint(
                name="cityprofile_keeps_cases_a_while",
                condition=models.Q(cases_kept_years__range=(1, 30)),
                violation_error_message="เก็บเรื่องได้ 1 ถึง 30 ปี",
            ),
            models.CheckConstraint(
                name="cityprofile_opens_before_it_closes",
                condition=models.Q(opens__lt=models.F("closes")),
                violation_error_message="เวลาเปิดทำการต้องมาก่อนเวลาปิดทำการ",
            ),
        ]

    def __str__(self) -> str:
        return self.name_th

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let this process see it at once."""
        super().save(*args, **kwargs)
        CityProfile.forget()

    @property
    def name(self) -> str:
        """The town's name in the language of the page."""
        return either(self.name_th, self.name_en)

    @property
    def mark(self) -> str:
        """The sign as a file of its own, for tabs and bookmarks."""
        return f"app/mark-{self.sign}.svg"

    @property
    def service(self) -> str:
        """What the portal is called, in the language of the page."""
        return either(self.short_name, self.short_name_en)

    @property
    def about_phone(self) -> str:
        """The note on the telephone, in the language of the page."""
        return either(self.phone_note, self.phone_note_en)

    def clean(self) -> None:
        """Refuse lines and places that no map could draw."""
        check_corners("boundary", self.boundary)
        check_canals("canals", self.canals)
        check_landmarks("landmarks", self.landmarks)

    @classmethod
    def current(cls) -> "CityProfile":
        """The town's profile, kept in this process for some seconds. Raises DoesNotExist before the seed."""
        if cls._kept is None or time.monotonic() - cls._kept[0] > PROFILE_KEPT_S:
            profile = cls.objects.first()
            if profile is None:
                msg = "the town has no profile yet: run manage.py seed"
                raise cls.DoesNotExist(msg)
            cls._kept = (time.monotonic(), profile)
        return cls._kept[1]

    @classmethod
    def forget(cls) -> None:
        """Read the profile anew at the next question."""
        cls._kept = None

    @property
    def centre(self) -> Point:
        """Where the map begins."""
        return Point(self.centre_lat, self.centre_lon)


class Area(models.Model):
    """A named part of the town."""

    class Kind(models.TextChoices):
        """What an area is for."""

        COMMUNITY = "community", "ชุมชน"
        WARNING_ZONE = "warning_zone", "เขตเตือนภัย"

    kind = models.CharField("ประเภท", max_length=14, choices=Kind.choices)
    name = models.CharField("ชื่อ", max_length=100)
    polygon = models.JSONField("แนวเขต", default=list, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "พื้นที่"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"], name="area_once", violation_error_message="มีพื้นที่ประเภทและชื่อนี้แล้ว"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a boundary that no map could draw."""
        check_corners("polygon", self.polygon)


class HolidayQuerySet(models.QuerySet["Holiday"]):
    """Holidays asked for by their state."""

    def confirmed(self) -> "HolidayQuerySet":
        """Those that somebody has confirmed: only these shut the office."""
        return self.filter(is_confirmed=True)


class Holiday(models.Model):
    """A day on which the office is shut: proposed by the calendar, valid once confirmed."""

    day = models.DateField("วันที่", unique=True, error_messages={"unique": "มีวันหยุดในวันที่นี้แล้ว"})
    name = models.CharField("ชื่อวันหยุด", max_length=120)
    is_confirmed = models.BooleanField("ยืนยันแล้ว", default=False)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "วันหยุดราชการ"

    def __str__(self) -> str:
        return self.name


class CityMode(models.Model):
    """Is this an ordinary day or a flood? One row; every room reads it."""

    class Mode(models.TextChoices):
        """The two states of the city."""

        NORMAL = "normal", "ปกติ"
        FLOOD = "flood", "น้ำท่วม"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    mode = models.CharField("สถานะ", max_length=8, choices=Mode.choices, default=Mode.NORMAL)
    since = models.DateTimeField("ตั้งแต่", null=True, blank=True)
    until = models.DateTimeField("ถึง", null=True, blank=True)
    changed_by = models.CharField("ผู้เปลี่ยน", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "สถานะของเมือง"
        constraints = [models.CheckConstraint(name="citymode_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.mode

    @classmethod
    def is_flood(cls, now: datetime) -> bool:
        """Whether flood mode is on at `now`; it ends by itself at `until`."""
        row = cls.objects.filter(mode=cls.Mode.FLOOD).first()
        return row is not None and (row.until is None or now < row.until)


class RateLimit(models.Model):
    """How often one key knocked in its present window; kept in the database so that all processes count together."""

    key = models.CharField(max_length=120, unique=True)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    @classmethod
    def take(cls, *, key: str, most: int, seconds: int, now: datetime) -> bool:
        """Count one knock of `key`; False when it was more than `most` in this window of `seconds`.

        One upsert on both databases, so two knocks at once are two. A process whose clock lags by a moment counts
        into the window that another has begun; it does not begin the old one anew.
        """
        window = int(now.timestamp()) // seconds
        with connection.cursor() as cursor:
            cursor.execute(KNOCK, [clean_text(key)[:120], window])
            count: int = cursor.fetchone()[0]
        return count <= most


class SweepMark(models.Model):
    """When one of the schedule's tasks last ran to its end (city/sweeps.py)."""

    name = models.CharField(max_length=120, unique=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Keys asked for by their state."""

    def alive(self, now: datetime) -> "ApiKeyQuerySet":
        """Those that open something now."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class ApiKey(models.Model):
    """What lets another program write through the open API. Its secret was shown once; only the hash is here.

    `name` says whose it is. Keys of one name are one system's: a new one goes on where the old one ends. Who issued
    and who revoked it stand here by username, nobody where a command on the server did.
    """

    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=8, unique=True, help_text="how the key begins: what is shown of it")
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    per_minute = models.PositiveSmallIntegerField(default=60)
    issued_by = models.CharField(max_length=150, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="apikey_rate_is_a_rate",
                condition=models.Q(per_minute__gte=1, per_minute__lte=MOST_PER_MINUTE),
                violation_error_message=f"จำนวนครั้งต่อนาทีต้องอยู่ระหว่าง 1 ถึง {MOST_PER_MINUTE:,}",
            ),
            models.CheckConstraint(
                name="apikey_lives_for_a_while",
                condition=models.Q(expires_at__gt=models.F("issued_at")),
                violation_error_message="วันหมดอายุต้องอยู่หลังวันที่ออกกุญแจ",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class ApiWrite(models.Model):
    """One thing that a program made: under which idempotency key, by which body, and what became of it.

    The body itself is not kept, only a fingerprint that says nothing without the installation's secret.
    """

    writer = models.CharField(max_length=60, help_text="the name of the key")
    idempotency_key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    reference = models.CharField(max_length=40)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writer", "idempotency_key"], name="apiwrite_once")]
        indexes = [models.Index(fields=["writer", "reference"], name="apiwrite_reference")]

    def __str__(self) -> str:
        return f"{self.writer}: {self.reference}"
