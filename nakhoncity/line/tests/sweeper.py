"""A worker of its own for race tests: waits for the start, sweeps until nothing is due, says how many it tried."""

import sys
import time
from datetime import datetime
from pathlib import Path

import django


def main(base: str, moment: str, start_file: str, guard: str) -> None:
    """Sweep as one process among several."""
    django.setup()
    from django.conf import settings  # noqa: PLC0415 (after django.setup) (after django.setup)
    from django.db.models import Q  # noqa: PLC0415 (after django.setup)

    from nakhoncity.line import client, outbox  # noqa: PLC0415 (after django.setup)

    settings.LINE_API_BASE = base
    if guard == "off":
        outbox.still_free = lambda _now: Q()
    client._api()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in range(3000):
        if Path(start_file).exists():
            break
        time.sleep(0.01)
    tried = sum(outbox.sweep(now=datetime.fromisoformat(moment)) for _ in range(10))
    sys.stdout.write(f"{tried}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
