"""The demo's cases: a town that works well, of whose past nobody hears, and one case about to be late."""

import random
from datetime import time, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import F

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.clock import Escalation, EscalationNotice
from complaints.models.record import Photo
from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.services.seed import seed_categories
from complaints.services.verification import verify_all
from complaints.tests.factories import file_one
from complaints.workflow import Status
from nakhoncity.backoffice import demo
from nakhoncity.backoffice.demo_scripts import PRESENT
from nakhoncity.backoffice.demo_town import load_town
from nakhoncity.city.models import CityProfile, Holiday
from nakhoncity.city.services import seed_city
from nakhoncity.kit.geo import Point, inside
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.models import Resident
from nakhoncity.staff.models import StaffMember
from nakhoncity.staff.services import seed_demo_staff, seed_departments

pytestmark = pytest.mark.django_db
ONE_OF_EACH = [(1, script) for _, script in PRESENT]
QUEUED = OutboundMessage.State.QUEUED


@pytest.fixture
def house():
    """The town with its offices, categories and staff; no quiet hours, as the demo has none."""
    seed_departments()
    seed_categories()
    seed_demo_staff()
    CityProfile.objects.update(quiet_from=time(0), quiet_until=time(0))
    CityProfile.forget()


@pytest.fixture
def soon(house, now):
    """A small demo: six cases of the past, one of each kind of the present, and the one about to be late."""
    demo.seed_past(now=now, past=6, present=ONE_OF_EACH)
    return demo.seed_soon(now=now)


def test_seed_fills_the_house_as_planned(soon, now):
    assert Complaint.objects.count() == 6 + len(PRESENT) + 1
    assert set(Complaint.objects.values_list("status", flat=True)) == set(Status.values)
    assert (soon.due_at, soon.status, soon.category.code) == (now + timedelta(minutes=3), "new", "STREETLIGHT")
    late = Complaint.objects.overdue(now).order_by("due_at")
    assert [(case.escalation_level, (now - case.due_at).days) for case in late] == [(3, 1), (2, 0)]


def test_seeded_cases_have_a_sound_record_a_place_and_their_files(soon):
    assert [found for _, found in verify_all() if found] == []
    levels = Escalation.objects.exclude(clock__complaint=soon)
    assert levels.filter(recorded_at__gt=F("fell_due_at") + timedelta(seconds=10)).count() == 0
    cases, boundary = list(Complaint.objects.select_related("community")), CityProfile.current().boundary
    assert all(case.community and inside(Point(case.latitude, case.longitude), boundary) for case in cases)
    photos = list(Photo.objects.all())
    assert {photo.kind for photo in photos} == {"before", "after"}
    assert all(Path(file.path).stat().st_size > 1000 for photo in photos for file in (photo.file, photo.thumb))


def test_after_the_start_the_head_gets_one_message_and_nobody_hears_of_the_past(soon, now):
    told = []
    for minute in (1, 4, 5):
        sweep_escalations(now=now + timedelta(minutes=minute))
        sweep_notices(now=now + timedelta(minutes=minute))
        told.append(list(OutboundMessage.objects.filter(state=QUEUED).values_list("line_user_id", flat=True)))

    head = StaffMember.objects.get(username="head-engineering")
    assert told == [[], [head.line_user_id], [head.line_user_id]]
    assert EscalationNotice.objects.filter(told_at=None).count() == 0


def test_seed_again_adds_one_case_only_and_none_before_the_last_fell_due(soon, now):
    before = Complaint.objects.count()

    demo.seed_past(now=now + timedelta(minutes=2))
    assert demo.seed_soon(now=now + timedelta(minutes=2)) == soon
    assert Complaint.objects.count() == before
    assert demo.seed_soon(now=now + timedelta(minutes=10)).due_at == now + timedelta(minutes=13)
    assert Complaint.objects.count() == before + 1


def test_seed_again_leaves_what_is_really_owed(house, now):
    demo.seed_soon(now=now)
    mine = file_one(now=now + timedelta(minutes=5), reporter=Resident.objects.exclude(display_name="").first())

    demo.seed_past(now=now + timedelta(minutes=6))
    demo.seed_soon(now=now + timedelta(minutes=6))

    assert list(OutboundMessage.objects.filter(state=QUEUED).values_list("dedupe_key", flat=True)) == [
        f"complaint:{mine.pk}:receipt"
    ]


def test_a_seed_that_breaks_off_leaves_nothing(house, now, monkeypatch):
    def killed(**given):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "silence_past", killed)
    with pytest.raises(KeyboardInterrupt):
        demo.seed_past(now=now, past=2, present=[])

    assert Complaint.objects.count() == 0


def test_texts_cover_every_category_and_answer_its_questions(house, now):
    texts = load_town(now=now).texts
    categories = {category.code: category for category in Category.objects.all()}

    assert set(texts) == set(categories)
    asked = {code: {question["code"] for question in each.questions} for code, each in categories.items()}
    answered = {code: {key for told in each["reports"] for key in told["answers"]} for code, each in texts.items()}
    assert [code for code, keys in answered.items() if keys - asked[code]] == []


def test_places_of_another_town_are_its_own(house, now):
    seed_city(path=settings.TOWN_FILE.parent / "tarnthip.json", reset=True)
    town = load_town(now=now)

    spot = town.choose_spot(random.Random(1), at_canal=True)  # noqa: S311 (a demo)

    assert spot.words == "คลองธารทิพย์"
    assert inside(spot.point, town.profile.boundary)


def test_demo_needs_its_setting(monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)

    with pytest.raises(CommandError, match="--demo needs DEMO=1"):
        call_command("seed", demo=True)


def test_what_was_edited_survives_the_next_start():
    call_command("seed")
    CityProfile.objects.update(phone="0 7534 2880", quiet_from=time(21))
    Holiday.objects.filter(name__contains="รัฐธรรมนูญ").delete()
    before = list(CityProfile.objects.values()), list(Holiday.objects.values())

    call_command("seed")

    assert (list(CityProfile.objects.values()), list(Holiday.objects.values())) == before


def test_the_seed_takes_the_files_words_over_edited_ones_when_asked_to():
    call_command("seed")
    CityProfile.objects.update(phone="0 7534 2880")

    call_command("seed", reset=True)

    assert CityProfile.current().phone == "0 7500 0000"
