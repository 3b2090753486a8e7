"""Making signs, and beginning a report from one."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, QuerySet

from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.models.sign import PlaceSign, new_code
from complaints.services.drafts import save_draft, start_draft
from nakhoncity.kit.geo import Point
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember


def make_sign(
    *, title: str, category: Category | None, place: Point | None, member: StaffMember, now: datetime
) -> PlaceSign:
    """A sign for a place; with a category the report begins with it. Raises ValidationError for an empty title."""
    sign = PlaceSign(
        code=new_code(),
        title=title,
        category=category,
        latitude=place.lat if place else None,
        longitude=place.lon if place else None,
        made_by=member,
        made_at=now,
    )
    sign.full_clean()
    sign.save()
    return sign


def retire_sign(*, sign: PlaceSign) -> None:
    """Let a sign that was taken down begin no more reports; those that it began keep it."""
    PlaceSign.objects.filter(pk=sign.pk).update(is_active=False)


@transaction.atomic
def begin_report(*, sign: PlaceSign, resident: Resident | None, now: datetime) -> ReportDraft:
    """Begin a report at a sign, with all that the sign knows filled in; the sign counts it."""
    PlaceSign.objects.filter(pk=sign.pk).update(opened=F("opened") + 1)
    draft = start_draft(resident=resident, now=now)
    place = {"lat": sign.latitude, "lon": sign.longitude, "accuracy": None, "address_text": sign.title}
    matter = {"category": sign.category.code, "needs_category": False} if sign.category else {}
    return save_draft(draft_id=draft.pk, changes={"sign": sign.code, **place, **matter}, resident=resident, now=now)


def counted_signs() -> QuerySet[PlaceSign]:
    """All signs with how many reports each began, those in use first, the newest on top."""
    counted = PlaceSign.objects.select_related("category", "made_by").annotate(reports=Count("complaints"))
    return counted.order_by("-is_active", "-pk")
