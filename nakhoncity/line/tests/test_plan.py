"""The month's messages: who stops first, what is kept for warnings and results, who is told."""

import pytest

from nakhoncity.line.alarms import tell_quota
from nakhoncity.line.channel import note_quota
from nakhoncity.line.client import Answer, Call
from nakhoncity.line.models import MessageClass, OutboundMessage
from nakhoncity.line.outbox import sweep
from nakhoncity.line.plan import Plan
from nakhoncity.line.tests.factories import NOW, owe
from nakhoncity.staff.tests.factories import StaffFactory

NEWS, STAFF, RESULT, FLOOD = MessageClass.NEWS, MessageClass.STAFF, MessageClass.RESULT, MessageClass.FLOOD
OTHERS = [MessageClass.BOOKING, MessageClass.PROGRESS, MessageClass.FOLLOWER]


def plan(used: int, limit: int | None = 1000) -> Plan:
    return Plan(limit=limit, used=used, reserve_percent=20)


# 800 of 1,000 are open to all: news stop at 70 % of them, staff at 85 %.
@pytest.mark.parametrize(
    ("used", "closed"),
    [
        (559, []),
        (560, [NEWS]),
        (679, [NEWS]),
        (680, [STAFF, NEWS]),
        (799, [STAFF, NEWS]),
        (800, [*OTHERS, STAFF, NEWS]),
        (999, [*OTHERS, STAFF, NEWS]),
        (1000, list(MessageClass)),
    ],
)
def test_news_stop_first_then_staff_then_all_but_warnings_and_results(used, closed):
    assert plan(used).closed_classes() == closed


@pytest.mark.parametrize("message_class", [FLOOD, RESULT])
def test_reserve_is_kept_for_warnings_and_results(message_class):
    assert plan(800).room(message_class) == 200
    assert plan(800).room(MessageClass.PROGRESS) == 0


STAGES = [(699, 0), (700, 70), (849, 70), (850, 85), (949, 85), (950, 95), (1200, 95)]


@pytest.mark.parametrize(("used", "stage"), STAGES)
def test_stage_is_the_highest_percentage_reached(used, stage):
    assert plan(used).told_at() == stage


def test_plan_without_limit_stops_and_tells_nothing():
    free = plan(10**6, limit=None)

    assert (free.closed_classes(), free.told_at(), free.room(NEWS)) == ([], 0, None)


class Yes:
    """A LINE that takes everything."""

    def send(self, call: Call) -> Answer:  # noqa: ARG002 (LINE's shape)
        return Answer(200, "r")

    def read_quota(self) -> None:
        return None


@pytest.mark.django_db
def test_outbox_holds_what_has_no_room_and_sends_the_rest():
    note_quota(limit=1000, used=699, now=NOW)
    rows = {each: owe(message_class=each, line_user_id=f"U{each.value:032d}") for each in MessageClass}

    sweep(now=NOW, client=Yes())

    states = {each: OutboundMessage.objects.get(pk=row.pk).state for each, row in rows.items()}
    assert states == dict.fromkeys(MessageClass, "accepted") | {STAFF: "held_quota", NEWS: "held_quota"}


@pytest.mark.django_db
def test_tell_quota_tells_supervisors_and_administrators_once_a_stage():
    people = [StaffFactory(role=role, line_user_id=f"U{n:032d}") for n, role in enumerate(["supervisor", "admin"])]
    StaffFactory(role="officer", line_user_id="U" + "8" * 32)
    StaffFactory(role="admin")
    for used in (699, 700, 720, 850, 990):
        note_quota(limit=1000, used=used, now=NOW)
        tell_quota(now=NOW)

    told = OutboundMessage.objects.order_by("pk").values_list("line_user_id", "payload", "message_class")
    assert [(user_id, payload[0]["altText"], cls) for user_id, payload, cls in told] == [
        (member.line_user_id, f"ข้อความ LINE เดือนนี้ใช้ไปแล้วร้อยละ {stage}", RESULT)
        for stage in (70, 85, 95)
        for member in people
    ]


@pytest.mark.django_db
def test_tell_quota_says_what_has_stopped():
    StaffFactory(role="admin", line_user_id="U" + "7" * 32)
    note_quota(limit=1000, used=700, now=NOW)

    assert tell_quota(now=NOW) == 70

    body = OutboundMessage.objects.get().payload[0]["contents"]["body"]["contents"]
    assert [part["text"] for part in body[1:]] == ["ใช้ 700 จาก 1,000 ข้อความ", "หยุดส่งแล้ว: เจ้าหน้าที่, ข่าวสาร"]
