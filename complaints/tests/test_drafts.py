"""A report while it is being written: what was typed is kept, whoever types where."""

from uuid import uuid4

import pytest

from complaints.models.draft import KEPT_FOR, ReportDraft
from complaints.services.drafts import lock_draft, save_draft, start_draft
from complaints.tests.factories import NOW, hours
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db


def test_start_draft_is_kept_for_seven_days():
    draft = start_draft(resident=None, now=NOW)

    assert (draft.expires_at - NOW, draft.fields) == (KEPT_FOR, {})


def test_save_draft_adds_to_what_another_tab_has_typed():
    draft = start_draft(resident=None, now=NOW)
    save_draft(draft_id=draft.pk, changes={"category": "ROAD"}, resident=None, now=NOW)

    saved = save_draft(draft_id=draft.pk, changes={"text": "หลุม"}, resident=None, now=NOW)

    assert saved.fields == {"category": "ROAD", "text": "หลุม"}


def test_save_draft_lets_the_seven_days_begin_anew():
    draft = start_draft(resident=None, now=NOW)

    saved = save_draft(draft_id=draft.pk, changes={}, resident=None, now=NOW + hours(24))

    assert saved.expires_at == NOW + hours(24) + KEPT_FOR


def test_save_draft_is_bound_to_the_first_resident_who_signs_in():
    somchai, malee = ResidentFactory(), ResidentFactory()
    draft = start_draft(resident=None, now=NOW)
    save_draft(draft_id=draft.pk, changes={}, resident=somchai, now=NOW)

    saved = save_draft(draft_id=draft.pk, changes={}, resident=malee, now=NOW)

    assert saved.resident == somchai


def test_save_draft_that_was_swept_says_so():
    with pytest.raises(ReportDraft.DoesNotExist):
        save_draft(draft_id=uuid4(), changes={"text": "หลุม"}, resident=None, now=NOW)


def test_lock_draft_of_another_channel_finds_none():
    assert lock_draft(draft_id=uuid4()) is None
