"""What the eight of a race do, and the guards that their twins do without. Arguments and answers are plain JSON."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, connections
from django.db.models import Max, QuerySet
from django.test import Client
from django.urls import reverse

from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.draft import ReportDraft
from complaints.models.record import Rating
from complaints.services.answers import answer_result, withdraw
from complaints.services.drafts import save_draft
from complaints.services.due import sweep_due_dates
from complaints.services.escalation import sweep_escalations, sweep_notices
from complaints.services.events import Actor
from complaints.services.filing import Report, file_complaint
from complaints.services.moves import StaleUpdate, Update, update_complaint
from complaints.services.photos import TooManyPhotos, attach_to_draft
from complaints.workflow import Channel, MoveRefused
from nakhoncity.kit.images import Picture
from nakhoncity.staff.models import StaffMember

# Acts


def file_drafts(drafts: list[str], now: str) -> list[str]:
    """File each draft once, one after the other; the references, or the name of the error."""
    return [_file(draft, datetime.fromisoformat(now)) for draft in drafts]


def file_drafts_at_once(drafts: list[str], now: str) -> list[str]:
    """File all drafts at once, each by a thread with a connection of its own."""
    return _all_at_once([partial(_file, draft, datetime.fromisoformat(now)) for draft in drafts])


def file_among_pictures(drafts: list[str], now: str) -> int:
    """File each draft while two tabs hang two pictures each on it; returns how many were filed."""
    for draft in drafts:
        two_pictures = partial(attach_pictures, [draft, draft], now)
        _all_at_once([partial(_file, draft, datetime.fromisoformat(now)), two_pictures, two_pictures])
    return len(drafts)


def _all_at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(one, acts))


def _file(draft: str, now: datetime) -> str:
    category = Category.objects.select_related("department").get()
    report = Report(draft_id=UUID(draft), category=category, channel=Channel.WEB, text="ไฟดับ")
    try:
        return file_complaint(report=report, now=now).complaint.reference
    except (IntegrityError, OperationalError) as error:
        return type(error).__name__


def post_cases(secret: str, keys: list[str], text: str) -> list[tuple[int, str]]:
    """File by the open API under each idempotency key; status and reference of each, "" for none."""
    with patch("nakhoncity.city.api.RateLimit.take", return_value=True):
        return [_post(secret, key, text) for key in keys]


def _post(secret: str, key: str, text: str) -> tuple[int, str]:
    category = Category.objects.get().code
    response = Client(raise_request_exception=False).post(
        reverse("complaints:api-cases"),
        data={"category": category, "channel": "phone", "address_text": "หน้าตลาด", "text": text},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": key, "Host": "localhost"},
    )
    return response.status_code, response.json().get("reference", "")


def type_into_draft(draft: str, names: list[str], now: str) -> int:
    """Save one field after the other, as a tab does while its owner types."""
    for name in names:
        save_draft(draft_id=UUID(draft), changes={name: name}, resident=None, now=datetime.fromisoformat(now))
    return len(names)


def attach_pictures(drafts: list[str], now: str) -> list[str]:
    """Hang one picture on each draft; "kept", or the name of the refusal."""
    return [_try(lambda draft=draft: _attach(draft, now)) for draft in drafts]


def _attach(draft: str, now: str) -> None:
    attach_to_draft(
        draft=ReportDraft(pk=UUID(draft)), picture=Picture(b"jpeg", b"thumb", 4, 3), now=datetime.fromisoformat(now)
    )


def save_form(cases: list[int], member: str, version: int, now: str) -> list[str]:
    """Save the update form of each case with the version that everybody was shown."""
    update = Update(public_text=f"จาก {member}", version=version)
    return [_try(lambda case=case: _update(case, member, update, now)) for case in cases]


def make_move(cases: list[int], member: str, move: str, now: str, fields: dict[str, Any]) -> list[str]:
    """Make a move on each case."""
    return [_try(lambda case=case: _update(case, member, Update(move=move, **fields), now)) for case in cases]


def work_cases(cases: list[int], member: str, now: str) -> list[str]:
    """Stop each case's clock and start it anew, as fast as can be."""
    asks, answers = Update(move="ask_resident", public_text="อยู่ตรงไหน"), Update(move="answer_received")
    return [
        _try(lambda case=case, update=update: _update(case, member, update, now))
        for case in cases
        for update in (asks, answers)
    ]


def _update(case: int, username: str, update: Update, now: str) -> None:
    member = StaffMember.objects.get(username=username)
    update_complaint(
        complaint_id=case,
        update=update,
        actor=Actor.of_staff(member),
        who=member.role,
        now=datetime.fromisoformat(now),
    )


def give_verdict(cases: list[int], verdict: str, now: str) -> list[str]:
    """The resident's verdict on each case."""
    return [_try(lambda case=case: _verdict(case, verdict, now)) for case in cases]


def _verdict(case: int, verdict: str, now: str) -> None:
    complaint = Complaint.objects.select_related("reporter").get(pk=case)
    answer_result(
        complaint=complaint,
        verdict=Rating.Verdict(verdict),
        resident=complaint.reporter,
        now=datetime.fromisoformat(now),
    )


def withdraw_cases(cases: list[int], now: str) -> list[str]:
    """The resident takes each case back."""
    return [_try(lambda case=case: _withdraw(case, now)) for case in cases]


def _withdraw(case: int, now: str) -> None:
    complaint = Complaint.objects.select_related("reporter").get(pk=case)
    assert complaint.reporter is not None
    withdraw(complaint=complaint, resident=complaint.reporter, now=datetime.fromisoformat(now))


def sweep_dates(now: str) -> list[str]:
    """The sweep of answers, waits and pauses."""
    return [_try(lambda: sweep_due_dates(now=datetime.fromisoformat(now)))]


def climb_ladder(now: str) -> list[str]:
    """The sweep that records the levels that fell due; "done", or what it logs of the cases that it could not work."""
    with patch("complaints.services.escalation.log_fault") as log_fault:
        sweep_escalations(now=datetime.fromisoformat(now))
    return [type(call.args[1]).__name__ for call in log_fault.call_args_list] or ["done"]


def tell_receivers(now: str) -> list[str]:
    """The sweep that tells those who are to know."""
    return [_try(lambda: sweep_notices(now=datetime.fromisoformat(now)))]


def _try(act: Callable[[], object]) -> str:
    """Do it; "done", or the name of what a rival has made of it."""
    try:
        act()
    except (StaleUpdate, MoveRefused, TooManyPhotos, IntegrityError, OperationalError) as error:
        return type(error).__name__
    return "done"


# Guards, each taken away for the time of one race


@contextmanager
def no_row_locks() -> Iterator[None]:
    """Rows are read without being locked."""
    with patch.object(QuerySet, "select_for_update", lambda self, *_args, **_kwargs: self.all()):
        yield


@contextmanager
def highest_reference_plus_one() -> Iterator[None]:
    """References are the highest one so far plus one, as is often seen."""

    def next_reference(*, received_at: datetime) -> str:
        highest = Complaint.objects.aggregate(highest=Max("reference"))["highest"] or "NST-69-000000"
        return f"{highest[:7]}{int(highest[7:]) + 1:06d}"

    with patch("complaints.services.filing.next_reference", next_reference):
        yield


@contextmanager
def clock_before_case() -> Iterator[None]:
    """The ladder locks a clock and then its case, moves a case and then its clock."""
    unlocked = Complaint.objects.select_related("category", "department", "reporter", "agency")
    with patch("complaints.services.escalation.lock_complaint", lambda *, complaint_id: unlocked.get(pk=complaint_id)):
        yield
