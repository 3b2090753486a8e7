"""What this room keeps of people and for how long; forgetting a person, exporting what is held of him.

Kept: chat events 30 days, what a message said and to whom 90 days, that a message was owed and what became of it
2 years. See docs/privacy.md.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from nakhoncity.line.models import OutboundMessage, WebhookEvent
from nakhoncity.residents.models import Resident
from nakhoncity.residents.personal_data import PersonalData, personal_data

EVENTS_KEPT = timedelta(days=30)
WORDS_KEPT = timedelta(days=90)
ROWS_KEPT = timedelta(days=730)
AT_ONCE = 5000
ERASED = "erased"
State = OutboundMessage.State
WAITING = [State.QUEUED, State.HELD_QUOTA]


def register() -> None:
    """Tell the residents room."""
    personal_data.register("line", PersonalData(export=export, erase=erase))


def export(resident: Resident) -> dict[str, Any]:
    """What a resident wrote in the chat and what he was sent, as far as it is still kept."""
    return {
        "chat": [
            {"at": event.happened_at.isoformat(), "kind": event.kind, "event": event.body}
            for event in _events_of(resident).order_by("happened_at", "pk")
        ],
        "messages": [
            {"at": row.created_at.isoformat(), "state": row.state, "messages": row.payload}
            for row in _messages_of(resident).order_by("created_at", "pk")
        ],
    }


def erase(resident: Resident, now: datetime) -> None:  # noqa: ARG001 (every room's eraser is told when)
    """Leave no identity, name or word of a resident: his events and messages stay as empty rows, to be counted.

    What waits for him is not sent any more.
    """
    events = _events_of(resident)
    events.filter(state=WebhookEvent.State.RECEIVED).update(state=WebhookEvent.State.IGNORED)
    events.update(line_user_id="", message_id="", raw="{}", error="")
    ids = list(_messages_of(resident).values_list("pk", flat=True))
    rows = OutboundMessage.objects.filter(pk__in=ids)
    rows.filter(state__in=WAITING).update(state=State.CANCELLED)
    _empty(rows)


def _events_of(resident: Resident) -> QuerySet[WebhookEvent]:
    if resident.line_user_id is None:
        return WebhookEvent.objects.none()
    return WebhookEvent.objects.filter(line_user_id=resident.line_user_id)


def _messages_of(resident: Resident) -> QuerySet[OutboundMessage]:
    mine = Q(resident=resident)
    if resident.line_user_id:
        mine |= Q(line_user_id=resident.line_user_id)
    return OutboundMessage.objects.filter(mine)


def _empty(rows: QuerySet[OutboundMessage]) -> int:
    """Take the person and the words out of messages; a reply keeps that it had a token."""
    rows.exclude(reply_token="").update(reply_token=ERASED)
    return rows.update(resident=None, line_user_id="", payload=[], error="")


def sweep_old(*, now: datetime) -> int:
    """Delete old chat events, empty old messages, delete very old ones; returns how many rows were touched.

    Some thousands at a time; run again it goes on. What still waits to be sent is never touched.
    """
    events = WebhookEvent.objects.filter(received_at__lte=now - EVENTS_KEPT)
    ended = OutboundMessage.objects.exclude(state__in=[*WAITING, State.SENDING])
    old = ended.filter(created_at__lte=now - WORDS_KEPT).exclude(line_user_id="", resident=None)
    oldest = ended.filter(created_at__lte=now - ROWS_KEPT)
    touched, _ = WebhookEvent.objects.filter(pk__in=_first(events)).delete()
    touched += _empty(OutboundMessage.objects.filter(pk__in=_first(old)))
    deleted, _ = OutboundMessage.objects.filter(pk__in=_first(oldest)).delete()
    return touched + deleted


def _first(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
