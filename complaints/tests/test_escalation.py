"""The ladder at work: each level once and never early, the right posts, told when people are awake."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.extending import Reason
from complaints.models.clock import Escalation, EscalationNotice
from complaints.services import receivers
from complaints.services.escalation import acknowledge, sweep_escalations, sweep_notices, tell_time
from complaints.services.extensions import ask_extension, grant_extension
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.house import build_house
from complaints.tests.test_moves import move
from complaints.workflow import EventKind, Outcome, Priority
from nakhoncity.city.models import CityMode, Holiday
from nakhoncity.city.services import set_city_mode
from nakhoncity.line.models import OutboundMessage
from nakhoncity.staff.models import ActingHolder
from nakhoncity.staff.tests.factories import StaffFactory

pytestmark = pytest.mark.django_db
# NOW is Wednesday, 10.00 in Bangkok; the case falls due on Friday at 10.00.
BLINK = timedelta(microseconds=1)
MOMENTS = {0: NOW + hours(24), 1: NOW + hours(36), 2: NOW + hours(48) + BLINK, 3: NOW + hours(72), 4: NOW + hours(120)}


@pytest.fixture
def house(db):
    return build_house()


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house.unit))


def told(level):
    """Who is owed the news of a level, in order, a copy marked."""
    rows = EscalationNotice.objects.filter(escalation__level=level).order_by("pk").select_related("member")
    return [(row.member, row.is_copy) for row in rows]


def sent():
    """To whom messages are owed, and what they say first."""
    rows = OutboundMessage.objects.order_by("pk").values_list("line_user_id", "payload")
    return [(user_id, payload[0]["altText"]) for user_id, payload in rows]


def lines():
    body = OutboundMessage.objects.latest("pk").payload[0]["contents"]["body"]["contents"]
    return [part["text"] for part in body if part["type"] == "text"]


def resolve(case, house, at):
    move(case, house.director, "triage", at=at, category=case.category, department=house.unit)
    move(case, house.director, "resolve", at=at, outcome=Outcome.FIXED, public_text="เสร็จ")


def bangkok(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - hours(7)


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


# Confidential cases


@pytest.fixture
def lawyer(house):
    return StaffFactory(department=house.clerk.department, handles_confidential=True, line_user_id="U" + "9" * 32)


def confidential(house, **fields):
    category = CategoryFactory(
        department=house.unit,
        questions=[{"code": "SUBJECT", "order": 1, "datatype": "string", "label_th": "เรื่อง"}],
        routing_rules=[{"if": {"SUBJECT": "CONDUCT"}, "set": {"confidential": True, **fields.pop("set", {})}}],
    )
    complaint = file_one(category=category, answers={"SUBJECT": "CONDUCT"})
    type(complaint).objects.filter(pk=complaint.pk).update(**fields)
    return complaint


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_confidential_case_is_told_to_the_citys_order_only(house, lawyer, level):
    confidential(house)

    sweep_escalations(now=MOMENTS[level])

    assert {member for member, _ in told(level)} == {house.secretary, lawyer}


def test_confidential_case_reaches_the_mayor_at_the_highest_level(house, lawyer):
    confidential(house)

    sweep_escalations(now=MOMENTS[4])

    assert {member for member, _ in told(4)} == {house.secretary, lawyer, house.mayor}


def test_confidential_case_is_never_told_to_the_person_or_unit_complained_about(house, lawyer):
    second = StaffFactory(department=lawyer.department, handles_confidential=True)
    confidential(house, accused=second)

    sweep_escalations(now=MOMENTS[2])

    assert told(2) == [(house.secretary, False)]


def test_confidential_case_about_the_secretary_is_the_mayors(house, lawyer):
    case = confidential(house, accused=house.secretary)

    sweep_escalations(now=MOMENTS[2])

    assert {member for member, _ in told(2)} == {lawyer, house.mayor}
    assert list(type(case).objects.visible_to(house.mayor)) == [case]
    assert list(type(case).objects.visible_to(house.secretary)) == []


def test_confidential_case_about_somebody_else_is_not_open_to_the_mayor(house):
    case = confidential(house, accused=house.officer)

    assert list(type(case).objects.visible_to(house.mayor)) == []
    assert list(type(case).objects.visible_to(house.secretary)) == [case]


def test_confidential_case_about_the_mayor_is_never_told_to_him(house):
    confidential(house, accused=house.mayor)

    sweep_escalations(now=MOMENTS[4])

    assert told(4) == [(house.secretary, False)]


def test_confidential_case_names_no_category(house):
    case = confidential(house)
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert lines() == [f"{case.reference} · เกินกำหนด ไม่ถึง 1 นาที"]
    assert case.category.name_th not in str(OutboundMessage.objects.latest("pk").payload)


def test_case_of_a_sensitive_category_names_no_category(house):
    case = file_one(category=CategoryFactory(department=house.unit, is_sensitive=True))
    sweep_escalations(now=MOMENTS[2])

    sweep_notices(now=MOMENTS[2])

    assert lines() == [f"{case.reference} · เกินกำหนด ไม่ถึง 1 นาที"]


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


# Emergencies


def emergency(house, **rule):
    category = CategoryFactory(
        department=house.unit,
        questions=[{"code": "KIND", "order": 1, "datatype": "string", "label_th": "ลักษณะ"}],
        routing_rules=[{"if": {"KIND": "FALLEN"}, "set": {"priority": "emergency", "sla_hours": 4, **rule}}],
    )
    return lambda now=NOW: file_one(category=category, answers={"KIND": "FALLEN"}, now=now)


def test_emergency_is_told_at_once_to_officers_and_head_at_night_too(house):
    night = bangkok(25, 2)
    case = emergency(house)(night)

    rows = OutboundMessage.objects.order_by("pk")
    assert case.priority == Priority.EMERGENCY
    assert [(row.line_user_id, row.send_after, row.message_class) for row in rows] == [
        (house.unit_head.line_user_id, night, 2),
        (house.officer.line_user_id, night, 2),
    ]


def test_emergency_is_noted_on_the_case_by_posts(house):
    case = emergency(house)()

    event = case.events.latest("pk")
    assert (event.kind, event.is_public, event.internal_text) == (
        EventKind.NOTED,
        False,
        "แจ้งเหตุฉุกเฉินทาง LINE: หัวหน้างานไฟฟ้าสาธารณะ, เจ้าหน้าที่ของหน่วยงาน",
    )


def test_emergency_goes_to_the_desk_where_the_office_has_no_line(house):
    for member in (house.officer, house.unit_head):
        member.line_user_id = None
        member.save()

    emergency(house)()

    assert [row.line_user_id for row in OutboundMessage.objects.all()] == [house.clerk.line_user_id]


def test_emergency_that_nobody_hears_says_so_on_the_case(house):
    for member in (house.officer, house.unit_head, house.clerk):
        member.line_user_id = None
        member.save()

    case = emergency(house)()

    assert case.events.latest("pk").internal_text == "ไม่มีผู้รับแจ้งเหตุฉุกเฉินทาง LINE กรุณาโทรแจ้งหน่วยงานที่รับผิดชอบ"


def test_confidential_emergency_is_told_to_the_citys_order_and_names_no_category(house):
    case = emergency(house, confidential=True)()

    row = OutboundMessage.objects.get()
    assert row.line_user_id == house.secretary.line_user_id
    assert case.category.name_th not in str(row.payload)


def test_case_that_is_no_emergency_tells_no_staff(case):
    assert OutboundMessage.objects.count() == 0


def test_many_emergencies_are_five_messages_and_one_that_says_more(house):
    house.unit_head.is_active = False
    house.unit_head.save()
    house.vacate("unit_head", "office_head", "secretary", "mayor")
    file = emergency(house)

    for minute in range(9):
        file(NOW + timedelta(minutes=minute))

    rows = OutboundMessage.objects.filter(line_user_id=house.officer.line_user_id).order_by("pk")
    assert [row.payload[0]["altText"] for row in rows] == ["เหตุฉุกเฉิน"] * 5 + ["เหตุฉุกเฉินหลายเรื่อง"]
    assert rows[5].send_after == NOW + timedelta(minutes=10)


def test_emergency_is_single_again_after_ten_quiet_minutes(house):
    file = emergency(house)
    for _ in range(7):
        file()
    file(NOW + timedelta(minutes=11))

    rows = OutboundMessage.objects.filter(line_user_id=house.officer.line_user_id).order_by("pk")
    assert rows.last().payload[0]["altText"] == "เหตุฉุกเฉิน"


def test_late_emergency_is_told_as_a_single_message_with_the_reserve(house):
    case = emergency(house)(bangkok(25, 1))
    OutboundMessage.objects.all().delete()

    sweep_escalations(now=bangkok(25, 5) + BLINK)
    sweep_notices(now=bangkok(25, 5) + BLINK)

    row = OutboundMessage.objects.get()
    assert (row.line_user_id, row.message_class) == (house.director.line_user_id, 2)
    assert case.reference in str(row.payload)
