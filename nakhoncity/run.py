"""`make run`: the whole portal on one machine for a trial: starts its processes, restarts what dies, stops all.

Each process leads a group of its own, so that whatever it has started goes with it, and holds the lock of DATA_DIR,
so that the next start knows when the last one is over. Who runs is written in DATA_DIR/run.json.
"""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from nakhoncity.kit.processes import end_with_parent

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BUILT = ROOT / "nakhoncity" / "assets" / "built" / "app" / "icons.svg"
LOOK_EVERY_S = 0.3
READY_WITHIN_S = 120.0
PREPARED_WITHIN_S = 600.0
STOP_WITHIN_S = 8.0
# How long the processes of a killed run may take to end by themselves, and then to be gone.
END_WITHIN_S, GONE_WITHIN_S = 10.0, 5.0
# A process that lived shorter than this is started again after a growing wait.
SHORT_LIFE_S, LONGEST_WAIT_S = 5.0, 30.0
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What pictures took is given back (deploy/web says the same): by itself glibc keeps a heap for each of eight threads.
GIVE_BACK = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}


@dataclass(frozen=True)
class Place:
    """Where this run lives."""

    port: int
    data_dir: Path

    @property
    def url(self) -> str:
        """The portal's address."""
        return f"http://localhost:{self.port}"

    @property
    def simulator_url(self) -> str:
        """The address of the stand-in for LINE."""
        return f"http://localhost:{self.port + 1}"

    @property
    def ports(self) -> tuple[int, ...]:
        """Where its processes listen."""
        return (self.port, self.port + 1)

    @property
    def record(self) -> Path:
        """The file that says which processes run."""
        return self.data_dir / "run.json"

    def environment(self) -> dict[str, str]:
        """What all processes get."""
        given = {**GIVE_BACK, **os.environ, "DEMO": "1", "DATA_DIR": str(self.data_dir), "PYTHONUNBUFFERED": "1"}
        return {"PUBLIC_URL": self.url, **given}

    def commands(self) -> dict[str, list[str]]:
        """The processes by name."""
        return {
            "simulator": [sys.executable, "manage.py", "simulator", "--port", str(self.port + 1)],
            "web": [
                str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
                "--workers", "1", "--blocking-threads", "8", "--respawn-failed-workers", "--workers-kill-timeout", "5",
                "--log-level", "error", "nakhoncity.wsgi:application",
            ],
            "worker": [
                str(BIN / "celery"), "--quiet", "-A", "nakhoncity", "worker", "-B", "-P", "threads", "-c", "4",
                "--without-mingle", "--without-gossip", "--without-heartbeat", "-l", "WARNING",
                "-s", str(self.data_dir / "beat"),
            ],
        }  # fmt: skip


@dataclass
class Running:
    """One of the processes and how it fares."""

    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)
    short_lives: int = 0
    start_again_at: float = 0.0


def say(text: str) -> None:
    """Write a line for the person at the keyboard."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(sentence: str) -> NoReturn:
    """End with one sentence that says what is in the way."""
    raise SystemExit(sentence)


def read_port() -> int:
    """PORT of the environment; what can't be one stops the start."""
    raw = os.environ.get("PORT", "") or "8000"
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) < 65535:
        stop(f"PORT must be a number from 1 to 65534, not “{raw}”.")
    return int(raw)


def read_data_dir() -> Path:
    """DATA_DIR of the environment, made if it is not there; what can't be written stops the start."""
    data_dir = Path(os.environ.get("DATA_DIR", "") or ROOT / "var").resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"DATA_DIR must be a folder that can be written: {data_dir}: {error.strerror}.")
    return data_dir


