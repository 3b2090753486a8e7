"""What this room holds of a person: his cases, drafts, follows. Cases stay as official records, without the person."""

from typing import Any

from complaints.models.case import Complaint
from complaints.models.record import Follower
from complaints.services.erasure import erase
from nakhoncity.residents.models import Resident
from nakhoncity.residents.personal_data import PersonalData, personal_data


def register() -> None:
    """Tell the residents room."""
    personal_data.register("complaints", PersonalData(export=export, erase=erase))


def export(resident: Resident) -> dict[str, Any]:
    """A resident's own cases, as he told them, and what he follows."""
    cases = Complaint.objects.of(resident).order_by("received_at")
    return {
        "cases": [
            {
                "reference": case.reference,
                "text": case.text,
                "phone": case.contact_phone,
                "at": case.received_at.isoformat(),
            }
            for case in cases
        ],
        "follows": list(Follower.objects.filter(resident=resident).values_list("complaint__reference", flat=True)),
    }
