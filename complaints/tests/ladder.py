"""What tests of the ladder read, and the moments of a case filed at NOW."""

from datetime import UTC, datetime, timedelta
from typing import Any

from complaints.models.clock import EscalationNotice
from complaints.tests.factories import NOW, hours
from complaints.tests.house import House
from complaints.tests.test_moves import move
from complaints.workflow import Outcome
from nakhoncity.line.models import OutboundMessage

# NOW is Wednesday, 10.00 in Bangkok; the case falls due on Friday at 10.00.
BLINK = timedelta(microseconds=1)
MOMENTS = {0: NOW + hours(24), 1: NOW + hours(36), 2: NOW + hours(48) + BLINK, 3: NOW + hours(72), 4: NOW + hours(120)}


def told(level: int) -> list[Any]:
    """Who is owed the news of a level, in order, a copy marked."""
    rows = EscalationNotice.objects.filter(escalation__level=level).order_by("pk").select_related("member")
    return [(row.member, row.is_copy) for row in rows]


def sent() -> list[tuple[str, str]]:
    """To whom messages are owed, and what they say first."""
    rows = OutboundMessage.objects.order_by("pk").values_list("line_user_id", "payload")
    return [(user_id, payload[0]["altText"]) for user_id, payload in rows]


def lines() -> list[str]:
    """What the last message says."""
    body = OutboundMessage.objects.latest("pk").payload[0]["contents"]["body"]["contents"]
    return [part["text"] for part in body if part["type"] == "text"]


def resolve(case: Any, house: House, at: datetime) -> None:
    """Triage and resolve at once."""
    move(case, house.director, "triage", at=at, category=case.category, department=house.unit)
    move(case, house.director, "resolve", at=at, outcome=Outcome.FIXED, public_text="เสร็จ")


def bangkok(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Bangkok."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - hours(7)
