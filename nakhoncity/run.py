"""`make run`: the whole portal on one machine for a trial: starts its processes, restarts what dies, stops all."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PORT = int(os.environ.get("PORT", "8000"))
DATA_DIR = Path(os.environ.get("DATA_DIR", str(ROOT / "var"))).resolve()
LOOK_EVERY_S = 0.5
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def commands() -> dict[str, list[str]]:
    """The processes by name."""
    manage = [sys.executable, "manage.py"]
    return {
        "web": [
            str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(PORT),
            "--workers", "1", "--blocking-threads", "8", "nakhoncity.wsgi:application",
        ],
        "worker": [
            str(BIN / "celery"), "-A", "nakhoncity", "worker", "-B", "-P", "threads", "-c", "4", "--without-mingle",
            "--without-gossip", "--without-heartbeat", "-l", "WARNING", "-s", str(DATA_DIR / "beat"),
        ],
        "simulator": [*manage, "simulator", "--port", str(PORT + 1)],
    }  # fmt: skip


def _end_with_parent() -> None:
    """On Linux a killed supervisor takes its processes along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGTERM)


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start one process."""
    return subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509


def main() -> None:
    """Prepare the database, start everything, and look after it until Ctrl-C."""
    environment = {**os.environ, "DEMO": "1", "DATA_DIR": str(DATA_DIR), "PYTHONUNBUFFERED": "1"}
    environment.setdefault("PUBLIC_URL", f"http://localhost:{PORT}")
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    for step in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"], ["seed", "--demo"]):
        subprocess.run([sys.executable, "manage.py", *step], cwd=ROOT, env=environment, check=True)  # noqa: S603
    running = {name: start(command, environment) for name, command in commands().items()}
    time.sleep(3)
    subprocess.run([sys.executable, "manage.py", "set_up_line"], cwd=ROOT, env=environment, check=False)
    _say_where()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    try:
        _look_after(running, environment)
    except KeyboardInterrupt:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait(timeout=20)


def _look_after(running: dict[str, subprocess.Popen[bytes]], environment: dict[str, str]) -> None:
    """Start again whatever has died, until a signal ends it."""
    while True:
        time.sleep(LOOK_EVERY_S)
        for name, process in running.items():
            if process.poll() is not None:
                running[name] = start(commands()[name], environment)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say_where() -> None:
    sys.stdout.write(
        f"\n  portal     http://localhost:{PORT}\n"
        f"  simulator  http://localhost:{PORT + 1}  (chat pages of Somchai, Malee, Anan and the staff)\n"
        f"  staff      http://localhost:{PORT}/staff/  clerk, officer-light, head-engineering, supervisor\n"
        f"  password   {os.environ.get('DEMO_PASSWORD', 'nakhon-demo-2569')}\n  Ctrl-C stops everything.\n\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
