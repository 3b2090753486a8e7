"""Writing what belongs to the town, and reading it as plain data for the rules."""

import json
from datetime import datetime, time
from pathlib import Path
from typing import Any

import holidays
from django.db import transaction

from nakhoncity.city.models import Area, CityProfile, Holiday
from nakhoncity.kit.geo import Point, circle
from nakhoncity.kit.officehours import OfficeHours
from nakhoncity.kit.thai import bangkok_date

SEED_FILE = Path(__file__).resolve().parent / "seed" / "nakhon.json"


@transaction.atomic
def seed_city(*, path: Path = SEED_FILE) -> CityProfile:
    """Create or update the town from its file; the areas of the file are added, none is taken away."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    profile: dict[str, Any] = data["profile"]
    centre = Point(profile["centre_lat"], profile["centre_lon"])
    radius = profile.pop("sample_boundary_radius_m", None)
    if radius:
        profile |= {"boundary": circle(centre, radius), "is_sample_boundary": True}
    for name in ("opens", "closes", "quiet_from", "quiet_until", "digest_at"):
        profile[name] = time.fromisoformat(profile[name])
    row, _ = CityProfile.objects.update_or_create(code=profile.pop("code"), defaults=profile)
    row.full_clean()
    areas = [Area(kind=Area.Kind.COMMUNITY, name=name) for name in data.get("communities", [])]
    Area.objects.bulk_create(areas, ignore_conflicts=True)
    CityProfile.forget()
    return row


def propose_holidays(*, year: int) -> int:
    """Add Thailand's public holidays of a year as proposals that somebody has to confirm; returns how many are new."""
    known = set(Holiday.objects.values_list("day", flat=True))
    proposed = holidays.country_holidays("TH", years=year, language="th")
    rows = [Holiday(day=day, name=name[:120]) for day, name in sorted(proposed.items()) if day not in known]
    Holiday.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def confirm_holidays(*, year: int) -> int:
    """Confirm all proposals of a year; returns how many were waiting."""
    return Holiday.objects.filter(day__year=year, is_confirmed=False).update(is_confirmed=True)


def load_office_hours(now: datetime) -> OfficeHours:
    """The town's office hours with the confirmed holidays from today on."""
    profile = CityProfile.current()
    days = Holiday.objects.filter(is_confirmed=True, day__gte=bangkok_date(now)).values_list("day", flat=True)
    return OfficeHours(opens=profile.opens, closes=profile.closes, holidays=frozenset(days))
