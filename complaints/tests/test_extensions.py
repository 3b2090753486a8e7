"""More time for a case: asked, granted, refused; who may, and what the resident hears."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.extending import ExtensionRefused, Reason
from complaints.services.escalation import sweep_escalations
from complaints.services.extensions import ExtensionNotYours, ask_extension, grant_extension, refuse_extension
from complaints.tests.factories import NOW, CategoryFactory, file_one, hours
from complaints.tests.test_moves import move
from complaints.workflow import EventKind, Outcome
from nakhoncity.line.models import OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.staff.models import ActingHolder, Department
from nakhoncity.staff.tests.factories import DepartmentFactory, PositionFactory, StaffFactory

pytestmark = pytest.mark.django_db
# The case falls due on 27 November at 10.00.
AN_HOUR_LATER, TWO_HOURS_LATER = NOW + hours(1), NOW + hours(2)
IN_WEEK, BEYOND = date(2026, 12, 4), date(2026, 12, 5)


@pytest.fixture
def house(db):
    """The mayor's house with an engineering office in it."""
    mayor = DepartmentFactory(code="MAYOR", level="executive")
    secretary = DepartmentFactory(code="PERMANENT_SECRETARY", level="executive", parent=mayor)
    return DepartmentFactory(code="ENGINEERING", parent=secretary)


@pytest.fixture
def director(house):
    member = StaffFactory(role="head", department=house)
    PositionFactory(kind="office_head", department=house, title_th="ผู้อำนวยการสำนักการช่าง", holder=member)
    return member


@pytest.fixture
def secretary(house):
    office = Department.objects.get(code="PERMANENT_SECRETARY")
    member = StaffFactory(role="executive", department=office)
    PositionFactory(kind="secretary", department=office, title_th="ปลัดเทศบาล", holder=member)
    return member


def with_line(member):
    member.line_user_id = f"U{member.pk:032d}"
    member.save()
    return member


@pytest.fixture
def officer(house):
    return StaffFactory(department=house)


@pytest.fixture
def case(house):
    return file_one(category=CategoryFactory(department=house), reporter=ResidentFactory())


def ask(case, officer, day=IN_WEEK, now=AN_HOUR_LATER, **fields):
    reason = fields.pop("reason", Reason.PARTS)
    return ask_extension(complaint=case, member=officer, reason=reason, day=day, now=now, **fields)


def grant(extension, member, now=TWO_HOURS_LATER):
    return grant_extension(extension=extension, member=member, now=now)


def last_message():
    return OutboundMessage.objects.latest("pk")


def lines_of(row):
    body = row.payload[0]["contents"]["body"]["contents"]
    return [part["text"] for part in body if part["type"] == "text"]


# Asking


def test_ask_extension_notes_the_wish_and_lets_the_clock_run(case, officer):
    extension = ask(case, officer, note="สั่งโคมไฟแล้ว")

    case.refresh_from_db()
    assert (extension.number, extension.old_due_at, extension.new_due_at) == (
        1,
        NOW + hours(48),
        datetime(2026, 12, 4, 9, 30, tzinfo=UTC),
    )
    assert case.due_at == NOW + hours(48)


def test_ask_extension_leaves_a_line_for_staff_only(case, officer):
    ask(case, officer, note="สั่งโคมไฟแล้ว")

    event = case.events.latest("pk")
    assert (event.kind, event.is_public, event.internal_text) == (
        EventKind.EXTENSION_ASKED,
        False,
        "ขอขยายถึง 4 ธ.ค. 2569 เพราะรออะไหล่\nสั่งโคมไฟแล้ว",
    )


def test_ask_extension_tells_the_resident_nothing(case, officer):
    before = OutboundMessage.objects.count()

    ask(case, officer)

    assert OutboundMessage.objects.count() == before


def test_director_hears_of_wishes_in_the_next_digest_once(house, officer, director):
    with_line(director)
    category = CategoryFactory(department=house)
    for _ in range(3):
        ask(file_one(category=category), officer)

    row = OutboundMessage.objects.get()
    assert (row.line_user_id, row.send_after, row.payload[0]["altText"]) == (
        director.line_user_id,
        datetime(2026, 11, 25, 6, 0, tzinfo=UTC),
        "คำขอขยายเวลา",
    )


