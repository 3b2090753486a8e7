"""What the demo's cases are made of: the town's own places and people, and sentences of the seed file."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from complaints.models.category import Category
from nakhoncity.city.models import Area, CityProfile
from nakhoncity.kit.geo import METRES_PER_DEGREE, Point, inside
from nakhoncity.residents.models import Resident
from nakhoncity.residents.services import change_friendship, meet_resident
from nakhoncity.staff.models import Department, StaffMember
from nakhoncity.staff.services import PEOPLE_FILE

TEXTS_FILE = Path(__file__).resolve().parent / "seed" / "demo_texts.json"
NEIGHBOURS = 40
NAME_LETTERS = 32
AROUND_M = 250
TRIES = 8


@dataclass(frozen=True)
class Spot:
    """A place in town: how people call it, where it is, in which community."""

    words: str
    point: Point
    community: Area | None


@dataclass(frozen=True)
class Town:
    """Everything a demo case needs, loaded once."""

    texts: Mapping[str, Any]
    categories: Mapping[str, Category]
    officers: Mapping[str, Sequence[StaffMember]]
    clerk: StaffMember
    legal: StaffMember
    agencies: Mapping[str, Department]
    offices: Mapping[str, Department]
    residents: Sequence[Resident]
    neighbours: Sequence[Resident]
    profile: CityProfile
    communities: Sequence[Area]

    def worker_of(self, department: Department, chance: random.Random) -> StaffMember:
        """An officer of a unit, or of the nearest office above it that has one; else the clerk."""
        for code in [department.code, *department.ancestor_codes]:
            if code in self.officers:
                return chance.choice(self.officers[code])
        return self.clerk

    def choose_spot(self, chance: random.Random, *, at_canal: bool) -> Spot:
        """A place near a landmark or on a canal, inside the town; its community is always the same."""
        landmarks = [
            (mark["name"].split("(")[0].strip(), (mark["lat"], mark["lon"])) for mark in self.profile.landmarks
        ]
        marks = [pair for pair in landmarks if len(pair[0]) <= NAME_LETTERS and not pair[0][-1:].isdigit()]
        canals = [(canal["name"], place) for canal in self.profile.canals for place in canal["points"]]
        places = (canals if at_canal else marks) or marks or canals
        number = chance.randrange(len(places)) if places else 0
        name, (lat, lon) = (
            places[number] if places else ("ศูนย์กลางเมือง", (self.profile.centre_lat, self.profile.centre_lon))
        )
        near = "" if at_canal and canals else chance.choice(("ใกล้", "หน้า", "ข้าง", "ทางไป"))
        community = self.communities[number % len(self.communities)] if self.communities else None
        return Spot(f"{near}{name}", self._around(chance, Point(lat, lon), 40 if at_canal else AROUND_M), community)

    def _around(self, chance: random.Random, place: Point, metres: int) -> Point:
        for _ in range(TRIES):
            north, east = (chance.uniform(-metres, metres) / METRES_PER_DEGREE for _ in "ne")
            point = Point(round(place.lat + north, 6), round(place.lon + east, 6))
            if inside(point, self.profile.boundary):
                return point
        return self.profile.centre


def load_town(*, now: datetime) -> Town:
    """Read offices, staff, categories and places; residents are met where they are not known yet."""
    members = list(StaffMember.objects.working().select_related("department").order_by("pk"))
    officers: dict[str, list[StaffMember]] = {}
    for member in members:
        if member.role == StaffMember.Role.OFFICER and not member.handles_confidential:
            officers.setdefault(member.department.code, []).append(member)
    by_name = {member.username: member for member in members}
    return Town(
        texts=json.loads(TEXTS_FILE.read_text(encoding="utf-8")),
        categories={each.code: each for each in Category.objects.select_related("department")},
        officers=officers,
        clerk=by_name["clerk"],
        legal=by_name["officer-legal"],
        agencies={each.code: each for each in Department.objects.external()},
        offices={each.code: each for each in Department.objects.internal()},
        residents=seed_residents(now=now),
        neighbours=[_neighbour(number, now) for number in range(NEIGHBOURS)],
        profile=CityProfile.current(),
        communities=list(Area.objects.filter(kind=Area.Kind.COMMUNITY).order_by("pk")),
    )


def seed_residents(*, now: datetime) -> list[Resident]:
    """The residents whom the simulator plays, as friends of the town."""
    people = [person for person in json.loads(PEOPLE_FILE.read_text(encoding="utf-8")) if person["kind"] == "resident"]
    for person in people:
        meet_resident(line_user_id=person["user_id"], display_name=person["name"], now=now)
        change_friendship(line_user_id=person["user_id"], is_friend=True, at=now)
    return [Resident.objects.get(line_user_id=person["user_id"]) for person in people]


def _neighbour(number: int, now: datetime) -> Resident:
    """Somebody without a name, who is no friend on LINE: nothing is ever sent to him."""
    return meet_resident(line_user_id=f"U{number:032x}", now=now)
