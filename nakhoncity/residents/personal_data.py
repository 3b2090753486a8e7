"""Which rooms hold data of a person: each registers how it exports and how it erases them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nakhoncity.kit.registry import Registry
from nakhoncity.residents.models import Resident


@dataclass(frozen=True)
class PersonalData:
    """One room's answer to "what do you hold of me?" and "forget me"."""

    export: Callable[[Resident], dict[str, Any]]
    erase: Callable[[Resident, datetime], None]


personal_data: Registry[PersonalData] = Registry()


def export_resident(resident: Resident) -> dict[str, Any]:
    """Everything the rooms hold of a resident, by room."""
    own = {"name": resident.display_name, "phone": resident.phone, "language": resident.language}
    rooms = {name: room.export(resident) for name, room in zip(personal_data.names(), personal_data.all(), strict=True)}
    return {"resident": own, **rooms}
