"""The broker of a small installation: Celery's folder of files, with messages that appear whole or not at all.

The transport it comes from writes a message where the worker already looks: one that is read half written ends the
worker ("Expecting value"). Here it is written beside the folder's names and renamed.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A channel whose messages are renamed into place."""

    # The two classes above it name its arguments differently, so no signature fits both.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ARG002
        """Write a message under a name the worker passes over, then give it its own."""
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        part = folder / f"{name}.part"
        part.write_bytes(dumps(payload).encode())
        os.replace(part, folder / name)  # noqa: PTH105 (one call, one rename)


class Transport(filesystem.Transport):
    """Celery's file transport with our channel."""

    Channel = Channel


def use_whole_messages() -> None:
    """Let addresses that begin with filesystem:// mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = "nakhoncity.kit.broker:Transport"
