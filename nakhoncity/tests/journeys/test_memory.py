"""What a rush of pictures leaves behind in the web process."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from nakhoncity.tests.journeys.people import picture

pytestmark = pytest.mark.journey
MOST_MB = 190
AT_ONCE, EACH = 8, 4
TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)')


def memory_of_children(parent):
    """Megabytes in use by each process that another has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(re.findall(r"^(PPid|VmRSS):\s+(\d+)", status.read_text(), flags=re.MULTILINE))
        except OSError:
            continue
        if told.get("PPid") == str(parent) and "VmRSS" in told:
            found.append(int(told["VmRSS"]) / 1024)
    return found


def send_pictures(portal, photo):
    """Somebody hangs pictures on a report; how each was answered."""
    with requests.Session() as session:
        session.get(f"{portal.url}/liff/report/?new=1", timeout=20)
        page = session.get(f"{portal.url}/liff/report/photo/", timeout=20)
        token = {"csrfmiddlewaretoken": TOKEN.search(page.text)[1]}
        sent = {"photos": (photo["name"], photo["buffer"], photo["mimeType"])}
        address = f"{portal.url}/liff/report/photo/upload/"
        return [session.post(address, data=token, files=sent, timeout=60).status_code for _ in range(EACH)]


def test_web_process_gives_back_what_pictures_of_twelve_megapixels_took(portal):
    photos = [picture(f"rush {n}") for n in range(AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as people:
        answers = list(people.map(lambda photo: send_pictures(portal, photo), photos))

    assert {status for statuses in answers for status in statuses} == {201}
    memory = memory_of_children(portal.pids()["web"])
    assert memory
    assert max(memory) < MOST_MB
