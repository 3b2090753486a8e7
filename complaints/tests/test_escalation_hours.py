"""When the ladder speaks: quiet hours, digests, flood, and who has acknowledged."""

from datetime import UTC, date, datetime

import pytest

from complaints.extending import Reason
from complaints.models.clock import Escalation, EscalationNotice
from complaints.services.escalation import acknowledge, sweep_escalations, sweep_notices, tell_time
from complaints.services.extensions import ask_extension, grant_extension
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.house import build_house
from complaints.tests.ladder import BLINK, MOMENTS, bangkok, lines, resolve, sent, told
from complaints.tests.test_moves import move
from complaints.workflow import EventKind
from nakhoncity.city.models import CityMode, Holiday
from nakhoncity.city.services import set_city_mode
from nakhoncity.line.models import OutboundMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house.unit))


# When it is told


@pytest.mark.parametrize(
    ("level", "now", "moment"),
    [
        (2, bangkok(25, 7), bangkok(25, 7)),
        (2, bangkok(25, 19, 59), bangkok(25, 19, 59)),
        (2, bangkok(25, 20), bangkok(26, 7)),
        (2, bangkok(25, 23), bangkok(26, 7)),
        (2, bangkok(26, 3), bangkok(26, 7)),
        (3, bangkok(25, 8, 30), bangkok(25, 8, 30)),
        (3, bangkok(25, 8, 31), bangkok(26, 8, 30)),
        (3, bangkok(27, 9), bangkok(28, 8, 30)),
        (4, bangkok(27, 9), bangkok(30, 8, 30)),
        (0, bangkok(25, 8, 31), bangkok(25, 13)),
        (0, bangkok(25, 13, 1), bangkok(26, 8, 30)),
        (1, bangkok(27, 14), bangkok(30, 8, 30)),
    ],
)
def test_tell_time_keeps_quiet_hours_digests_and_working_days(level, now, moment):
    assert tell_time(level=level, now=now) == moment


