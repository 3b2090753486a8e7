"""A report while it is being written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints.models.draft import KEPT_FOR, ReportDraft
from nakhoncity.residents.models import Resident


def start_draft(*, resident: Resident | None, now: datetime) -> ReportDraft:
    """Begin a report. Its id becomes the idempotency key of the case."""
    return ReportDraft.objects.create(resident=resident, created_at=now, updated_at=now, expires_at=now + KEPT_FOR)


@transaction.atomic
def save_draft(*, draft_id: UUID, changes: Mapping[str, Any], resident: Resident | None, now: datetime) -> ReportDraft:
    """Add what was just typed to a draft; two tabs may save in turn and neither loses the other's fields.

    Raises ReportDraft.DoesNotExist when it was swept.
    """
    draft = lock_draft(draft_id=draft_id)
    if draft is None:
        raise ReportDraft.DoesNotExist
    draft.fields = {**draft.fields, **changes}
    draft.updated_at = now
    draft.expires_at = now + KEPT_FOR
    if resident and draft.resident_id is None:
        draft.resident = resident
    draft.save(update_fields=["fields", "updated_at", "expires_at", "resident"])
    return draft


def lock_draft(*, draft_id: UUID) -> ReportDraft | None:
    """The draft, locked until the transaction ends; None where there is none (other channels) or it was swept.

    Who writes to a draft, hangs a picture on it or files it takes this lock first: a picture that comes while its draft
    is being filed finds either the draft or the case.
    """
    return ReportDraft.objects.select_for_update().filter(pk=draft_id).first()
