"""What is measured, and what it may cost. Budgets are for 100,000 cases on PostgreSQL."""

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.filters import PAGE, SORTS
from complaints.models.case import Complaint
from complaints.models.category import Category
from complaints.models.clock import Clock
from complaints.services.escalation import sweep_escalations
from nakhoncity.bench.measure import Result, Trial
from nakhoncity.city.models import RateLimit
from nakhoncity.kit.keyset import Cursor, Sort
from nakhoncity.residents.models import Resident
from nakhoncity.residents.sessions import COOKIE, start_session
from nakhoncity.staff.models import StaffMember

DUE_AT_ONCE = 100
EVENTS = 100
DEEP_PAGE = 200
DEEP_MAY_COST = 1.2
OTHER_FILTERS_DB_MS = 60


def staff_client(username: str) -> Client:
    """A browser of somebody of the staff, signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(StaffMember.objects.get(username=username))
    return client


def resident_client(resident: Resident) -> Client:
    """A browser of a resident, signed in."""
    client = Client(headers={"host": "localhost"})
    client.cookies[COOKIE] = start_session(resident=resident, now=timezone.now(), user_agent="")
    return client


def get(client: Client, address: str) -> Callable[[], object]:
    """Ask for a page; anything but 200 is a fault of the trial."""

    def run() -> None:
        response = client.get(address)
        if response.status_code != 200:
            msg = f"{address}: {response.status_code}"
            raise RuntimeError(msg)

    return run


def post(client: Client, address: str, data: Any, **options: Any) -> Callable[[], object]:
    """Send a form; anything but a redirect or 200 is a fault of the trial."""

    def run() -> None:
        response = client.post(address, data, **options)
        if response.status_code not in {200, 302, 303}:
            msg = f"{address}: {response.status_code} {response.content[:2000].decode()}"
            raise RuntimeError(msg)

    return run


def trials() -> Iterator[Trial]:
    """All of them, in the order of the table."""
    yield from _residents()
    yield from _inbox()
    yield from _cases()
    yield from _machines()


def deep_page_faults(results: Sequence[Result]) -> list[str]:
    """Deep pages that cost the database over a fifth more than the first page of the same list."""
    costs = {result.trial.name: result.db_ms for result in results}
    faults = []
    for name, deep in costs.items():
        first = costs.get(name.replace(f"page {DEEP_PAGE}", "page 1"))
        if name.endswith(f"page {DEEP_PAGE}") and deep and first and deep > first * DEEP_MAY_COST:
            faults.append(f"{name}: {deep:.1f} ms against {first:.1f} ms")
    return faults


def _residents() -> Iterator[Trial]:
    client = resident_client(Resident.objects.order_by("pk")[1])
    light = Category.objects.get(code="STREETLIGHT")

    def report() -> Callable[[], object]:
        # Nobody files sixty matters an hour: what is to be measured is filing, not the refusal.
        RateLimit.objects.all().delete()
        client.get(reverse("complaints:report-start"), {"new": "1"})
        client.post(reverse("complaints:report-what"), {"category": "STREETLIGHT"})
        client.post(reverse("complaints:report-where"), {"address_text": "หน้าตลาด"})
        answers = {f"q_{question['code']}": question["values"][0]["key"] for question in light.form_questions}
        return post(client, reverse("complaints:report-detail"), {**answers, "text": "ไฟดับหน้าตลาด"})

    yield Trial("file a complaint", report, app_budget_ms=15, statements_budget=14)
    own = Complaint.objects.filter(reporter_id__gt=0).order_by("-pk")[0]
    theirs = resident_client(own.reporter) if own.reporter else client
    yield Trial("resident: my cases", lambda: get(theirs, reverse("complaints:my")))
    yield Trial("resident: one case", lambda: get(theirs, reverse("complaints:my-case", args=[own.reference])))


def _inbox() -> Iterator[Trial]:
    clerk, officer = staff_client("clerk"), staff_client("officer-light")
    inbox = reverse("complaints:inbox", args=["all"])
    everything = reverse("complaints:inbox", args=["any"])
    yield Trial("inbox of 50, clerk", lambda: get(clerk, inbox), app_budget_ms=40, statements_budget=8)
    yield Trial("inbox of 50, officer", lambda: get(officer, inbox), app_budget_ms=40, statements_budget=8)
    for sort in SORTS.values():
        first = f"{everything}?sort={sort.name}"
        deep = f"{first}&cursor={_deep_cursor(sort)}"
        yield Trial(f"all, {sort.name}, page 1", _getter(clerk, first), app_budget_ms=40)
        yield Trial(f"all, {sort.name}, page {DEEP_PAGE}", _getter(clerk, deep), app_budget_ms=40)
    member = StaffMember.objects.get(username="officer-light")
    for name, query in {
        "category": "category=STREETLIGHT",
        "officer": f"officer={member.pk}",
        "office": "department=ENGINEERING",
        "office and category": "department=ENGINEERING&category=ROAD",
        "one day": f"received={(timezone.localdate() - timedelta(days=200)).isoformat()}",
    }.items():
        address = f"{everything}?{query}"
        yield Trial(f"filter: {name}", _getter(clerk, address), app_budget_ms=40, db_budget_ms=OTHER_FILTERS_DB_MS)


def _deep_cursor(sort: Sort) -> str:
    """The cursor of a deep page of all cases; past the end of a smaller table, that of its middle."""
    rows = Complaint.objects.order_by(*sort.order).values_list(sort.column, "pk")
    skipped = min((DEEP_PAGE - 1) * PAGE, Complaint.objects.count() // 2)
    value, pk = rows[skipped - 1]
    return Cursor(value.isoformat(), pk, is_before=False, first=skipped + 1).written(sort)


def _getter(client: Client, address: str) -> Callable[[], Callable[[], object]]:
    return lambda: get(client, address)


def _cases() -> Iterator[Trial]:
    clerk, head = staff_client("clerk"), staff_client("head-engineering")
    numbers = itertools.count(1)

    def page() -> Callable[[], object]:
        return get(clerk, reverse("complaints:case", args=[_open_case().reference]))

    def change() -> Callable[[], object]:
        case = _open_case()
        data = {"move": "return_to_triage", "version": case.version, "reason": f"ตรวจสอบอีกครั้ง {next(numbers)}"}
        return post(clerk, reverse("complaints:update", args=[case.reference]), data)

    yield Trial("case", page, app_budget_ms=12, statements_budget=8)
    yield Trial("status change", change, app_budget_ms=20, statements_budget=12)
    office = reverse("backoffice:dashboard", args=["ENGINEERING"])
    yield Trial("dashboard of an office", lambda: get(head, office), statements_budget=8)
    town = clerk.get(reverse("backoffice:own-dashboard"))["Location"]
    yield Trial("dashboard of the town", lambda: get(clerk, town), runs=20, statements_budget=8)


def _open_case() -> Complaint:
    case = Complaint.objects.filter(status="in_progress", is_confidential=False).order_by("?").first()
    if case is None:
        msg = "no case in progress is left for the trial"
        raise RuntimeError(msg)
    return case


def _machines() -> Iterator[Trial]:
    def nothing_due() -> Callable[[], object]:
        now = timezone.now()
        return lambda: sweep_escalations(now=now)

    def many_due() -> Callable[[], object]:
        now = timezone.now()
        _make_due(now)
        return lambda: sweep_escalations(now=now)

    numbers = itertools.count(1)
    client = Client(headers={"host": "localhost"})

    def webhook() -> Callable[[], object]:
        body = _events(next(numbers))
        digest = hmac.new(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256).digest()
        signed = {"X-Line-Signature": base64.b64encode(digest).decode()}
        return post(client, reverse("line:webhook"), body, content_type="application/json", headers=signed)

    yield Trial("sweep, nothing due", nothing_due, app_budget_ms=5, db_budget_ms=5)
    yield Trial(f"sweep, {DUE_AT_ONCE} due", many_due, runs=5)
    yield Trial(f"webhook of {EVENTS} events", webhook, runs=20, app_budget_ms=50)


def _make_due(now: datetime) -> None:
    """Let a hundred open clocks pass half of their time."""
    clocks = Clock.objects.filter(kind="fix", stopped_at=None, level=-1).order_by("-pk").values_list("pk", flat=True)
    Clock.objects.filter(pk__in=list(clocks[:DUE_AT_ONCE])).update(
        started_at=now - timedelta(hours=25),
        target=timedelta(hours=48),
        due_at=now + timedelta(hours=23),
        next_escalation_at=now - timedelta(hours=1),
    )


def _events(number: int) -> bytes:
    events = [
        {
            "type": "message", "mode": "active", "timestamp": int(timezone.now().timestamp() * 1000),
            "source": {"type": "user", "userId": f"U{index:032x}"}, "webhookEventId": f"BENCH{number:010d}{index:06d}",
            "deliveryContext": {"isRedelivery": False}, "replyToken": f"{number:010d}{index:022d}",
            "message": {"type": "text", "id": f"{number}{index:06d}", "quoteToken": "q", "text": "สวัสดี"},
        }
        for index in range(EVENTS)
    ]  # fmt: skip
    return json.dumps({"destination": "U" + "0" * 32, "events": events}).encode()