def test_secretary_hears_of_what_is_beyond_the_director(case, officer, director, secretary):
    with_line(director)
    with_line(secretary)

    ask(case, officer, day=BEYOND)

    assert last_message().line_user_id == secretary.line_user_id


def test_nobody_hears_of_his_own_wish(case, director):
    before = OutboundMessage.objects.count()

    ask(case, with_line(director))

    assert OutboundMessage.objects.count() == before


def test_ask_extension_is_for_those_who_work_cases(case, house):
    with pytest.raises(ExtensionNotYours):
        ask(case, StaffFactory(role="executive", department=house))


def test_ask_extension_is_refused_while_another_waits(case, officer):
    ask(case, officer)

    with pytest.raises(ExtensionRefused, match="รอพิจารณาอยู่แล้ว"):
        ask(case, officer, day=BEYOND)


def test_ask_extension_is_refused_in_a_pause(case, officer):
    move(case, officer, "ask_resident", public_text="เสาต้นไหนคะ")

    with pytest.raises(ExtensionRefused, match="พักเวลาอยู่"):
        ask(case, officer)


def test_ask_extension_is_refused_for_history(case, officer):
    case.clocks.all().delete()

    with pytest.raises(ExtensionRefused, match="ไม่มีกำหนดเวลา"):
        ask(case, officer)


def test_ask_extension_after_reopening_lets_the_old_wish_lapse(case, officer, director):
    old = ask(case, officer)
    move(case, director, "triage", category=case.category, department=case.department)
    move(case, director, "resolve", at=NOW + hours(3), outcome=Outcome.FIXED, public_text="เสร็จ")
    move(case, director, "reopen", at=NOW + hours(4), reason="ยังดับ")

    new = ask(case, officer, now=NOW + hours(5))

    old.refresh_from_db()
    assert (old.state, new.state, new.number) == ("lapsed", "asked", 1)


# Granting


def test_director_grants_up_to_seven_days(case, officer, director):
    extension = grant(ask(case, officer), director)

    case.refresh_from_db()
    assert (extension.state, extension.decided_as, case.due_at) == (
        "granted",
        "ผู้อำนวยการสำนักการช่าง",
        datetime(2026, 12, 4, 9, 30, tzinfo=UTC),
    )


def test_grant_tells_the_resident_the_new_date_and_why_once(case, officer, director):
    before = OutboundMessage.objects.count()

    grant(ask(case, officer), director)

    assert OutboundMessage.objects.count() == before + 1
    assert lines_of(last_message())[1:] == [
        "กำหนดเสร็จใหม่ 4 ธ.ค. 2569 16.30 น. (เดิม 27 พ.ย. 2569 10.00 น.)",
        "เหตุผล: รออะไหล่",
    ]


def test_grant_takes_back_a_progress_that_names_the_old_date(case, officer, director):
    move(case, director, "triage", category=case.category, department=case.department)
    move(case, director, "assign", assignee=officer)
    progress = last_message()

    grant(ask(case, officer), director)

    progress.refresh_from_db()
    assert progress.state == "cancelled"


def test_grant_leaves_a_public_line_without_names(case, officer, director):
    grant(ask(case, officer), director)

    event = case.events.for_resident().last()
    assert (event.kind, event.payload["label"], event.public_text, event.internal_text) == (
        EventKind.EXTENDED,
        "ขยายเวลาถึง 4 ธ.ค. 2569 เพราะรออะไหล่",
        "",
        "",
    )


def test_grant_makes_an_open_form_of_the_case_stale(case, officer, director):
    grant(ask(case, officer), director)

    case.refresh_from_db()
    assert case.version == 2


def test_grant_lets_the_ladder_follow_the_new_date(case, officer, director):
    grant(ask(case, officer), director)

    sweep_escalations(now=NOW + hours(49))

    new_due = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    clock = case.clocks.get(kind="fix")
    assert (clock.level, clock.next_escalation_at) == (-1, NOW + (new_due - NOW) / 2)


def test_grant_keeps_the_first_promise_for_the_wall_clock_figure(case, officer, director):
    grant(ask(case, officer), director)

    assert case.clocks.get(kind="fix").target == hours(48)


