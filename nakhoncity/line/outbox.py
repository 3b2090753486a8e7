"""The sweep that sends: claim by conditional UPDATE, talk to LINE outside any transaction, record the answer.

A row is leased, never locked, while HTTP runs. The retry key of a push goes with every attempt, so an attempt
after a kill or a lost answer is the same message to LINE (409: accepted before). Threads only talk to LINE; the
database is this thread's alone.
"""

import logging
import threading
import time
import uuid
from collections.abc import Collection, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce

from nakhoncity.line import channel
from nakhoncity.line.client import Answer, Call, LineClient, SdkClient
from nakhoncity.line.models import ChannelState, OutboundMessage, OutboundQuerySet
from nakhoncity.line.outcome import settle
from nakhoncity.line.plan import Plan

log = logging.getLogger(__name__)
State, Kind = OutboundMessage.State, OutboundMessage.Kind

LANES = 8
AT_ONCE = 64
# Another process may have taken the same rows a moment before.
CLAIM_TRIES = 3
# A sweep starts new batches for so long; the next beat goes on.
BUDGET_S = 10.0
# A dead worker's rows are free again after this (P5: within 15 s); a living one renews while it waits for LINE.
LEASE = timedelta(seconds=10)
RENEW_EVERY_S = 3.0
# No attempt of a batch begins later than this.
START_WITHIN_S = 60.0
# So many unclear answers without a single "yes" end a batch: LINE is away, the others need not try one by one.
UNCLEAR_ENOUGH = 3
# LINE remembers a retry key for 24 hours; the last attempt begins before that.
UNCLEAR_FOR = timedelta(hours=24) - timedelta(minutes=5)

_one_sweep_per_process = threading.Lock()


def sweep(*, now: datetime, client: LineClient | None = None) -> int:
    """Send what is due; returns how many messages were tried.

    Sweeps of several processes share the work and none sends twice; within a process one runs at a time.
    """
    if not _one_sweep_per_process.acquire(blocking=False):
        return 0
    try:
        return _sweep(now, client or SdkClient())
    finally:
        _one_sweep_per_process.release()


def _sweep(now: datetime, client: LineClient) -> int:
    state = ChannelState.current()
    if not state.is_open:
        return 0
    is_due = OutboundMessage.objects.due(now).exists()
    if not is_due and not (state.trouble_since and channel.ask_whether_back(now=now)):
        return 0
    _recover(now)
    _retire(now)
    began, tried = time.monotonic(), 0
    with ThreadPoolExecutor(max_workers=LANES, thread_name_prefix="line") as pool:
        while (spent := time.monotonic() - began) < BUDGET_S:
            batch = Batch(client=client, pool=pool, now=now + timedelta(seconds=spent))
            tried += batch.run()
            if batch.is_last:
                break
    return tried


def _recover(now: datetime) -> None:
    """Take up what a dead worker had under way. LINE may have it: a push goes again with its key, a reply never."""
    orphans = OutboundMessage.objects.filter(state=State.SENDING, lease_until__lte=now)
    free = {"lease_until": None, "lease_token": None, "last_status": None}
    orphans.filter(kind=Kind.PUSH).update(state=State.QUEUED, next_attempt_at=now, **free)
    orphans.filter(kind=Kind.REPLY).update(state=State.UNKNOWN, error="worker ended", **free)


def _retire(now: datetime) -> None:
    """Take out of the queue what nobody needs any more, and what stayed unclear: staff decide about that."""
    due = OutboundMessage.objects.filter(OutboundMessage.is_free(now))
    due.filter(expires_at__lte=now, first_attempt_at=None).update(state=State.EXPIRED)
    in_doubt = Q(expires_at__lte=now) | Q(first_attempt_at__lte=now - UNCLEAR_FOR)
    due.filter(in_doubt, first_attempt_at__isnull=False).update(state=State.UNKNOWN)


