"""A hand inside an installation: `python -m nakhoncity.tests.faults.hand` takes orders as lines of JSON.

It seeds, owes messages through the service, shows the outbox's rows, and holds the database's write lock: the one
way to stop a worker between LINE's answer and its commit.
"""

import json
import sys
from datetime import time, timedelta
from typing import Any

import django
from django.core.management import call_command


def prepare() -> str:
    """A town at hand at any hour, and residents who are its friends."""
    from nakhoncity.backoffice.demo import seed_residents
    from nakhoncity.city.models import CityProfile
    from nakhoncity.kit.clock import database_now

    call_command("migrate", verbosity=0, interactive=False)
    call_command("seed")
    CityProfile.objects.update(quiet_from=time(0), quiet_until=time(0))
    return str(len(seed_residents(now=database_now())))


def owe(mark: str, user_ids: list[str]) -> int:
    """Owe one text to each of these people; returns how many."""
    from nakhoncity.kit.clock import database_now
    from nakhoncity.line.flex import text
    from nakhoncity.line.models import MessageClass
    from nakhoncity.line.services import Outgoing, queue_messages

    now = database_now()
    rows = [
        Outgoing(
            messages=[text(f"{mark}:{user_id}")],
            message_class=MessageClass.RESULT,
            dedupe_key=f"{mark}:{user_id}",
            event=f"fault:{mark}",
            send_after=now,
            expires_at=now + timedelta(hours=1),
            line_user_id=user_id,
        )
        for user_id in user_ids
    ]
    queue_messages(rows=rows, now=now)
    return len(rows)


def rows() -> list[dict[str, Any]]:
    """The outbox."""
    from nakhoncity.line.models import OutboundMessage

    return [
        {
            "event": row.event,
            "retry_key": str(row.retry_key),
            "state": row.state,
            "attempts": row.attempts,
            "send_after": row.send_after.timestamp(),
            "accepted_at": row.accepted_at.timestamp() if row.accepted_at else None,
        }
        for row in OutboundMessage.objects.order_by("pk")
    ]


def work(order: dict[str, Any]) -> Any:
    """Carry out one order but the lock."""
    if order["do"] == "owe":
        return owe(order["mark"], order["user_ids"])
    return {"prepare": prepare, "rows": rows}[order["do"]]()


def hold_lock() -> None:
    """Say so once nobody else can write, and let go at the next line; until then rows can be read."""
    from django.db import connection, transaction

    # On SQLite the transaction begins IMMEDIATE: it has the only write lock.
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("LOCK TABLE line_outboundmessage IN EXCLUSIVE MODE")
        say("locked")
        for line in sys.stdin:
            order = json.loads(line)
            if order["do"] == "unlock":
                return
            say(work(order))


def say(answer: Any) -> None:
    """Answer an order."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Take orders until the line is cut."""
    django.setup()
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "lock":
            hold_lock()
            say("unlocked")
        else:
            say(work(order))


if __name__ == "__main__":
    main()
