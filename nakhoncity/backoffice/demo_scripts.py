"""What happens to the demo's cases: scripts of the past by weight, and where the cases of the present stand."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.record import Rating
from complaints.services import answers
from complaints.workflow import Outcome
from nakhoncity.backoffice.demo_life import Life
from nakhoncity.kit.thai import BANGKOK, bangkok_date, buddhist_year

Act = Callable[[Life], None]
Age = Callable[[random.Random, timedelta, float], timedelta]
DAYS = 60


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


@dataclass(frozen=True)
class Script:
    """What happens to a case. `shares` of its target (least, most, usual) tell when it is worked.

    `age` says how long ago it came in; `is_brisk` scripts know no night, for they must fit before the present.
    """

    name: str
    act: Act
    age: Age
    shares: tuple[float, float, float] = (0.5, 0.5, 0.5)
    is_brisk: bool = False
    wants_plan: bool = False
    is_unsure: bool = False


def _past(beside: float) -> Age:
    """Any time of the past weeks that leaves room for the work and so many hours beside it."""
    return lambda chance, target, share: hours(
        chance.uniform((target * share).total_seconds() / 3600 + beside, DAYS * 24.0)
    )


def _ago(low: float, high: float) -> Age:
    return lambda chance, target, share: hours(chance.uniform(low, high))


def _after(share: float, low: float, high: float) -> Age:
    return lambda chance, target, _share: target * share + hours(chance.uniform(low, high))


def _with_left(low: float, high: float) -> Age:
    """So old that so many hours are left to the deadline; less than none: it is late by them."""
    return lambda chance, target, share: target - hours(chance.uniform(low, high))


# The past


def _fixed(life: Life) -> None:
    life.take_in()
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _late(life: Life) -> None:
    life.take_in()
    if life.chance.random() < 0.5:
        life.work_until(0.8)
        life.move("", public_text="ขออภัยที่ล่าช้า กำลังรอวัสดุ จะเข้าดำเนินการโดยเร็ว")
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _asked(life: Life) -> None:
    life.take_in()
    life.wait(0.5, 4)
    life.ask()
    asked_at = life.at
    life.wait(1, 24)
    life.reply()
    life.paused = life.at - asked_at
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _referred_back(life: Life) -> None:
    life.take_in(starts=False)
    life.wait(1, 5)
    life.refer(bangkok_date(life.at) + timedelta(days=5))
    referred_at = life.at
    life.wait(24, 90)
    life.move("refer_back")
    life.paused = life.at - referred_at
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _transferred(life: Life) -> None:
    life.triage(office=life.town.offices["CLERK"])
    life.wait(0.2, 2)
    life.move("transfer", life.town.clerk, department=life.office, reason=f"อยู่ในหน้าที่ของ{life.office.name_th}")
    life.wait(0.2, 2)
    life.move("assign", life.town.clerk, assignee=life.worker)
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _reopened_and_fixed(life: Life) -> None:
    life.take_in()
    life.work_until(life.share)
    life.resolve()
    life.wait(2, 20)
    life.judge(Rating.Verdict.NOT_FIXED, "ยังเหมือนเดิมครับ ตรวจดูแล้วไม่เรียบร้อย")
    life.wait(0.5, 3)
    life.move("assign", life.town.clerk, assignee=life.worker)
    life.wait(4, 24)
    life.resolve()
    life.wait(1, 10)
    life.judge(Rating.Verdict.GOOD)


def _extended(life: Life) -> None:
    life.take_in(starts=True)
    life.work_until(0.6)
    life.extend(life.chance.choice((Reason.PARTS, Reason.WEATHER, Reason.CONTRACTOR)), 3)
    life.work_until(life.share)
    life.resolve()
    life.may_be_judged()


def _close(outcome: Outcome, text: str = "") -> Act:
    def act(life: Life) -> None:
        life.triage()
        life.work_until(life.share)
        life.move(f"close_{outcome.value}", life.town.clerk, public_text=text)

    return act


def _duplicate(life: Life) -> None:
    life.triage()
    life.work_until(life.share)
    same = Complaint.objects.filter(category=life.case.category, pk__lt=life.case.pk).order_by("-pk").first()
    if same:
        life.move("close_duplicate", life.town.clerk, duplicate_of=same)
    else:
        life.resolve()


def _planned(life: Life) -> None:
    life.triage()
    life.work_until(life.share)
    year = buddhist_year(life.at + timedelta(days=92 + 365))
    text = f"รับไว้บรรจุแผนปีงบประมาณ {year} เพราะต้องสำรวจและตั้งงบประมาณก่อน จะแจ้งผลให้ทราบตามวันที่กำหนด"
    expected = bangkok_date(life.at) + timedelta(days=180)
    life.move(
        "close_planned",
        life.town.clerk,
        public_text=text,
        department=life.office,
        plan_year=year,
        expected_date=expected,
    )


def _withdrawn(life: Life) -> None:
    life.triage()
    life.work_until(life.share)
    if life.case.reporter:
        answers.withdraw(complaint=life.case, resident=life.case.reporter, now=life.at)
    else:
        life.move("close_withdrawn", life.town.clerk, reason="ผู้แจ้งโทรศัพท์มาขอยกเลิก เพราะแก้ไขเองแล้ว")


def _never_answered(life: Life) -> None:
    life.take_in(starts=False)
    life.wait(1, 6)
    life.ask()


NOT_OURS = "จุดที่แจ้งอยู่นอกความรับผิดชอบของเทศบาล ได้แจ้งหน่วยงานเจ้าของพื้นที่ให้แล้ว"
NOT_FOUND = "เจ้าหน้าที่เข้าตรวจสอบแล้วไม่พบปัญหาตามที่แจ้ง หากยังพบอยู่ กรุณาแจ้งอีกครั้งพร้อมภาพ"
NO_ACTION = "อยู่ในที่ดินเอกชน เทศบาลเข้าดำเนินการไม่ได้ ได้ให้คำแนะนำแก่ผู้แจ้งแล้ว"
EARLY = (0.05, 0.5, 0.2)
PAST: Sequence[tuple[float, Script]] = (
    (66, Script("fixed", _fixed, _past(15), (0.06, 0.93, 0.35))),
    (11, Script("late", _late, _past(15), (1.2, 1.9, 1.35))),
    (5, Script("asked", _asked, _past(50), (0.3, 0.9, 0.6))),
    (3, Script("referred_back", _referred_back, _past(130), (0.3, 0.9, 0.6))),
    (3, Script("transferred", _transferred, _past(15), (0.3, 0.93, 0.5))),
    (3, Script("reopened", _reopened_and_fixed, _past(90), (0.2, 0.9, 0.5))),
    (1, Script("extended", _extended, _past(130), (1.3, 2.2, 1.7))),
    (2.5, Script("not_ours", _close(Outcome.NOT_OURS, NOT_OURS), _past(20), EARLY)),
    (3, Script("not_found", _close(Outcome.NOT_FOUND, NOT_FOUND), _past(20), EARLY)),
    (1, Script("no_action", _close(Outcome.NO_ACTION, NO_ACTION), _past(20), EARLY)),
    (3, Script("duplicate", _duplicate, _past(20), EARLY)),
    (2, Script("planned", _planned, _past(20), EARLY, wants_plan=True)),
    (1.5, Script("withdrawn", _withdrawn, _past(20), EARLY)),
    (1, Script("never_answered", _never_answered, _past(200), EARLY)),
)

# The present


def _new(life: Life) -> None:
    """Nobody has looked at it yet."""


def _triaged(life: Life) -> None:
    life.triage()


def _in_work(life: Life) -> None:
    life.take_in()


def _overdue(life: Life) -> None:
    life.take_in(starts=True)
    life.work_until(0.9)
    life.move("", public_text="กำลังรออะไหล่จากผู้ขาย จะแจ้งความคืบหน้าให้ทราบอีกครั้ง")


def _waiting(life: Life) -> None:
    life.take_in(starts=False)
    life.wait(1, 8)
    life.ask()


def _referred(life: Life) -> None:
    life.take_in(starts=False)
    life.wait(1, 8)
    life.refer(bangkok_date(life.now) + timedelta(days=life.chance.randrange(2, 9)))


def _scheduled(life: Life) -> None:
    life.take_in(starts=False)
    life.wait(0.5, 2)
    tomorrow = bangkok_date(life.now) + timedelta(days=1)
    at = datetime.combine(tomorrow, time(life.chance.choice((9, 10, 13, 14)), 30), tzinfo=BANGKOK)
    life.move("schedule", appointment_at=at)


def _still_extended(life: Life) -> None:
    life.take_in(starts=True)
    life.work_until(0.6)
    life.extend(Reason.PARTS, 4)


def _reopened(life: Life) -> None:
    life.take_in()
    life.work_until(0.5)
    life.resolve()
    life.wait(10, 20)
    life.judge(Rating.Verdict.NOT_FIXED, "ยังไม่เรียบร้อยค่ะ เมื่อคืนก็ยังเป็นเหมือนเดิม")


def _resolved(life: Life) -> None:
    life.take_in()
    life.go_to(life.now - hours(life.chance.uniform(0.4, 5)))
    life.resolve()


PRESENT: Sequence[tuple[int, Script]] = (
    (4, Script("new", _new, _ago(0.2, 5), is_brisk=True)),
    (2, Script("unsure", _new, _ago(0.2, 5), is_brisk=True, is_unsure=True)),
    (4, Script("triaged", _triaged, _ago(2.5, 7), is_brisk=True)),
    (6, Script("in_work", _in_work, _ago(7, 17), is_brisk=True)),
    (4, Script("near", _in_work, _with_left(1.3, 7), is_brisk=True)),
    (2, Script("overdue", _overdue, _with_left(-14, -3))),
    (2, Script("overdue", _overdue, _with_left(-38, -26))),
    (5, Script("waiting", _waiting, _ago(30, 110))),
    (6, Script("referred", _referred, _ago(30, 120))),
    (3, Script("scheduled", _scheduled, _ago(8, 18), is_brisk=True)),
    (2, Script("extended", _still_extended, _ago(36, 60), is_brisk=True)),
    (2, Script("reopened", _reopened, _after(0.6, 20, 26), is_brisk=True)),
    (5, Script("resolved", _resolved, _ago(9, 22), is_brisk=True)),
    (14, Script("done", _fixed, _ago(44, 110), (0.1, 0.5, 0.25))),
    (5, Script("done", _fixed, _ago(30, 44), (0.1, 0.3, 0.2))),
)
