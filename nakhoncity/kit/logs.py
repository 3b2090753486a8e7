"""Logs: what happened, never about whom. One line of JSON per event in production, readable lines in a trial.

All code logs by Python's `logging`; what is written of it is decided here. Addresses of pages hold tokens and
references, and the words of an error hold whatever somebody typed: neither is written.
"""

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

ROOT = Path(__file__).resolve().parent.parent.parent
# What a line may hold besides its words, given as `extra`.
FIELDS = ["method", "route", "status", "ms"]
# Libraries whose lines quote addresses, queries or values, and the chatter of those that say little.
QUIET = ("_granian", "celery.beat", "celery.app.trace", "celery.worker.strategy")
NEVER_BELOW_WARNING = ("django.db.backends", "urllib3", "PIL", "asyncio")
MOST_FRAMES = 12
# The second line of defence: what looks like a LINE id or a Thai telephone number.
PERSONAL = re.compile(r"\b[UCR][0-9a-f]{32}\b|(?<![0-9a-zA-Z])(?:\+66|0)(?:[ -]?\d){8,9}(?![0-9a-zA-Z])")


def log_settings(*, level: str, is_json: bool, is_for_developers: bool) -> dict[str, Any]:
    """Django's LOGGING. For developers (DEBUG) errors keep their words and their whole trace, for nobody else."""
    discreet: list[Processor] = [] if is_for_developers else [without_address, without_words_of_error, masked]
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else readable
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*common_processors(), *discreet],
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would write each line twice, and mail errors with all that was posted.
            "django": {"handlers": [], "propagate": True},
            # Each request has its own line; of Django's only the faults are left.
            "django.request": {"level": "ERROR"},
            **{name: {"level": "WARNING"} for name in (*QUIET, *NEVER_BELOW_WARNING)},
        },
    }


def common_processors() -> list[Processor]:
    """When, how grave, by whom, in which request, and the few fields that a line may hold."""
    return [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(allow=FIELDS),
    ]


def without_address(logger: Any, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 (structlog's signature)
    """Django and Celery quote addresses, host names and errors in some lines: only what kind of line it was is kept."""
    name, record = event["logger"], event["_record"]
    if name.startswith("django.security"):
        event["event"] = f"refused: {name.removeprefix('django.security.')}"
    elif name in {"django.request", "django.server"}:
        event.update(event="request failed", status=getattr(record, "status_code", None))
    elif name == "celery.app.trace":
        told = getattr(record, "data", {})
        event["event"] = f"task {told.get('name', '')} {told.get('description', 'ended')}"
    return event


def without_words_of_error(logger: Any, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 (see above)
    """Of an error only its kind, what kind of error caused it, and the places it went through."""
    error = (event.pop("exc_info", None) or (None, None, None))[1]
    event.pop("stack_info", None)
    if error is not None:
        event["error"] = " from ".join(_kinds(error))
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        event["at"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _kinds(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield type(error).__name__
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _short(filename: str) -> str:
    """A file's path inside this project, or inside the library that it is of."""
    _, inside, rest = filename.partition("/site-packages/")
    return rest if inside else filename.removeprefix(f"{ROOT}/")


def masked(logger: Any, method: str, event: EventDict) -> EventDict:  # noqa: ARG001 (see above)
    """Should a line still quote somebody's LINE id or telephone number, it is blotted out."""
    event["event"] = PERSONAL.sub("…", str(event["event"]))
    return event


def readable(logger: Any, method: str, event: EventDict) -> str:  # noqa: ARG001 (see above)
    """One line for a person's eyes: time, level, who speaks, the words, then name=value; the request's number last."""
    trace = event.pop("exc_info", None)
    if "request_id" in event:
        event["request_id"] = event.pop("request_id")
    at = event.pop("at", [])
    first = [event.pop(name, "") for name in ("timestamp", "level", "logger", "event")]
    line = " ".join([first[0], first[1].upper(), *first[2:], *(f"{name}={value}" for name, value in event.items())])
    frames = "".join(f"\n    {place}" for place in at)
    return line + frames + ("\n" + "".join(traceback.format_exception(*trace)) if trace else "")
