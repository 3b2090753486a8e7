"""Who asks to be forgotten is found in no table any more."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from complaints.models.case import Complaint
from complaints.models.record import Photo, Rating
from complaints.services.answers import add_information, answer_result, follow, rate
from complaints.services.drafts import save_draft, start_draft
from complaints.services.photos import attach_to_draft
from complaints.tests.factories import CategoryFactory, file_one
from complaints.tests.test_moves import move
from complaints.workflow import Outcome
from nakhoncity.kit.images import Picture
from nakhoncity.line import inbox
from nakhoncity.line.models import OutboundMessage
from nakhoncity.line.tests.factories import body_of, event, owe, put
from nakhoncity.residents.models import Consent, Resident
from nakhoncity.residents.personal_data import export_resident, personal_data
from nakhoncity.residents.services import erase_resident, record_consent
from nakhoncity.residents.sessions import start_session
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LINE_ID, NAME, PHONE = "U" + "5a" * 16, "มาลีมาร์กเกอร์", "0899999555"
WORDS, BROWSER = "คำลับในแชตของมาลี", "MarkedBrowser/7"
MARKS = [LINE_ID, NAME, PHONE, WORDS, BROWSER]


def tables_with(mark):
    """The tables in which a text stands, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 (our own tables)
            values = [str(value) for row in cursor.fetchall() for value in row]
            # JSON columns may keep Thai letters as escapes.
            escaped = mark.encode("unicode-escape").decode()
            if any(mark in value or escaped in value for value in values):
                found.append(table)
    return found


@pytest.fixture
def malee(db):
    return ResidentFactory(line_user_id=LINE_ID, display_name=NAME, phone=PHONE)


@pytest.fixture
def lived(malee):
    """A resident with rows in every room, each with something of hers."""
    member = StaffFactory(role="head")
    category = CategoryFactory(department=member.department)
    case = file_one(category=category, reporter=malee, contact_name=NAME, contact_phone=PHONE)
    move(case, member, "triage", category=category, department=member.department)
    add_information(complaint=case, text="ยังดับอยู่", photos=(), resident=malee, now=NOW)
    move(case, member, "resolve", outcome=Outcome.FIXED, public_text=f"เรียนคุณ{NAME} เปลี่ยนหลอดแล้ว")
    answer_result(complaint=case, verdict=Rating.Verdict.GOOD, resident=malee, now=NOW)
    rate(complaint=case, stars=5, text="ขอบคุณ", now=NOW)
    follow(complaint=file_one(category=category), resident=malee, now=NOW)
    draft = start_draft(resident=malee, now=NOW)
    save_draft(draft_id=draft.pk, changes={"text": WORDS, "phone": PHONE}, resident=malee, now=NOW)
    attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=NOW)
    record_consent(resident=malee, kind=Consent.Kind.PUBLISH_PHOTO, version="1", now=NOW)
    start_session(resident=malee, now=NOW, user_agent=BROWSER)
    chat(WORDS)
    inbox.sweep(now=NOW)
    chat(f"{WORDS} อีกครั้ง")
    put(owe(to=malee, words=f"สวัสดีคุณ{NAME}"), state="accepted", accepted_at=NOW)
    put(owe(to=malee, words=f"ถึงคุณ{NAME}"), state="failed", error=f"bad {LINE_ID}")
    owe(line_user_id=LINE_ID, words=WORDS)
    return case


def chat(words):
    said = event(source={"type": "user", "userId": LINE_ID}, message={"id": "77", "type": "text", "text": words})
    inbox.store(body=body_of(said), now=NOW)


def test_every_mark_stands_somewhere_before(lived):
    assert [mark for mark in MARKS if not tables_with(mark)] == []
    assert {"line_webhookevent", "line_outboundmessage"} <= set(tables_with(LINE_ID))


def test_every_room_with_people_is_registered():
    assert sorted(personal_data.names()) == ["complaints", "line"]


