"""`make stack`: the processes of docker-compose.yml without Docker, against a PostgreSQL and a Redis that are there.

It runs the very files of deploy/ that the containers run; with DEMO=1 also the demo and the simulator.
"""

import os
import sys
from dataclasses import dataclass

from nakhoncity.environment import env, read_flag, read_text
from nakhoncity.run import (
    BIN,
    ROOT,
    Place,
    Supervisor,
    keep_running,
    read_data_dir,
    read_port,
    run_or_stop,
    say,
    say_where,
    set_up_line,
    stop,
    wait_until_ready,
)

DEPLOY = ROOT / "deploy"
PREPARE, PROCESSES = "prepare", ("web", "worker", "beat")
NEEDED = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Redis"}


@dataclass(frozen=True)
class Stack(Place):
    """Where a stack lives: in DATA_DIR are pictures and the beat's file, all else is in PostgreSQL."""

    is_demo: bool

    @property
    def ports(self) -> tuple[int, ...]:
        """Where its processes listen."""
        return super().ports if self.is_demo else (self.port,)

    def environment(self) -> dict[str, str]:
        """What all processes get: the settings as they stand, and our Python before any other."""
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
        return {"PUBLIC_URL": self.url, **os.environ, **own, "PATH": path}

    def commands(self) -> dict[str, list[str]]:
        """The processes by name."""
        simulator = [sys.executable, "manage.py", "simulator", "--port", str(self.port + 1)]
        demo = {"simulator": simulator} if self.is_demo else {}
        return demo | {name: [str(DEPLOY / name)] for name in PROCESSES}


def read_stack() -> Stack:
    """The place that .env and the environment name; a setting that is missing stops the start."""
    if (ROOT / ".env").exists():
        env.read_env(str(ROOT / ".env"))
    for name, what in NEEDED.items():
        if not read_text(name):
            stop(f"{name} is missing: make stack needs the address of a {what} (make run needs none).")
    if not read_text("DATABASE_URL").startswith(("postgres://", "postgresql://")):
        stop("DATABASE_URL must name a PostgreSQL for make stack (make run takes SQLite).")
    return Stack(port=read_port(), data_dir=read_data_dir(), is_demo=read_flag("DEMO", default=False))


def prepare(supervisor: Supervisor, *, is_demo: bool) -> str:
    """Bring database and static files up to date; returns what the demo's seed says, "" without a demo."""
    say("Preparing the database and the static files …")
    run_or_stop(supervisor, [str(DEPLOY / PREPARE)])
    run_or_stop(supervisor, [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"])
    return run_or_stop(supervisor, [sys.executable, "manage.py", "seed", "--demo"]) if is_demo else ""


def serve(supervisor: Supervisor, stack: Stack) -> None:
    """Prepare and start everything, say where it is once it answers, and look after it for ever."""
    due = prepare(supervisor, is_demo=stack.is_demo)
    supervisor.start_all()
    if stack.is_demo:
        set_up_line(supervisor)
    wait_until_ready(supervisor)
    if stack.is_demo:
        say_where(stack, due)
    else:
        say(f"\n  portal  {stack.url}  (for people: {stack.environment()['PUBLIC_URL']})\n  Ctrl-C stops everything.\n")
    supervisor.wait_until(lambda: False, within_s=float("inf"))


def main() -> None:
    """Run the stack until Ctrl-C."""
    stack = read_stack()
    keep_running(stack, lambda supervisor: serve(supervisor, stack))


if __name__ == "__main__":
    main()
