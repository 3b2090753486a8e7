"""What a process that starts others needs: no orphans."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of Linux, prctl(2)


def end_with_parent(parent: int) -> None:
    """Let this process get SIGTERM when the process that started it, whose id is `parent`, dies in any way.

    Called in the child. Only Linux knows this; elsewhere a parent killed with -9 leaves its children.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    # The parent may have died before the call above.
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
