"""When each sweep last ran to its end: the sign that beat and worker are alive, also while nothing is due."""

import threading
from datetime import datetime, timedelta

from nakhoncity.city.models import SweepMark

# A mark is no more exact than this; sweeps run every few seconds and each write costs SQLite its only write lock.
MARK_EVERY = timedelta(seconds=30)
_marked: dict[str, datetime] = {}
_guard = threading.Lock()


def mark_sweep(*, name: str, now: datetime) -> None:
    """Keep that the sweep `name` has run, unless this process has kept so within half a minute."""
    with _guard:
        if name in _marked and timedelta(0) <= now - _marked[name] < MARK_EVERY:
            return
        _marked[name] = now
    SweepMark.objects.update_or_create(name=name, defaults={"ran_at": now})


def seconds_since_sweep(*, name: str, now: datetime) -> float | None:
    """How long ago the sweep ran, in seconds, exact to half a minute; None: never."""
    mark = SweepMark.objects.filter(name=name).first()
    return max(0.0, (now - mark.ran_at).total_seconds()) if mark else None
