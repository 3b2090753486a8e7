"""One installation for the fault run: its real processes, one by one, and what came to LINE."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from nakhoncity.run import Place, answers
from nakhoncity.tests.portal import ROOT, clean_environment, free_port, processes_in, wait_for

PEOPLE = json.loads((ROOT / "nakhoncity/simulator/people.json").read_text(encoding="utf-8"))
USER_IDS = [person["user_id"] for person in PEOPLE]
ACCEPTED = "accepted"
Row = dict[str, Any]


class Rig:
    """Starts, kills and questions the processes of one installation."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.place = Place(port=free_port(), data_dir=data_dir)
        self.environment = clean_environment(
            DEMO="1", DATA_DIR=str(data_dir), PUBLIC_URL=self.place.url, PYTHONUNBUFFERED="1", **settings
        )
        self._log = (data_dir / "processes.log").open("ab")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._hand = subprocess.Popen(
            [sys.executable, "-m", "nakhoncity.tests.faults.hand"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    # Processes

    def start(self, name: str) -> None:
        """Start web, worker or simulator by the command that `make run` uses."""
        self._processes[name] = subprocess.Popen(  # noqa: S603 (our own command)
            self.place.commands()[name],
            cwd=ROOT,
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """kill -9; it must have been alive, or the fault did not fire."""
        process = self._processes[name]
        assert process.poll() is None, f"{name} had ended before it was killed"
        process.kill()
        process.wait(timeout=10)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process."""
        self._processes[name].send_signal(number)

    def is_up(self, name: str) -> bool:
        """Whether web or simulator answers."""
        urls = {"web": f"{self.place.url}/readyz", "simulator": f"{self.place.simulator_url}/simulator/api/state"}
        return answers(urls[name])

    def wait_up(self, name: str) -> None:
        """Wait until it answers."""
        wait_for(lambda: self.is_up(name), within_s=60, what=f"{name} answers")

    def end(self) -> None:
        """Leave no process."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._hand.communicate(timeout=10)
        self._log.close()
        for pid in processes_in(self.place.data_dir):
            os.kill(pid, signal.SIGKILL)

    # The hand inside

    def order(self, do: str, **what: Any) -> Any:
        """Let the hand inside do something; returns its answer."""
        self.tell(do, **what)
        return self.hear()

    def tell(self, do: str, **what: Any) -> None:
        """Give an order without waiting."""
        assert self._hand.stdin
        self._hand.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self._hand.stdin.flush()

    def hear(self) -> Any:
        """The answer to an order."""
        assert self._hand.stdout
        line = self._hand.stdout.readline()
        assert line, f"the hand has ended:\n{self.log()}"
        return json.loads(line)

    def log(self) -> str:
        """What the processes wrote."""
        return (self.place.data_dir / "processes.log").read_text(encoding="utf-8", errors="replace")

    def rows(self, mark: str = "") -> list[Row]:
        """The outbox, or its rows of one mark."""
        rows: list[Row] = self.order("rows")
        return [row for row in rows if not mark or row["event"] == f"fault:{mark}"]

    def owe(self, mark: str, people: int) -> None:
        """Owe a message to each of so many people."""
        assert self.order("owe", mark=mark, user_ids=USER_IDS[-people:]) == people

    def wait_accepted(self, mark: str = "", *, within_s: float = 60) -> list[Row]:
        """Wait until LINE has all messages (of a mark) and the portal knows it; returns them."""

        def all_there() -> list[Row]:
            rows = self.rows(mark)
            return rows if rows and all(row["state"] == ACCEPTED for row in rows) else []

        found: list[Row] = wait_for(all_there, within_s=within_s, what=f"all messages {mark} accepted")
        return found

    # The simulator

    def ask(self, path: str, data: Row | None = None) -> Any:
        """Ask the simulator's own doors."""
        request = urllib.request.Request(  # noqa: S310 (our own address)
            f"{self.place.simulator_url}/simulator/api/{path}",
            data=json.dumps(data).encode() if data is not None else None,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310
            return json.loads(response.read())

    def received(self) -> list[Row]:
        """Every request to send that came to LINE."""
        found: list[Row] = self.ask("received?limit=5000")["received"]
        return found

    def keys(self) -> dict[str, Row]:
        """How often each retry key came, and with which outcomes."""
        return {row["retry_key"]: row for row in self.ask("keys")["keys"]}


class Visitor:
    """Somebody with a browser and no script."""

    def __init__(self, rig: Rig) -> None:
        self._url, self._cookies = rig.place.url, CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies))
        self.times: list[float] = []

    def open(self, path: str, **form: str) -> str:
        """Open a page, or send a form; returns the address where it ended and the page."""
        csrf = next((cookie.value for cookie in self._cookies if cookie.name == "csrf"), "")
        request = urllib.request.Request(  # noqa: S310 (our own address)
            self._url + path,
            data=urllib.parse.urlencode(form).encode() if form else None,
            headers={"X-CSRFToken": csrf or ""},
        )
        began = time.monotonic()
        with self._browser.open(request, timeout=30) as response:
            page, address = response.read().decode(), response.url
        self.times.append(time.monotonic() - began)
        return f"{address}\n{page}"

    def sign_in(self, token: str) -> int:
        """Sign in with an ID token; returns the answer's status, 204 when it went well."""
        self.open("/liff/report/")
        try:
            self.open("/liff/session/", id_token=token)
        except urllib.error.HTTPError as error:
            error.close()
            assert not self.is_signed_in(), "refused, and a cookie all the same"
            return error.code
        return 204 if self.is_signed_in() else 0

    def is_signed_in(self) -> bool:
        """Whether the browser has a resident's cookie."""
        return any(cookie.name == "resident" for cookie in self._cookies)

    def report(self) -> str:
        """Report something, step by step; returns the reference that was shown."""
        self.open("/liff/report/?new=1")
        self.open("/liff/report/photo/", next="1")
        self.open("/liff/report/what/", category="UNSURE")
        self.open("/liff/report/where/", address_text="หน้าตลาด")
        shown = self.open("/liff/report/detail/", text="น้ำท่วมขังหน้าบ้าน")
        found = re.match(r"\S+/liff/report/done/([^/]+)/", shown)
        assert found, shown[:300]
        return found[1]
