"""One demo case, lived through the services at moments of the past; the sweeps run when they would have run."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

from complaints.extending import Reason
from complaints.models.case import Complaint
from complaints.models.record import Photo, Rating
from complaints.services import answers, due, escalation
from complaints.services.events import Actor
from complaints.services.extensions import ask_extension, grant_extension
from complaints.services.moves import Update, update_complaint
from complaints.services.photos import keep_pictures
from complaints.workflow import Outcome
from nakhoncity.backoffice.demo_pictures import scene
from nakhoncity.backoffice.demo_town import Town
from nakhoncity.kit.thai import BANGKOK, bangkok, bangkok_date
from nakhoncity.staff.models import Department, Position, StaffMember
from nakhoncity.staff.services import posts_above

# How long after a date its sweep runs.
BEAT = timedelta(seconds=5)
MOST_SWEEPS = 40
# Crews are out from seven to seven; matters with a target up to this are worked at any hour.
DAY_BEGINS, DAY_ENDS = 7, 19
ROUND_THE_CLOCK = timedelta(hours=12)
# Moves after which a sweep may have to come earlier than was known.
NEW_DATES = {"ask_resident", "refer", "refer_back", "resolve"}
THANKS = ("ขอบคุณครับ มาเร็วมาก", "ทีมงานสุภาพ ทำงานเรียบร้อย", "ดีมากค่ะ แจ้งเมื่อวานวันนี้เสร็จ", "ใช้ได้แล้วครับ", "")


class StillAhead(Exception):
    """The next step of a script is not to be taken, for it lies in the future: the case stays as it is at present."""


class Life:
    """A case and the moment it has come to. `share` of its target is when it is worked; brisk work knows no night."""

    def __init__(
        self, *, case: Complaint, town: Town, chance: random.Random, share: float, is_brisk: bool, now: datetime
    ) -> None:
        self.case, self.town, self.chance, self.share, self.now = case, town, chance, share, now
        self.texts = town.texts[case.category.code]
        self.at = self.received_at = case.received_at
        self.target = case.due_at - case.received_at
        self.paused = timedelta(0)
        # The first date at which a sweep has something to do; None: to be asked anew. Half the target is level 0.
        self._next: datetime | None = self.received_at + self.target / 2
        self._has_dates = False
        self.office: Department = case.department
        self.is_brisk = is_brisk or self.target <= ROUND_THE_CLOCK
        self.worker = town.legal if case.is_confidential else town.worker_of(case.department, chance)

    # Time

    def wait(self, low: float, high: float) -> None:
        """Let hours pass, fewer where the target is short, and then the night."""
        pace = min(1.0, self.target / timedelta(hours=48))
        at = self.at + timedelta(hours=self.chance.uniform(low, high) * pace)
        self.go_to(at if self.is_brisk else self._in_daytime(at))

    def work_until(self, share: float) -> None:
        """Let time pass until a share of the target is used; rather the evening before than in the night."""
        at = self.received_at + self.target * share + self.paused
        hour = bangkok(at).hour
        if not self.is_brisk and not DAY_BEGINS <= hour < DAY_ENDS:
            evening = datetime.combine(bangkok_date(at - timedelta(hours=DAY_BEGINS)), time(17, 20), tzinfo=BANGKOK)
            evening += timedelta(minutes=self.chance.uniform(0, 95))
            at = evening if self.at < evening < at else self._in_daytime(at)
        self.go_to(at)

    def go_to(self, at: datetime) -> None:
        """Come to a moment, letting the sweeps run on the way. Raises StillAhead where it has not come yet."""
        at = max(at, self.at + timedelta(minutes=2))
        if at >= self.now:
            raise StillAhead
        self._sweep_until(at)
        self.at = at

    def come_to_the_present(self) -> None:
        """Let what time does to the case happen until now."""
        self._sweep_until(self.now)

    def _in_daytime(self, at: datetime) -> datetime:
        local = bangkok(at)
        if DAY_BEGINS <= local.hour < DAY_ENDS:
            return at
        day = local.date() + timedelta(days=1 if local.hour >= DAY_ENDS else 0)
        morning = datetime.combine(day, time(DAY_BEGINS, 30), tzinfo=BANGKOK)
        return morning + timedelta(minutes=self.chance.uniform(0, 100))

    def _sweep_until(self, end: datetime) -> None:
        for _ in range(MOST_SWEEPS):
            self._next = self._next or self._ask_next()
            if self._next + BEAT > end:
                return
            escalation.sweep_escalations(now=self._next + BEAT)
            if self._has_dates:
                due.sweep_due_dates(now=self._next + BEAT)
            self._next = None

    def _ask_next(self) -> datetime:
        """The next date of the case or its clocks, as they stand; the present where there is none."""
        columns = (
            "answer_until",
            "wait_notice_at",
            "wait_close_at",
            "clocks__pause_until",
            "clocks__next_escalation_at",
        )
        rows = list(Complaint.objects.filter(pk=self.case.pk).values_list(*columns))
        self._has_dates = any(date for *dates, _ in rows for date in dates)
        return min((date for row in rows for date in row if date), default=self.now)

    # What staff do

    def move(self, name: str, member: StaffMember | None = None, **fields: Any) -> None:
        """One update by the worker, or by another member of staff."""
        who = member or self.worker
        if name in NEW_DATES or name.startswith("close"):
            self._next = None
        update_complaint(
            complaint_id=self.case.pk,
            update=Update(move=name, **fields),
            actor=Actor.of_staff(who),
            who=who.role,
            now=self.at,
        )

    def triage(self, office: Department | None = None) -> None:
        """The desk looks at it and says whose it is."""
        self.wait(0.1, 1.2)
        desk = self.town.legal if self.case.is_confidential else self.town.clerk
        member = self.town.clerk if desk.role != StaffMember.Role.CLERK else desk
        self.move("triage", member, category=self.case.category, department=office or self.office)

    def take_in(self, *, starts: bool | None = None) -> None:
        """Triage, somebody to do it, and mostly a beginning."""
        self.triage()
        self.wait(0.1, 1.5)
        self.move("assign", self.town.clerk, assignee=self.worker)
        if starts if starts is not None else self.chance.random() < 0.35:
            self.wait(0.4, 3)
            self.move("start")

    def resolve(self) -> None:
        """The work is done, with a picture where the category asks for one."""
        category = self.case.category
        outcome = Outcome.FIXED if self.chance.random() < 0.94 else Outcome.PARTLY_FIXED
        if self.case.promises_answer or category.code in {"OTHER", "STAFF"}:
            outcome = Outcome.ANSWERED
        photos: list[Photo] = []
        if category.after_photo_required and outcome != Outcome.ANSWERED:
            picture = scene(self.texts["scene"], is_fixed=True)
            photos = keep_pictures(complaint=self.case, pictures=[picture], kind=Photo.Kind.AFTER, now=self.at)
        text = self.chance.choice(self.texts["done"])
        self.move("resolve", outcome=outcome, public_text=text, photos=tuple(photos))

    def ask(self) -> None:
        """A question to the resident: the clock rests."""
        self.move("ask_resident", public_text=self.texts["ask"])

    def refer(self, expected: date) -> None:
        """To the outside body that the category names first: the clock rests."""
        codes = [code for code in self.case.category.agencies if code in self.town.agencies]
        agency = self.town.agencies[codes[0]] if codes else next(iter(self.town.agencies.values()))
        number = f"{self.chance.randrange(100, 999)}/{self.now.year + 543}"
        self.move(
            "refer", agency=agency, agency_reference=number, expected_date=expected, reason="อยู่ในความดูแลของหน่วยงานนี้"
        )

    def extend(self, reason: Reason, days: int) -> None:
        """The worker asks for more time and his director gives it; where there is no director the work is done."""
        post = posts_above(department=self.office).get(Position.Kind.OFFICE_HEAD)
        if post is None or post.holder is None or post.holder == self.worker:
            self.resolve()
            raise StillAhead
        day = bangkok_date(self.received_at + self.target) + timedelta(days=days)
        asked = ask_extension(complaint=self.case, member=self.worker, reason=reason, day=day, now=self.at)
        self.wait(0.2, 2)
        grant_extension(extension=asked, member=post.holder, now=self.at)

    # What residents do

    def reply(self) -> None:
        """The resident answers: time runs again."""
        self._next = None
        answers.add_information(
            complaint=self.case, text=self.texts["reply"], photos=(), resident=self.case.reporter, now=self.at
        )

    def judge(self, verdict: Rating.Verdict, text: str = "") -> None:
        """The resident says whether it is in order."""
        self._next = None
        answers.answer_result(complaint=self.case, verdict=verdict, resident=self.case.reporter, text=text, now=self.at)

    def may_be_judged(self) -> None:
        """Half of the residents answer within two days, most of those with stars."""
        if self.chance.random() > 0.55:
            return
        self.wait(0.3, 40)
        is_good = self.chance.random() < 0.86
        self.judge(Rating.Verdict.GOOD if is_good else Rating.Verdict.PARTLY)
        if self.chance.random() < 0.7:
            stars = self.chance.choice((5, 5, 5, 4, 4, 3) if is_good else (3, 3, 2, 4))
            text = self.chance.choice(THANKS) if is_good else "ยังเหลืออีกจุดหนึ่ง"
            answers.rate(complaint=self.case, stars=stars, text=text, now=self.at + timedelta(minutes=1))
