"""The ladder at work: each level once and never early, and the right posts are told."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models.clock import Escalation, EscalationNotice
from complaints.services import receivers
from complaints.services.escalation import sweep_escalations
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.house import build_house
from complaints.tests.ladder import BLINK, MOMENTS, resolve, told
from complaints.tests.test_moves import move
from complaints.workflow import EventKind
from nakhoncity.staff.models import ActingHolder
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house.unit))


# Levels


@pytest.mark.parametrize("level", [0, 1, 2, 3, 4])
def test_level_is_recorded_at_its_moment_and_not_before(case, level):
    sweep_escalations(now=MOMENTS[level] - BLINK)
    assert not Escalation.objects.filter(level=level).exists()

    sweep_escalations(now=MOMENTS[level])

    assert Escalation.objects.filter(level=level).count() == 1


def test_each_level_is_recorded_once_however_often_the_sweep_runs(case):
    for moment in sorted(MOMENTS.values()):
        for _ in range(3):
            sweep_escalations(now=moment)

    assert list(Escalation.objects.order_by("level").values_list("level", "is_told")) == [
        (level, True) for level in range(5)
    ]


def test_after_downtime_all_levels_are_recorded_and_the_highest_is_told_once(case, house):
    sweep_escalations(now=MOMENTS[3])

    assert list(Escalation.objects.order_by("level").values_list("level", "is_told")) == [
        (0, False),
        (1, False),
        (2, False),
        (3, True),
    ]
    assert EscalationNotice.objects.exclude(escalation__level=3).count() == 0
    assert case.events.filter(kind=EventKind.ESCALATED).count() == 1


def test_level_follows_a_pause(case, house):
    move(case, house.director, "ask_resident", at=NOW + hours(10), public_text="เสาต้นไหนคะ")
    sweep_escalations(now=MOMENTS[4])
    assert Escalation.objects.count() == 0

    move(case, house.director, "answer_received", at=NOW + hours(15))
    sweep_escalations(now=NOW + hours(29))

    assert list(Escalation.objects.values_list("level", "fell_due_at")) == [(0, NOW + hours(29))]


def test_ladder_ends_with_the_case(case, house):
    move(case, house.director, "close_not_found", at=NOW + hours(1), public_text="ไม่พบ")

    assert sweep_escalations(now=MOMENTS[4]) == 0


def test_reopening_begins_the_ladder_anew(case, house):
    sweep_escalations(now=MOMENTS[2])
    resolve(case, house, MOMENTS[2])
    move(case, house.director, "reopen", at=MOMENTS[2] + hours(1), reason="ยังดับ")

    sweep_escalations(now=MOMENTS[2] + hours(26))

    assert list(Escalation.objects.filter(clock__number=2).values_list("level", flat=True)) == [0]
    case.refresh_from_db()
    assert case.escalation_level == 0


def test_case_says_which_level_it_has_reached_and_whom_it_was_told(case):
    sweep_escalations(now=MOMENTS[2])

    case.refresh_from_db()
    event = case.events.latest("pk")
    assert (case.escalation_level, event.is_public, event.payload) == (
        2,
        True,
        {"level": 2, "passed": [0, 1, 2], "told": ["ผู้อำนวยการสำนักการช่าง"]},
    )


def test_resident_does_not_read_of_levels_before_the_deadline(case):
    sweep_escalations(now=MOMENTS[1])

    assert case.events.latest("pk").is_public is False


def test_one_case_that_cannot_be_worked_holds_up_no_other(case, house, monkeypatch, caplog):
    other = file_one(category=case.category)
    find = receivers.ladder_receivers

    def fail_for_the_first(*, complaint, level, on):
        if complaint.pk == case.pk:
            msg = "สมชาย โทร 0812345678"
            raise ValueError(msg)
        return find(complaint=complaint, level=level, on=on)

    monkeypatch.setattr("complaints.services.escalation.ladder_receivers", fail_for_the_first)

    assert sweep_escalations(now=MOMENTS[0]) == 1
    assert Escalation.objects.get().clock.complaint == other
    assert "ValueError" in caplog.text
    assert "0812345678" not in caplog.text


def test_case_is_locked_before_its_clock(case):
    """Every service takes the case first; the other order is a deadlock with an officer who saves."""
    with CaptureQueriesContext(connection) as seen:
        sweep_escalations(now=MOMENTS[0])

    first = next(query["sql"] for query in seen if "WHERE" in query["sql"] and '"id" = ' in query["sql"])
    assert 'FROM "complaints_complaint"' in first


# Receivers


def test_level_0_tells_who_has_the_case(case, house):
    worker = StaffFactory(department=house.unit)
    move(case, house.director, "triage", category=case.category, department=house.unit)
    move(case, house.director, "assign", assignee=worker)

    sweep_escalations(now=MOMENTS[0])

    assert told(0) == [(worker, False)]


def test_level_0_tells_the_offices_officers_where_nobody_has_it(case, house):
    second = StaffFactory(department=house.unit)
    StaffFactory(department=house.office)

    sweep_escalations(now=MOMENTS[0])

    assert [member for member, _ in told(0)] == [house.officer, second]


def test_level_0_passes_over_a_worker_who_has_left(case, house):
    worker = StaffFactory(department=house.unit)
    move(case, house.director, "triage", category=case.category, department=house.unit)
    move(case, house.director, "assign", assignee=worker)
    worker.is_active = False
    worker.save()

    sweep_escalations(now=MOMENTS[0])

    assert told(0) == [(house.officer, False)]


def test_level_0_of_an_office_without_officers_goes_to_its_head(case, house):
    house.officer.is_active = False
    house.officer.save()

    sweep_escalations(now=MOMENTS[0])

    assert told(0) == [(house.unit_head, False)]


def test_level_1_tells_the_head_of_the_unit_as_well(case, house):
    sweep_escalations(now=MOMENTS[1])

    assert told(1) == [(house.unit_head, False), (house.officer, False)]


def test_levels_after_the_deadline_tell_one_rank_each_and_the_deputy_in_charge(case, house):
    for level in (2, 3, 4):
        sweep_escalations(now=MOMENTS[level])

    assert [told(level) for level in (2, 3, 4)] == [
        [(house.director, False)],
        [(house.secretary, False), (house.deputy_secretary, True)],
        [(house.mayor, False), (house.deputy_mayor, True)],
    ]


def test_acting_holder_of_the_day_is_told_by_the_name_of_his_order(case, house):
    suda = StaffFactory(department=house.office)
    post = house.post("office_head")
    ActingHolder.objects.create(position=post, member=suda, from_date=date(2026, 11, 27), to_date=date(2026, 11, 27))

    sweep_escalations(now=MOMENTS[2])

    assert told(2) == [(suda, False)]
    assert EscalationNotice.objects.get().title_th == "รักษาราชการแทนผู้อำนวยการสำนักการช่าง"


def test_vacant_post_passes_one_rank_up_and_the_case_says_so(case, house):
    house.vacate("office_head")

    sweep_escalations(now=MOMENTS[2])

    words = "ผู้อำนวยการสำนักการช่าง ว่างอยู่ จึงแจ้งปลัดเทศบาล"
    assert told(2) == [(house.secretary, False)]
    assert EscalationNotice.objects.get().note_th == words
    assert case.events.latest("pk").internal_text == words


def test_three_vacant_posts_with_the_longest_names_are_named_all(case, house):
    for kind in ("unit_head", "office_head", "secretary"):
        post = house.post(kind)
        post.title_th = "ผ" * 120
        post.save()
    house.vacate("unit_head", "office_head", "secretary")

    sweep_escalations(now=MOMENTS[1])

    notice = EscalationNotice.objects.get(member=house.mayor)
    assert notice.note_th == f"{', '.join(['ผ' * 120] * 3)} ว่างอยู่ จึงแจ้งนายกเทศมนตรี"


def test_office_without_units_has_no_vacant_head_of_a_unit(house):
    case = file_one(category=CategoryFactory(department=house.office))

    sweep_escalations(now=MOMENTS[1])

    assert EscalationNotice.objects.get(member=house.director).note_th == ""
    assert case.events.latest("pk").internal_text == ""


def test_nobody_at_all_is_still_recorded(case, house):
    house.vacate("office_head", "secretary", "mayor")

    sweep_escalations(now=MOMENTS[2])

    assert (Escalation.objects.get(level=2).is_told, told(2)) == (True, [])
    assert case.events.latest("pk").payload["told"] == []


def test_person_with_two_posts_is_told_once(case, house):
    post = house.post("deputy_secretary")
    post.holder = house.secretary
    post.save()

    sweep_escalations(now=MOMENTS[3])

    assert told(3) == [(house.secretary, False)]
