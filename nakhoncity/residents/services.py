"""Writing about residents: who they are by LINE, and what they agreed to."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from nakhoncity.kit.thai import clean_text
from nakhoncity.residents.models import Consent, Resident
from nakhoncity.residents.personal_data import personal_data


def meet_resident(*, line_user_id: str, display_name: str = "", now: datetime) -> Resident:
    """The resident of a LINE identity, made at the first meeting; a new name is taken over."""
    name = clean_text(display_name)[:100]
    resident, is_new = Resident.objects.get_or_create(
        line_user_id=line_user_id, defaults={"display_name": name, "created_at": now}
    )
    if not is_new and name and resident.display_name != name:
        resident.display_name = name
        resident.save(update_fields=["display_name"])
    return resident


def speak(*, resident: Resident, language: str) -> None:
    """Write to a resident in this language from now on: th or en."""
    if resident.language != language:
        resident.language = language
        resident.save(update_fields=["language"])


def change_friendship(*, line_user_id: str, is_friend: bool, at: datetime) -> bool:
    """Note that somebody followed or blocked us at `at` (LINE's time); an older event changes nothing.

    Returns whether it was news.
    """
    resident = meet_resident(line_user_id=line_user_id, now=at)
    newer = Resident.objects.filter(pk=resident.pk).filter(Q(friend_changed_at=None) | Q(friend_changed_at__lt=at))
    return bool(newer.update(is_friend=is_friend, friend_changed_at=at))


def record_consent(*, resident: Resident | None, kind: Consent.Kind, version: str, now: datetime) -> None:
    """Note a consent; one that stands already stays."""
    Consent.objects.bulk_create(
        [Consent(resident=resident, kind=kind, version=version, given_at=now)], ignore_conflicts=True
    )


def withdraw_consent(*, resident: Resident, kind: Consent.Kind, now: datetime) -> int:
    """Take a consent back from now on; returns 0 where none stood."""
    return Consent.objects.standing().filter(resident=resident, kind=kind).update(withdrawn_at=now)


@transaction.atomic
def erase_resident(*, resident: Resident, now: datetime) -> None:
    """Remove what links a person to us, in every room. Cases stay as official records, without the person."""
    for room in personal_data.all():
        room.erase(resident, now)
    Consent.objects.standing().filter(resident=resident).update(withdrawn_at=now)
    resident.sessions.all().delete()
    resident.line_user_id = None
    resident.display_name = resident.phone = ""
    resident.is_friend = False
    resident.erased_at = now
    resident.save()
