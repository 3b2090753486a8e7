"""All that production would write into its log at its most talkative, caught."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.stdlib import ProcessorFormatter

from nakhoncity.kit.logs import log_settings


class Written:
    """What our own formatter has written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def text(self) -> str:
        return self.stream.getvalue()

    def lines(self, logger: str = "") -> list[dict[str, Any]]:
        """The lines of a logger and those below it."""
        lines = [json.loads(line) for line in self.text().splitlines()]
        return [line for line in lines if line["logger"].startswith(logger)]


@contextmanager
def logbook() -> Iterator[Written]:
    """Catch the log of the block."""
    written, root = Written(), logging.getLogger()
    formatter = log_settings(level="DEBUG", is_json=True, is_for_developers=False)["formatters"]["line"]
    handler = logging.StreamHandler(written.stream)
    handler.setFormatter(ProcessorFormatter(**{name: value for name, value in formatter.items() if name != "()"}))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
