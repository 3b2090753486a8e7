"""Writing what belongs to the town, and reading it as plain data for the rules."""

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import holidays
from django.conf import settings
from django.db import transaction

from nakhoncity.city.models import Area, CityMode, CityProfile, Holiday
from nakhoncity.kit.geo import Point, circle
from nakhoncity.kit.officehours import OfficeHours
from nakhoncity.kit.thai import bangkok_date

CLOCKS_REACH_BACK = timedelta(days=366)


@transaction.atomic
def seed_city(*, path: Path | None = None, reset: bool = False) -> CityProfile:
    """The town, created from its file (the setting TOWN names it) where there is none yet.

    An installed town is left as it was edited; `reset` makes it that of the file and adds the file's communities.
    Raises ValidationError, changing nothing, when the file says what a profile may not be.
    """
    installed = CityProfile.objects.first()
    if installed and not reset:
        return installed
    data: dict[str, Any] = json.loads((path or settings.TOWN_FILE).read_text(encoding="utf-8"))
    profile: dict[str, Any] = data["profile"]
    centre = Point(profile["centre_lat"], profile["centre_lon"])
    radius = profile.pop("sample_boundary_radius_m", None)
    if radius:
        profile |= {"boundary": circle(centre, radius), "is_sample_boundary": True}
    for name in ("opens", "closes", "quiet_from", "quiet_until", "digest_at"):
        profile[name] = time.fromisoformat(profile[name])
    row, _ = CityProfile.objects.update_or_create(pk=1, defaults={**_unsaid(), **profile})
    row.full_clean()
    for name in data.get("communities", []):
        Area.objects.get_or_create(kind=Area.Kind.COMMUNITY, name=name)
    CityProfile.forget()
    return row


def _unsaid() -> dict[str, Any]:
    """What a town has whose file does not say: nothing of the town before stays when another is put in its place."""
    fields = [field for field in CityProfile._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 (Django's API)
    return {field.name: field.get_default() for field in fields if field.has_default() or field.blank}


def propose_holidays(*, year: int) -> int:
    """Add Thailand's public holidays of a year as proposals that somebody has to confirm; returns how many are new."""
    known = set(Holiday.objects.values_list("day", flat=True))
    proposed = holidays.country_holidays("TH", years=year, language="th")
    new = {day: name for day, name in sorted(proposed.items()) if day not in known}
    for day, name in new.items():
        Holiday.objects.get_or_create(day=day, defaults={"name": name[:120]})
    return len(new)


def confirm_holidays(*, year: int) -> int:
    """Confirm all proposals of a year; returns how many were waiting."""
    return confirm_days(days=Holiday.objects.filter(day__year=year, is_confirmed=False))


def confirm_days(*, days: Iterable[Holiday]) -> int:
    """Confirm these proposals; returns how many there were."""
    proposals = list(days)
    for day in proposals:
        day.is_confirmed = True
        day.save(update_fields=["is_confirmed"])
    return len(proposals)


def set_city_mode(*, mode: CityMode.Mode, by: str, now: datetime, until: datetime | None = None) -> CityMode:
    """Turn the whole city to flood or back; `by` is the username, `until` the moment the flood ends by itself."""
    row, _ = CityMode.objects.update_or_create(
        pk=1, defaults={"mode": mode, "since": now, "until": until, "changed_by": by}
    )
    return row


def load_office_hours(now: datetime) -> OfficeHours:
    """The town's office hours with the confirmed holidays from a year before `now` on.

    The past year is in it because a case's clock is counted anew from its receipt when the category changes.
    """
    profile = CityProfile.current()
    since = bangkok_date(now) - CLOCKS_REACH_BACK
    days = Holiday.objects.confirmed().filter(day__gte=since).values_list("day", flat=True)
    return OfficeHours(opens=profile.opens, closes=profile.closes, holidays=frozenset(days))