class Batch:
    """Some rows claimed, sent side by side, and their answers written as they come."""

    def __init__(self, *, client: LineClient, pool: ThreadPoolExecutor, now: datetime) -> None:
        self._client, self._pool, self._now = client, pool, now
        self._began = self._renewed = time.monotonic()
        self._halt = threading.Event()
        self._accepted = self._pushed = self._unclear = 0
        self._quota_spent: bool | None = None
        self.is_last = False

    def run(self) -> int:
        """Claim, send, record; returns how many rows were claimed."""
        state = ChannelState.current()
        if not state.is_open:
            self.is_last = True
            return 0
        rows = self._claim(channel.read_plan(state))
        if not rows:
            self.is_last = True
            return 0
        self._send(rows)
        self._note_health(state)
        return len(rows)

    def _moment(self) -> datetime:
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def _claim(self, plan: Plan) -> list[OutboundMessage]:
        """Lease the next row of each person, as far as the month's plan has room."""
        channel.hold_closed(plan=plan, now=self._now)
        for _ in range(CLAIM_TRIES):
            ids = _choose(plan, self._now)
            if not ids:
                break
            token = uuid.uuid4()
            _lease(ids, token, self._now)
            claimed = OutboundMessage.objects.filter(lease_token=token, state=State.SENDING)
            if rows := list(claimed.select_related("resident").order_by("-is_urgent", "next_attempt_at", "pk")):
                return rows
        return []

    def _send(self, rows: Iterable[OutboundMessage]) -> None:
        """Each row in a thread; answers that came together are written together."""
        waiting: dict[Future[Answer | None], OutboundMessage] = {
            self._pool.submit(self._call, _call_of(row)): row for row in rows
        }
        while waiting:
            done, _ = wait(waiting, timeout=RENEW_EVERY_S, return_when=FIRST_COMPLETED)
            self._renew(waiting.values())
            answered = [(waiting.pop(future), future.result()) for future in done]
            self._watch(answered)
            with transaction.atomic():
                for row, answer in answered:
                    self._record(row, answer)

    def _renew(self, rows: Collection[OutboundMessage]) -> None:
        """Keep the lease of what is still under way: a batch has one token."""
        if time.monotonic() - self._renewed < RENEW_EVERY_S:
            return
        self._renewed = time.monotonic()
        ours = OutboundMessage.objects.filter(lease_token__in={row.lease_token for row in rows}, state=State.SENDING)
        ours.update(lease_until=self._moment() + LEASE)

    def _call(self, call: Call) -> Answer | None:
        """In a thread: one call, or None if it should not be made any more. No database here."""
        if self._halt.is_set() or time.monotonic() - self._began > START_WITHIN_S:
            return None
        return self._client.send(call)

    def _watch(self, answered: list[tuple[OutboundMessage, Answer | None]]) -> None:
        """Ask for the quota and halt the batch where an answer speaks of the channel, not of a message."""
        for row, answer in answered:
            if answer is None:
                continue
            self._accepted += answer.is_accepted
            self._pushed += answer.is_accepted and row.kind == Kind.PUSH
            self._unclear += answer.is_unclear
            if answer.status == 401:
                channel.stop_channel(reason="LINE 401: the channel access token is not valid", now=self._moment())
                self._halt.set()
            if answer.status == 429 and self._quota_spent is None:
                self._quota_spent = self._ask_quota()
        if self._unclear >= UNCLEAR_ENOUGH and not self._accepted:
            self._halt.set()

    def _ask_quota(self) -> bool:
        """Whether a 429 means that the month's quota is spent; without an answer it is taken for a rate limit."""
        quota = self._client.read_quota()
        if quota is None:
            return False
        channel.note_quota(limit=quota.limit, used=quota.used, now=self._moment())
        return quota.limit is not None and quota.used >= quota.limit

    def _record(self, row: OutboundMessage, answer: Answer | None) -> None:
        """Write what became of a row, if the lease is still ours; a "yes" counts in any case."""
        now = self._moment()
        was_clear = row.first_attempt_at == self._now
        mine = OutboundMessage.objects.filter(pk=row.pk, lease_token=row.lease_token, state=State.SENDING)
        if answer is None:
            _put_back(mine, row, was_clear=was_clear)
            return
        is_quota = answer.status == 429 and bool(self._quota_spent)
        changes = settle(row=row, answer=answer, is_quota=is_quota, was_clear=was_clear, now=now)
        if not mine.update(**changes) and answer.is_accepted:
            in_doubt = [State.QUEUED, State.SENDING, State.UNKNOWN]
            OutboundMessage.objects.filter(pk=row.pk, state__in=in_doubt).update(**changes)

    def _note_health(self, state: ChannelState) -> None:
        if self._pushed:
            channel.count_sent(number=self._pushed)
        if self._accepted and state.trouble_since:
            channel.end_trouble(now=self._moment())
        elif self._unclear and not self._accepted:
            channel.note_trouble(now=self._moment())
        self.is_last = self._halt.is_set()


def _choose(plan: Plan, now: datetime) -> list[int]:
    """The rows to claim next: replies and warnings first, pushes only as far as the plan has room."""
    ids: list[int] = []
    for is_urgent in (True, False):
        rows = OutboundMessage.objects.sendable(now, is_urgent=is_urgent)
        for row in rows.only("kind", "message_class", "first_attempt_at")[: AT_ONCE - len(ids)]:
            # A reply costs nothing, and what LINE may have already is asked about with the same key.
            is_free = row.kind == Kind.REPLY or row.first_attempt_at is not None
            ids += [row.pk] if is_free or plan.take(row.message_class) else []
    return ids


def _lease(ids: list[int], token: uuid.UUID, now: datetime) -> None:
    """The claim: whoever's UPDATE finds a row free has it. Rows locked at this very moment are left to their sweep."""
    with transaction.atomic():
        rows = OutboundMessage.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
        mine = list(rows.values_list("pk", flat=True))
        OutboundMessage.objects.filter(still_free(now), pk__in=mine).update(
            state=State.SENDING,
            lease_until=now + LEASE,
            lease_token=token,
            attempts=F("attempts") + 1,
            first_attempt_at=Coalesce(F("first_attempt_at"), Value(now, output_field=DateTimeField())),
        )


def still_free(now: datetime) -> Q:
    """The claim's guard. The race test turns it off to see that it is what keeps messages from going twice."""
    return OutboundMessage.is_free(now)


def _put_back(mine: OutboundQuerySet, row: OutboundMessage, *, was_clear: bool) -> None:
    """A row that was leased and not tried is as it was before."""
    mine.update(
        state=State.QUEUED,
        lease_until=None,
        lease_token=None,
        attempts=F("attempts") - 1,
        first_attempt_at=None if was_clear else row.first_attempt_at,
    )


def _call_of(row: OutboundMessage) -> Call:
    return Call(
        kind=row.kind,
        to=row.line_user_id,
        messages=row.payload,
        retry_key=str(row.retry_key),
        reply_token=row.reply_token,
    )