def take_lock(place: Place) -> int:
    """Be the only run in this DATA_DIR; returns the lock, which the processes inherit."""
    lock = os.open(place.data_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if _lock_within(lock, 0):
        return lock
    record = read_record(place)
    if _is_alive(record.get("supervisor", 0)):
        stop(f"The portal is already running at http://localhost:{record['port']} (Ctrl-C in its window stops it).")
    say("The last run was killed; waiting for its processes to end.")
    if _lock_within(lock, END_WITHIN_S):
        return lock
    for pid in record.get("processes", {}).values():
        _kill_group(pid)
    if not _lock_within(lock, GONE_WITHIN_S):
        stop(f"Processes of an earlier run still hold {place.data_dir}/run.lock: end them, then start again.")
    return lock


def _lock_within(lock: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_EVERY_S)
        else:
            return True


def read_record(place: Place) -> dict[str, Any]:
    """Who runs here, as it was last written; empty when nobody ever did."""
    try:
        record = json.loads(place.record.read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_alive(pid: int) -> bool:
    """Whether a process of this id exists and is ours to signal."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return pid > 0


def _kill_group(pid: int) -> None:
    """End a process and all that it has started, at once."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def check_ports(place: Place) -> None:
    """Stop the start when another program listens where ours would."""
    for port in place.ports:
        for family, kind, _, _, address in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind) as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                _try_to_bind(trial, address, port)


def _try_to_bind(trial: socket.socket, address: Any, port: int) -> None:
    try:
        trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            stop(f"Port {port} is used by another program: end it, or choose another port: make run PORT=8080")
        if error.errno == errno.EACCES:
            stop(f"Port {port} is not open to this account: choose another port: make run PORT=8080")


class Supervisor:
    """Starts the processes, starts again what dies, ends them all."""

    def __init__(self, place: Place, lock: int) -> None:
        self.place, self._lock = place, lock
        self._running: dict[str, Running] = {}
        self._commands = place.commands()
        self._write_record()

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start one process, leader of its group; it gets SIGTERM should this one die."""
        return subprocess.Popen(  # noqa: S603 (our own commands)
            command,
            cwd=ROOT,
            env=self.place.environment(),
            start_new_session=True,
            pass_fds=(self._lock,),
            preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509 (no threads here)
            **options,
        )

    def run_once(self, command: list[str], *, within_s: float) -> tuple[int, str]:
        """Run a command to its end and return its code and what it wrote; it never outlives this call."""
        process = self.start(command, stdout=subprocess.PIPE)
        try:
            written, _ = process.communicate(timeout=within_s)
        except subprocess.TimeoutExpired:
            return 1, ""
        finally:
            _kill_group(process.pid)
            process.wait()
            self._close(process)
        return process.returncode, written.decode()

    @staticmethod
    def _close(process: subprocess.Popen[bytes]) -> None:
        if process.stdout:
            process.stdout.close()

    def start_all(self) -> None:
        """Start every process."""
        for name, command in self._commands.items():
            self._running[name] = Running(self.start(command))
        self._write_record()

    def look(self) -> None:
        """Start again whatever has died: at once, or after a growing wait if it died young again and again."""
        for name, one in self._running.items():
            if one.process.poll() is None:
                continue
            if not one.start_again_at:
                self._bury(name, one)
            if time.monotonic() >= one.start_again_at:
                one.process, one.started_at, one.start_again_at = self.start(self._commands[name]), time.monotonic(), 0
                self._write_record()

    def _bury(self, name: str, one: Running) -> None:
        _kill_group(one.process.pid)
        lived_s = time.monotonic() - one.started_at
        one.short_lives = one.short_lives + 1 if lived_s < SHORT_LIFE_S else 0
        wait_s = min(2.0 ** (one.short_lives - 1), LONGEST_WAIT_S) if one.short_lives else 0.0
        one.start_again_at = time.monotonic() + wait_s
        say(f"  {name} ended ({one.process.returncode}) and is started again.")

    def _write_record(self) -> None:
        pids = {name: one.process.pid for name, one in self._running.items()}
        record = {"supervisor": os.getpid(), "port": self.place.port, "processes": pids}
        part = self.place.record.with_suffix(".part")
        part.write_text(json.dumps(record))
        part.replace(self.place.record)

    def wait_until(self, condition: Callable[[], bool], *, within_s: float) -> bool:
        """Look after the processes until the condition holds; False when it does not in time."""
        deadline = time.monotonic() + within_s
        while not condition():
            if time.monotonic() >= deadline:
                return False
            self.look()
            time.sleep(LOOK_EVERY_S)
        return True

    def end(self) -> None:
        """Ask all to end, wait some seconds, end the rest with their groups."""
        for one in self._running.values():
            one.process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for one in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            _kill_group(one.process.pid)
            one.process.wait()
        self.place.record.unlink(missing_ok=True)


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def prepare(supervisor: Supervisor) -> str:
    """Bring database, static files and demo up to date; returns what the seed says of the case that falls due."""
    say("Preparing the database, the static files and the demo …")
    return run_or_stop(supervisor, [sys.executable, "-m", "nakhoncity.prepare"])


def run_or_stop(supervisor: Supervisor, command: list[str]) -> str:
    """Run a command to its end and return what it wrote; if it fails the start ends with its code."""
    code, written = supervisor.run_once(command, within_s=PREPARED_WITHIN_S)
    if code:
        raise SystemExit(code)  # it has said why
    return written.strip()


def serve(supervisor: Supervisor, due: str) -> None:
    """Start everything, say where it is once it answers, and look after it for ever."""
    supervisor.start_all()
    set_up_line(supervisor)
    wait_until_ready(supervisor)
    say_where(supervisor.place, due)
    supervisor.wait_until(lambda: False, within_s=float("inf"))


def set_up_line(supervisor: Supervisor) -> None:
    """Put up the rich menu at the simulator once it answers."""
    url = f"{supervisor.place.simulator_url}/simulator/api/state"
    supervisor.wait_until(partial(answers, url), within_s=READY_WITHIN_S)
    supervisor.run_once([sys.executable, "manage.py", "set_up_line"], within_s=60)


def wait_until_ready(supervisor: Supervisor) -> None:
    """Wait for the web process to be able to serve; stop when it is not in time."""
    url = f"{supervisor.place.url}/readyz"
    if not supervisor.wait_until(partial(answers, url), within_s=READY_WITHIN_S):
        stop(f"{url} does not answer 200: the lines above say why.")


def say_where(place: Place, due: str) -> None:
    """Addresses, sign-ins, and what will happen in the next minutes."""
    password = os.environ.get("DEMO_PASSWORD", "") or "nakhon-demo-2569"
    say(
        f"""
  portal     {place.url}
  simulator  {place.simulator_url}  (stands in for LINE: chat pages of Somchai, Malee, Anan and the staff)
  staff      {place.url}/staff/  clerk, officer-light, head-engineering, supervisor, mayor, admin
  password   {password}

  {due}
  Then its department's dashboard shows it as overdue, and its head's chat page gets one message.
  Ctrl-C stops everything.
"""
    )


def _raise_stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def keep_running(place: Place, live: Callable[[Supervisor], None]) -> None:
    """Be the only run in this place and let `live` start its processes; whatever ends it, all of them end with it."""
    if not BUILT.exists():
        stop("The front-end is not built: start with `make run` or `make stack`, which build it.")
    lock = take_lock(place)
    check_ports(place)
    for number in ENDING_SIGNALS:
        signal.signal(number, _raise_stop)
    supervisor = Supervisor(place, lock)
    try:
        live(supervisor)
    except KeyboardInterrupt:
        say("Stopping …")
    finally:
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        supervisor.end()


def main() -> None:
    """Prepare, start everything, look after it until Ctrl-C."""
    place = Place(port=read_port(), data_dir=read_data_dir())
    keep_running(place, lambda supervisor: serve(supervisor, prepare(supervisor)))


if __name__ == "__main__":
    main()
