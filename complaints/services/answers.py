"""What residents do to their own case: the last word, more details, withdrawing, following."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints import messages
from complaints.models.case import FORM_TEXT_MAX, Complaint
from complaints.models.record import ComplaintEvent, Follower, Photo, Rating
from complaints.services.escalation import tell_head_of_reopening
from complaints.services.events import Actor, Note, append_event
from complaints.services.moves import Update, lock_complaint, update_complaint
from complaints.workflow import ClockKind, EventKind, MoveRefused, Status, Who, check_reopening
from nakhoncity.residents.models import Resident

VERDICT_MOVES = {
    Rating.Verdict.GOOD: "confirm",
    Rating.Verdict.PARTLY: "confirm_partly",
    Rating.Verdict.NOT_FIXED: "reopen",
}


class AnswerRefused(Exception):
    """A resident's answer that can't be taken; the Thai sentence says what to do."""


@transaction.atomic
def answer_result(
    *,
    complaint: Complaint,
    verdict: Rating.Verdict,
    resident: Resident | None,
    text: str = "",
    photos: tuple[Photo, ...] = (),
    now: datetime,
) -> Complaint:
    """Take the resident's verdict on a repair, once per repair; the same verdict again changes nothing.

    “Not fixed” starts a new clock and goes to the head of the office, within 14 days of resolving. Raises MoveRefused
    when the case is not in a state to be judged or judged otherwise before.
    """
    locked = lock_complaint(complaint_id=complaint.pk)
    number = locked.clocks.filter(kind=ClockKind.FIX).count() or 1
    given = Rating.objects.filter(complaint=locked).order_by("-number").first()
    if given and given.verdict == verdict and given.number == number - (1 if locked.status == Status.REOPENED else 0):
        return locked
    if verdict == Rating.Verdict.NOT_FIXED and not locked.is_open:
        check_reopening(resolved_at=locked.resolved_at, now=now)
    event = update_complaint(
        complaint_id=locked.pk,
        update=Update(move=VERDICT_MOVES[verdict], public_text=text, photos=photos),
        actor=Actor.of_resident(resident),
        who=Who.RESIDENT,
        now=now,
    )
    Rating.objects.update_or_create(
        complaint=locked, number=number, defaults={"verdict": verdict, "text": text, "given_at": now}
    )
    if verdict == Rating.Verdict.NOT_FIXED:
        tell_head_of_reopening(complaint=event.complaint, event=event, now=now)
    return event.complaint


def rate(*, complaint: Complaint, stars: int, text: str, now: datetime) -> Rating:
    """Add stars and words to a verdict given before. Raises AnswerRefused where there is none."""
    rating = complaint.ratings.order_by("-number").first()
    if rating is None:
        raise AnswerRefused(_("กรุณาเลือกก่อนว่าเรียบร้อยหรือไม่ แล้วจึงให้คะแนน"))
    with transaction.atomic():
        rating.stars, rating.text = stars, text or rating.text
        rating.save(update_fields=["stars", "text"])
        append_event(
            complaint=complaint,
            kind=EventKind.RATED,
            actor=Actor.of_resident(complaint.reporter),
            note=Note(payload={"stars": stars}, internal_text=text),
            now=now,
        )
    return rating


@transaction.atomic
def add_information(
    *, complaint: Complaint, text: str, photos: tuple[Photo, ...], resident: Resident | None, now: datetime
) -> ComplaintEvent:
    """Add a resident's words or pictures to his open case; an answer to a question sets the clock going again.

    Never makes an officer's form stale. Raises AnswerRefused for nothing at all and for ended cases.
    """
    locked = lock_complaint(complaint_id=complaint.pk)
    if not text and not photos:
        raise AnswerRefused(_("กรุณาพิมพ์ข้อความหรือแนบภาพ แล้วกดส่งอีกครั้ง"))
    if not locked.is_open:
        raise AnswerRefused(_("เรื่องนี้เสร็จสิ้นแล้ว หากยังไม่เรียบร้อย กรุณากด “ยังไม่เรียบร้อย” หรือแจ้งเรื่องใหม่"))
    move = "answer_received" if locked.status == Status.WAITING_RESIDENT else ""
    update = Update(move=move, public_text=text[:FORM_TEXT_MAX], photos=photos)
    if move:
        return update_complaint(
            complaint_id=locked.pk,
            update=update,
            actor=Actor.of_resident(resident),
            who=Who.RESIDENT,
            now=now,
        )
    event = append_event(
        complaint=locked,
        kind=EventKind.ADDED,
        actor=Actor.of_resident(resident),
        note=Note(public_text=update.public_text, is_public=True),
        now=now,
    )
    for photo in photos:
        photo.event = event
    Photo.objects.bulk_create(photos)
    return event


@transaction.atomic
def withdraw(*, complaint: Complaint, resident: Resident, now: datetime) -> ComplaintEvent:
    """End a case because its reporter wishes so; who follows hears of it. Raises MoveRefused once it has ended."""
    event = update_complaint(
        complaint_id=complaint.pk,
        update=Update(move="close_withdrawn"),
        actor=Actor.of_resident(resident),
        who=Who.RESIDENT,
        now=now,
    )
    messages.queue_withdrawal(complaint=event.complaint, event=event, now=now)
    return event


def follow(*, complaint: Complaint, resident: Resident, now: datetime) -> None:
    """Let a resident hear how somebody's case ends; twice is once. Raises MoveRefused for cases that are not public."""
    if not complaint.is_public:
        raise MoveRefused(_("เรื่องนี้ไม่เปิดให้ติดตาม กรุณาแจ้งเป็นเรื่องใหม่"))
    Follower.objects.bulk_create([Follower(complaint=complaint, resident=resident, since=now)], ignore_conflicts=True)


def unfollow(*, complaint: Complaint, resident: Resident) -> None:
    """Let a resident hear no more of somebody's case; not following is no error."""
    Follower.objects.filter(complaint=complaint, resident=resident).delete()