@pytest.mark.parametrize("who", ["officer", "other_director", "clerk"])
def test_grant_is_for_the_post_above_the_case_only(case, officer, director, who):
    people = {"officer": StaffFactory(department=case.department), "clerk": StaffFactory(role="clerk")}
    if who == "other_director":
        people[who] = StaffFactory(role="head")
        PositionFactory(kind="office_head", department=people[who].department, holder=people[who])
    extension = ask(case, officer)

    with pytest.raises(ExtensionNotYours, match="ผู้อำนวยการสำนัก/กอง"):
        grant(extension, people[who])


def test_eight_days_are_not_the_directors_to_grant(case, officer, director):
    extension = ask(case, officer, day=BEYOND)

    with pytest.raises(ExtensionNotYours, match="ปลัดเทศบาล"):
        grant(extension, director)


def test_secretary_grants_beyond_seven_days(case, officer, secretary):
    assert grant(ask(case, officer, day=BEYOND), secretary).decided_as == "ปลัดเทศบาล"


def test_secretary_grants_what_a_vacant_director_would(case, officer, secretary):
    PositionFactory(kind="office_head", department=case.department)

    assert grant(ask(case, officer), secretary).state == "granted"


def test_acting_director_grants_and_the_holder_does_not(case, officer, director):
    suda = StaffFactory(role="head", department=case.department)
    post = director.positions.get()
    ActingHolder.objects.create(position=post, member=suda, from_date=date(2026, 11, 1))
    extension = ask(case, officer)

    with pytest.raises(ExtensionNotYours):
        grant(extension, director)
    assert grant(extension, suda).decided_as == "รักษาราชการแทนผู้อำนวยการสำนักการช่าง"


def test_nobody_grants_his_own_wish(case, director):
    with pytest.raises(ExtensionNotYours, match="ตนเอง"):
        grant(ask(case, director), director)


def test_grant_twice_is_refused_and_changes_nothing_more(case, officer, director):
    extension = grant(ask(case, officer), director)
    messages = OutboundMessage.objects.count()

    with pytest.raises(ExtensionRefused, match="พิจารณาแล้ว"):
        grant(extension, director)
    assert OutboundMessage.objects.count() == messages


def test_grant_is_refused_once_the_case_has_ended(case, officer, director):
    extension = ask(case, officer)
    move(case, director, "close_not_ours", public_text="เป็นของแขวงทางหลวง")

    with pytest.raises(ExtensionRefused, match="ไม่มีกำหนดเวลา"):
        grant(extension, director)


def test_grant_is_refused_once_the_date_has_passed(case, officer, director):
    extension = ask(case, officer)

    with pytest.raises(ExtensionRefused, match="ต้องอยู่หลังวันที่"):
        grant(extension, director, now=NOW + timedelta(days=20))


def test_third_extension_is_refused(case, officer, director):
    for day in (date(2026, 12, 1), date(2026, 12, 5)):
        grant(ask(case, officer, day=day), director)

    with pytest.raises(ExtensionRefused, match="ครบ 2 ครั้ง"):
        ask(case, officer, day=date(2026, 12, 9))


# Refusing


def test_refuse_says_why_and_leaves_the_deadline(case, officer, director):
    extension = refuse_extension(
        extension=ask(case, officer), member=director, reason="มีอะไหล่ในคลัง", now=NOW + hours(2)
    )

    case.refresh_from_db()
    event = case.events.latest("pk")
    assert (extension.state, extension.refusal, case.due_at) == ("refused", "มีอะไหล่ในคลัง", NOW + hours(48))
    assert (event.kind, event.internal_text, event.is_public) == (EventKind.EXTENSION_REFUSED, "มีอะไหล่ในคลัง", False)


def test_refuse_without_a_reason_is_refused(case, officer, director):
    with pytest.raises(ExtensionRefused, match="กรุณาระบุเหตุผล"):
        refuse_extension(extension=ask(case, officer), member=director, reason="  ", now=NOW)


def test_refused_wish_does_not_use_up_one_of_the_two(case, officer, director):
    refuse_extension(extension=ask(case, officer), member=director, reason="มีอะไหล่ในคลัง", now=NOW + hours(2))

    assert ask(case, officer, now=NOW + hours(3)).number == 1