@pytest.mark.parametrize("level", [0, 4])
def test_tell_time_knows_the_towns_holidays(level):
    Holiday.objects.create(day=date(2026, 11, 30), name="วันหยุด", is_confirmed=True)

    assert tell_time(level=level, now=bangkok(27, 14)) == datetime(2026, 12, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_emergency_is_told_at_once_at_night_too(level):
    assert tell_time(level=level, now=bangkok(25, 3), is_emergency=True) == bangkok(25, 3)


def test_quiet_hours_delay_the_message_and_not_the_level(house):
    filed = bangkok(23, 22)
    file_one(category=CategoryFactory(department=house.unit), now=filed)
    late = bangkok(25, 22) + BLINK

    sweep_escalations(now=late)
    told_at_night = sweep_notices(now=late)
    told_in_the_morning = sweep_notices(now=bangkok(26, 7))

    assert Escalation.objects.get(level=2).recorded_at == late
    assert (told_at_night, told_in_the_morning) == (0, 1)


def test_overdue_case_is_one_message_to_the_director(case, house):
    sweep_escalations(now=MOMENTS[2])

    for _ in range(3):
        sweep_notices(now=MOMENTS[2])

    assert sent() == [(house.director.line_user_id, "เรื่องเกินกำหนด 1 เรื่อง")]


def test_seven_cases_together_are_one_message_with_five_lines(house):
    category = CategoryFactory(department=house.unit)
    for _ in range(7):
        file_one(category=category)
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert sent() == [(house.director.line_user_id, "เรื่องเกินกำหนด 7 เรื่อง")]
    assert (len(lines()), lines()[-1]) == (6, "และอีก 2 เรื่อง")


def test_levels_3_and_4_wait_for_the_morning(case, house):
    sweep_escalations(now=MOMENTS[3])
    assert sweep_notices(now=MOMENTS[3] + hours(10)) == 0

    sweep_notices(now=bangkok(29, 8, 30))

    assert [user_id for user_id, _ in sent()] == [house.secretary.line_user_id, house.deputy_secretary.line_user_id]


def test_case_stands_in_a_digest_once_with_its_highest_level(house):
    """Filed on Saturday: levels 0 and 1 fall on Sunday, both are told on Monday."""
    filed = bangkok(28, 12)
    file_one(category=CategoryFactory(department=house.unit), now=filed)
    sweep_escalations(now=filed + hours(24))
    sweep_escalations(now=filed + hours(36))

    sweep_notices(now=bangkok(30, 8, 30))

    mine = OutboundMessage.objects.get(line_user_id=house.officer.line_user_id).payload[0]
    assert mine["altText"] == "เรื่องใกล้ครบกำหนด 1 เรื่อง"
    assert EscalationNotice.objects.filter(told_at=None).count() == 0


def test_digest_calls_late_what_has_become_late_while_it_waited(house):
    filed = bangkok(27, 8)
    file_one(category=CategoryFactory(department=house.unit), now=filed)
    sweep_escalations(now=filed + hours(24))

    sweep_notices(now=bangkok(30, 8, 30))

    assert sent() == [(house.officer.line_user_id, "เรื่องเกินกำหนด 1 เรื่อง")]


def test_case_that_ended_before_its_morning_tells_nobody(case, house):
    sweep_escalations(now=MOMENTS[3])
    resolve(case, house, MOMENTS[3] + hours(1))
    OutboundMessage.objects.all().delete()

    assert sweep_notices(now=bangkok(29, 8, 30)) == 0
    assert OutboundMessage.objects.count() == 0
    assert EscalationNotice.objects.filter(told_at=None).count() == 0


def test_receiver_who_has_left_gets_nothing(case, house):
    sweep_escalations(now=MOMENTS[2])
    house.director.is_active = False
    house.director.save()

    assert sweep_notices(now=MOMENTS[2]) == 0
    assert OutboundMessage.objects.count() == 0


def test_receiver_without_line_is_recorded_and_gets_nothing(case, house):
    house.director.line_user_id = None
    house.director.save()
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert (told(2), OutboundMessage.objects.count()) == ([(house.director, False)], 0)


def test_notice_of_a_paused_case_names_the_time_that_stands_still(case, house):
    sweep_escalations(now=MOMENTS[0])
    move(case, house.director, "ask_resident", at=MOMENTS[0], public_text="เสาต้นไหนคะ")
    OutboundMessage.objects.all().delete()

    sweep_notices(now=MOMENTS[0] + hours(3))

    assert lines() == [f"{case.reference} {case.category.name_th} · เหลือ 1 วัน"]


def test_notice_of_a_case_that_got_more_time_follows_the_new_date(case, house):
    sweep_escalations(now=MOMENTS[3])
    extension = ask_extension(
        complaint=case, member=house.officer, reason=Reason.PARTS, day=date(2026, 12, 2), now=MOMENTS[3]
    )
    grant_extension(extension=extension, member=house.director, now=MOMENTS[3])

    assert sweep_notices(now=bangkok(29, 8, 30)) == 0
    # Due on 2 December at 16.30, a day more for level 3, then the next morning.
    assert list(EscalationNotice.objects.values_list("tell_at", flat=True).distinct()) == [
        datetime(2026, 12, 4, 1, 30, tzinfo=UTC)
    ]


# Flood


def flood(until=None):
    set_city_mode(mode=CityMode.Mode.FLOOD, by="admin", now=NOW, until=until)


def test_flood_lets_levels_3_and_4_rest_and_records_them(case):
    flood()
    sweep_escalations(now=MOMENTS[3])

    assert sweep_notices(now=bangkok(29, 8, 30) + BLINK) == 0
    assert Escalation.objects.filter(level=3).count() == 1


def test_flood_still_tells_the_director(case, house):
    flood()
    sweep_escalations(now=MOMENTS[2])

    assert sweep_notices(now=MOMENTS[2]) == 1


def test_end_of_a_flood_wakes_nobody(case):
    flood(until=bangkok(30, 2))
    sweep_escalations(now=MOMENTS[3])
    sweep_notices(now=bangkok(29, 9))

    assert sweep_notices(now=bangkok(30, 2)) == 0
    assert sweep_notices(now=bangkok(30, 8, 30)) == 2


# Acknowledging


def test_acknowledge_stops_the_next_reminder_and_not_the_clock(case, house):
    sweep_escalations(now=MOMENTS[0])
    acknowledge(notice=EscalationNotice.objects.get(), now=MOMENTS[0] + hours(1))

    sweep_escalations(now=MOMENTS[1])
    sweep_escalations(now=MOMENTS[2])

    assert [told(level) for level in (1, 2)] == [[(house.unit_head, False)], [(house.director, False)]]


def test_acknowledge_does_not_silence_a_director_about_the_deadline(case, house):
    house.vacate("unit_head")
    sweep_escalations(now=MOMENTS[1])
    acknowledge(notice=EscalationNotice.objects.get(member=house.director), now=MOMENTS[1])

    sweep_escalations(now=MOMENTS[2])

    assert told(2) == [(house.director, False)]


def test_acknowledge_twice_is_one_line_of_the_record(case):
    sweep_escalations(now=MOMENTS[2])
    notice = EscalationNotice.objects.get()

    acknowledge(notice=notice, now=MOMENTS[2])
    acknowledge(notice=notice, now=MOMENTS[2] + hours(1))

    event = case.events.get(kind=EventKind.ACKNOWLEDGED)
    assert (event.staff, event.payload) == (notice.member, {"level": 2, "title": "ผู้อำนวยการสำนักการช่าง"})
