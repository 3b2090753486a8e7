"""Meeting residents, their friendship, their consents, and forgetting them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from nakhoncity.residents.models import Consent, Resident
from nakhoncity.residents.personal_data import PersonalData, export_resident, personal_data
from nakhoncity.residents.services import (
    change_friendship,
    erase_resident,
    meet_resident,
    record_consent,
    withdraw_consent,
)
from nakhoncity.residents.sessions import find_session, start_session
from nakhoncity.residents.tests.factories import ResidentFactory

pytestmark = pytest.mark.django_db
PHOTO = Consent.Kind.PUBLISH_PHOTO


@pytest.fixture
def somchai():
    return ResidentFactory(line_user_id="U" + "a" * 32, display_name="สมชาย", phone="0812345678")


@pytest.fixture
def guestbook(monkeypatch):
    """A room of the test that holds a line about each resident."""
    rows = {}

    def export(resident):
        return {"line": rows.get(resident.pk)}

    def erase(resident, now):
        rows.pop(resident.pk, None)

    monkeypatch.setattr(personal_data, "_items", {"guestbook": PersonalData(export, erase)})
    return rows


def test_meet_resident_makes_one_resident_per_identity(now):
    first = meet_resident(line_user_id="U1", display_name="สมชาย", now=now)
    again = meet_resident(line_user_id="U1", display_name="สมชาย ใจดี", now=now + timedelta(days=1))

    assert first == again
    assert Resident.objects.get().display_name == "สมชาย ใจดี"
    assert Resident.objects.get().created_at == now


def test_meet_resident_keeps_the_name_when_none_is_told(somchai, now):
    meet_resident(line_user_id=somchai.line_user_id, now=now)

    assert Resident.objects.get().display_name == "สมชาย"


def test_meet_resident_cleans_and_cuts_the_name(now):
    resident = meet_resident(line_user_id="U1", display_name="ส\x00ม" * 200, now=now)

    assert resident.display_name == ("สม" * 200)[:100]


def test_change_friendship_follows_the_newest_event_whatever_the_order(somchai, now):
    user_id = somchai.line_user_id

    news = [
        change_friendship(line_user_id=user_id, is_friend=False, at=now),
        change_friendship(line_user_id=user_id, is_friend=True, at=now - timedelta(minutes=1)),
        change_friendship(line_user_id=user_id, is_friend=False, at=now),
    ]

    assert news == [True, False, False]
    assert Resident.objects.get().is_friend is False


def test_reachable_are_friends_with_an_identity(somchai, now):
    ResidentFactory(is_friend=False)
    ResidentFactory(line_user_id=None)

    assert list(Resident.objects.reachable()) == [somchai]


def test_record_consent_stands_once(somchai, now):
    record_consent(resident=somchai, kind=PHOTO, version="1", now=now)
    record_consent(resident=somchai, kind=PHOTO, version="2", now=now)

    assert [(row.version, row.given_at) for row in Consent.objects.all()] == [("1", now)]


def test_withdraw_consent_ends_it_and_it_can_be_given_again(somchai, now):
    record_consent(resident=somchai, kind=PHOTO, version="1", now=now)

    assert withdraw_consent(resident=somchai, kind=PHOTO, now=now) == 1
    assert withdraw_consent(resident=somchai, kind=PHOTO, now=now) == 0
    record_consent(resident=somchai, kind=PHOTO, version="2", now=now)
    assert [row.version for row in Consent.objects.standing()] == ["2"]


def test_withdraw_consent_leaves_other_residents_and_kinds(somchai, now):
    record_consent(resident=ResidentFactory(), kind=PHOTO, version="1", now=now)
    record_consent(resident=somchai, kind=Consent.Kind.FLOOD_MESSAGES, version="1", now=now)

    assert withdraw_consent(resident=somchai, kind=PHOTO, now=now) == 0


def test_consent_of_somebody_unknown_is_kept_each_time(now):
    for _ in range(2):
        record_consent(resident=None, kind=PHOTO, version="1", now=now)

    assert Consent.objects.count() == 2


def test_export_resident_asks_every_room(somchai, guestbook):
    guestbook[somchai.pk] = "ขอบคุณ"

    assert export_resident(somchai) == {
        "resident": {"name": "สมชาย", "phone": "0812345678", "language": "th"},
        "guestbook": {"line": "ขอบคุณ"},
    }


def test_erase_resident_forgets_here_and_in_every_room(somchai, guestbook, now):
    malee = ResidentFactory(display_name="มาลี")
    guestbook |= {somchai.pk: "ขอบคุณ", malee.pk: "ดีมาก"}
    token = start_session(resident=somchai, now=now, user_agent="")
    record_consent(resident=somchai, kind=PHOTO, version="1", now=now)

    erase_resident(resident=somchai, now=now)

    row = Resident.objects.get(pk=somchai.pk)
    assert (row.line_user_id, row.display_name, row.phone, row.is_friend, row.erased_at) == (None, "", "", False, now)
    assert guestbook == {malee.pk: "ดีมาก"}
    assert find_session(token=token, now=now) is None
    assert not Consent.objects.standing().exists()
    assert Resident.objects.get(pk=malee.pk).display_name == "มาลี"


def test_erase_resident_forgets_nothing_when_a_room_fails(somchai, guestbook, now, monkeypatch):
    def fail(resident, now):
        raise RuntimeError

    monkeypatch.setitem(personal_data._items, "broken", PersonalData(vars, fail))

    with pytest.raises(RuntimeError):
        erase_resident(resident=somchai, now=now)

    assert Resident.objects.get().display_name == "สมชาย"


def test_meet_resident_after_erasure_is_somebody_new(somchai, now):
    user_id = somchai.line_user_id
    erase_resident(resident=somchai, now=now)

    assert meet_resident(line_user_id=user_id, now=now).pk != somchai.pk


def test_erased_resident_can_hold_no_name(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        ResidentFactory(erased_at=now)


def test_resident_says_nothing_personal_in_logs(somchai):
    assert str(somchai) == f"ประชาชน {somchai.pk}"
