"""The demo's cases: filed and worked through the services with a passed `now` and a fixed seed."""

import json
import random
from datetime import datetime, timedelta
from uuid import UUID

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.services.events import Actor
from complaints.services.filing import Report, file_complaint
from complaints.services.moves import Update, update_complaint
from complaints.workflow import Channel, Outcome
from nakhoncity.city.models import CityProfile
from nakhoncity.kit.geo import Point
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.models import Resident
from nakhoncity.residents.services import change_friendship, meet_resident
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.services import PEOPLE_FILE

CASES, DAYS = 300, 60
DUE_IN = timedelta(minutes=3)
TEXTS = {
    "STREETLIGHT": "ไฟถนนดับ มืดมากตอนกลางคืน",
    "ROAD": "ถนนเป็นหลุม รถจักรยานยนต์เกือบล้ม",
    "GARBAGE": "ขยะไม่ได้เก็บหลายวัน ส่งกลิ่น",
    "DRAIN": "ท่อตัน น้ำไม่ระบาย",
    "TREE": "กิ่งไม้ยื่นบังทาง",
    "WATER_SUPPLY": "น้ำประปาไหลอ่อน",
}


def seed_residents(*, now: datetime) -> list[Resident]:
    """The residents whom the simulator plays, as friends of the town."""
    people = json.loads(PEOPLE_FILE.read_text(encoding="utf-8"))
    residents = []
    for person in people:
        if person["kind"] == "resident":
            meet_resident(line_user_id=person["user_id"], display_name=person["name"], now=now)
            change_friendship(line_user_id=person["user_id"], is_friend=True, at=now)
            residents.append(Resident.objects.get(line_user_id=person["user_id"]))
    return residents


def seed_cases(*, now: datetime) -> Complaint:
    """About 300 cases of the last 60 days, and one that falls due in three minutes, which is returned.

    A second run changes nothing but adds no second case that is about to fall due while the first is open.
    """
    chance = random.Random(2569)  # noqa: S311 (a demo)
    residents = seed_residents(now=now - timedelta(days=DAYS))
    if not Complaint.objects.exists():
        for _number in range(CASES):
            _one(chance, residents, now)
    about_to_be_late = _about_to_be_late(residents[0], now)
    # What the past would have told nobody needs to hear now.
    OutboundMessage.objects.filter(state=OutboundMessage.State.QUEUED, created_at__lt=now).update(
        state=OutboundMessage.State.EXPIRED
    )
    return about_to_be_late


def _one(chance: random.Random, residents: list[Resident], now: datetime) -> None:
    code = chance.choice(list(TEXTS))
    category = Category.objects.select_related("department").get(code=code)
    centre = CityProfile.current().centre
    place = Point(centre.lat + chance.uniform(-0.015, 0.015), centre.lon + chance.uniform(-0.015, 0.015))
    received_at = now - timedelta(minutes=chance.randrange(60, DAYS * 1440))
    report = Report(
        draft_id=UUID(int=chance.getrandbits(128)),
        category=category,
        channel=Channel.LIFF,
        text=TEXTS[code],
        place=place,
        reporter=chance.choice(residents),
    )
    complaint = file_complaint(report=report, now=received_at).complaint
    if chance.random() < 0.9:
        _work(complaint, chance, received_at, now)


def _work(complaint: Complaint, chance: random.Random, received_at: datetime, now: datetime) -> None:
    office = complaint.department
    officer = StaffMember.objects.working().filter(department=office, role="officer").first()
    clerk = StaffMember.objects.get(username="clerk")
    worker = officer or clerk
    plan: list[tuple[float, Update, StaffMember]] = [
        (0.3, Update(move="triage", category=complaint.category, department=office), clerk),
        (0.6, Update(move="assign", assignee=worker), clerk),
        (chance.uniform(1, 20), Update(move="start"), worker),
        (chance.uniform(21, 60), Update(move="resolve", outcome=Outcome.ANSWERED, public_text="ดำเนินการแล้ว"), worker),
    ]
    for hours, update, member in plan:
        at = received_at + timedelta(hours=hours)
        if at >= now:
            return
        update_complaint(
            complaint_id=complaint.pk, update=update, actor=Actor.of_staff(member), who=member.role, now=at
        )


def _about_to_be_late(resident: Resident, now: datetime) -> Complaint:
    """A street light that nobody has repaired for 47 hours and 57 minutes."""
    category = Category.objects.select_related("department").get(code="STREETLIGHT")
    received_at = now + DUE_IN - timedelta(hours=category.sla_hours)
    report = Report(
        draft_id=UUID(int=int(now.timestamp())),
        category=category,
        channel=Channel.LIFF,
        text="ไฟถนนดับหน้าตลาด",
        reporter=resident,
    )
    return file_complaint(report=report, now=received_at).complaint
