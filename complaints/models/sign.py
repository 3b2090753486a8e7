"""Signs that the town puts up: who scans one begins a report with place and matter filled in."""

import secrets
from urllib.parse import urljoin

from django.conf import settings
from django.db import models
from django.db.models import Q

from complaints.models.category import Category
from nakhoncity.staff.models import StaffMember

# Without letters and digits that look alike, so that a code can be typed from a weathered sign.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LETTERS = 7


# Half a position is none: with one side empty a range alone is neither true nor false, and a check lets that pass.
WHOLE_POSITION = Q(latitude=None, longitude=None) | Q(
    latitude__isnull=False, longitude__isnull=False, latitude__range=(-90, 90), longitude__range=(-180, 180)
)


def new_code() -> str:
    """What stands on a sign (34 bits: nobody guesses the next one, and nothing is lost if somebody does)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))


class PlaceSign(models.Model):
    """A sign at a lamp post, in a park, on a counter. A retired one still says where to report."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=80)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, related_name="signs")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    opened = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="placesign_whole_position",
                condition=WHOLE_POSITION,
                violation_error_message="ตำแหน่งของป้ายไม่ครบ กรุณาปักหมุดใหม่",
            ),
            models.CheckConstraint(
                name="placesign_has_a_title", condition=~Q(title=""), violation_error_message="กรุณาใส่ชื่อจุดติดป้าย"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """What the picture on the sign says, and what can be typed."""
        return urljoin(f"{settings.PUBLIC_URL}/", f"r/{self.code}/")