def test_forgotten_resident_stands_in_no_table(lived, malee):
    # What staff wrote to her in the record of the case is theirs; a name in it is mended by them.
    lived.events.filter(public_text__contains=NAME).update(public_text="เปลี่ยนหลอดแล้ว")

    erase_resident(resident=malee, now=NOW)

    assert {mark: tables_with(mark) for mark in MARKS} == {mark: [] for mark in MARKS}


def test_forgotten_resident_gets_no_message_any_more(lived, malee):
    erase_resident(resident=malee, now=NOW)

    states = set(OutboundMessage.objects.values_list("state", flat=True))
    assert states == {"accepted", "failed", "cancelled"}


def test_messages_of_a_forgotten_resident_are_still_counted(lived, malee):
    before = OutboundMessage.objects.count(), OutboundMessage.objects.pushed_since(NOW).count()

    erase_resident(resident=malee, now=NOW)

    assert (OutboundMessage.objects.count(), OutboundMessage.objects.pushed_since(NOW).count()) == before


def test_what_a_forgotten_resident_said_is_not_worked_any_more(lived, malee):
    erase_resident(resident=malee, now=NOW)

    assert inbox.sweep(now=NOW + timedelta(minutes=1)) == 0
    assert Resident.objects.filter(line_user_id=LINE_ID).count() == 0


def test_case_of_a_forgotten_resident_stays(lived, malee):
    erase_resident(resident=malee, now=NOW)

    case = Complaint.objects.get(pk=lived.pk)
    assert (case.text, case.contact_name, case.contact_phone, case.ratings.get().stars) == ("ไฟถนนดับหน้าบ้าน", "", "", 5)


def test_pictures_never_sent_leave_the_disk(lived, malee, django_capture_on_commit_callbacks):
    photo = Photo.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        erase_resident(resident=malee, now=NOW)

    assert (Photo.objects.count(), default_storage.exists(photo.file.name)) == (0, False)


def test_pictures_of_a_case_stay(malee, django_capture_on_commit_callbacks):
    draft = start_draft(resident=malee, now=NOW)
    photo = attach_to_draft(draft=draft, picture=Picture(b"jpeg", b"thumb", 4, 3), now=NOW)
    case = file_one(reporter=malee, draft_id=draft.pk)

    with django_capture_on_commit_callbacks(execute=True):
        erase_resident(resident=malee, now=NOW)

    assert case.photos.get().pk == photo.pk
    assert default_storage.exists(photo.file.name)


def test_forgetting_one_leaves_the_other_alone(lived, malee):
    somchai = ResidentFactory(display_name="สมชาย")
    row = owe(to=somchai, words="สวัสดี")

    erase_resident(resident=malee, now=NOW)

    row.refresh_from_db()
    assert (row.state, row.line_user_id, row.resident) == ("queued", somchai.line_user_id, somchai)


def test_forgetting_twice_changes_nothing_more(lived, malee):
    erase_resident(resident=malee, now=NOW)
    before = list(OutboundMessage.objects.order_by("pk").values())

    erase_resident(resident=malee, now=NOW + timedelta(hours=1))

    assert list(OutboundMessage.objects.order_by("pk").values()) == before


def test_export_says_what_every_room_holds(lived, malee):
    held = export_resident(malee)

    assert sorted(held) == ["complaints", "line", "resident"]
    assert [case["reference"] for case in held["complaints"]["cases"]] == [lived.reference]
    assert [said["event"]["message"]["text"] for said in held["line"]["chat"]] == [WORDS, f"{WORDS} อีกครั้ง"]
    assert f"สวัสดีคุณ{NAME}" in [row["messages"][0].get("text") for row in held["line"]["messages"]]


def test_export_holds_nothing_of_another(lived):
    somchai = ResidentFactory(display_name="สมชาย", line_user_id="U" + "6" * 32)

    held = export_resident(somchai)

    assert (held["complaints"], held["line"]) == ({"cases": [], "follows": []}, {"chat": [], "messages": []})
