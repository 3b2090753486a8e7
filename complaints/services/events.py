"""The record of a case is only ever added to, and only here."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from complaints.models.case import Complaint
from complaints.models.record import ComplaintEvent
from complaints.workflow import ActorKind, EventKind
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember


@dataclass(frozen=True)
class Actor:
    """Who does something: a member of staff, a resident, or the system itself."""

    kind: ActorKind
    staff: StaffMember | None = None
    resident: Resident | None = None

    @classmethod
    def of_staff(cls, member: StaffMember) -> "Actor":
        """The actor behind a staff page."""
        return cls(kind=ActorKind.STAFF, staff=member)

    @classmethod
    def of_resident(cls, resident: Resident | None) -> "Actor":
        """The actor behind a resident's page; unknown where nobody is signed in."""
        return cls(kind=ActorKind.RESIDENT, resident=resident)


SYSTEM = Actor(kind=ActorKind.SYSTEM)


@dataclass(frozen=True)
class Note:
    """What an event says: to the resident, to staff, and in figures."""

    public_text: str = ""
    internal_text: str = ""
    is_public: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)


def append_event(*, complaint: Complaint, kind: EventKind, actor: Actor, note: Note, now: datetime) -> ComplaintEvent:
    """Write one line of a case's record; inside the transaction of the change it tells of."""
    return ComplaintEvent.objects.create(
        complaint=complaint,
        kind=kind,
        actor=actor.kind,
        staff=actor.staff,
        resident=actor.resident,
        at=now,
        before=note.before,
        after=note.after,
        public_text=note.public_text,
        internal_text=note.internal_text,
        payload=note.payload,
        is_public=note.is_public,
    )
