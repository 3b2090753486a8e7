"""A backup is whole or not there, comes back to the same bytes, and nothing is sent after it until released."""

import json
import os
import signal
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from complaints.models.case import Complaint
from complaints.models.record import Photo
from complaints.services.drafts import start_draft
from complaints.services.photos import attach_to_draft
from complaints.tests.factories import file_one
from nakhoncity.backup import archive, services
from nakhoncity.backup.archive import BackupRefused
from nakhoncity.kit.images import Picture
from nakhoncity.line import outbox
from nakhoncity.line.channel import open_channel
from nakhoncity.line.client import SdkClient
from nakhoncity.line.models import ChannelState, OutboundMessage
from nakhoncity.residents.tests.factories import ResidentFactory
from nakhoncity.tests.crew import database_url
from nakhoncity.tests.needs import need
from nakhoncity.tests.portal import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
KILLED_AT_THE_END = """
import os, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from nakhoncity.backup import archive
Path.replace = lambda *_: os.kill(os.getpid(), 9)
call_command("backup")
"""


@pytest.fixture(autouse=True)
def _place(settings, tmp_path, monkeypatch):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path, tmp_path / "backups"
    monkeypatch.setattr("nakhoncity.city.sweeps._marked", {})
    if connection.vendor == "postgresql":
        need(services.database.shutil.which("pg_dump"), "pg_dump")


@pytest.fixture
def town(settings):
    """A case with a picture, told to somebody, whose message is still owed."""
    now = timezone.now()
    draft = start_draft(resident=None, now=now)
    attach_to_draft(draft=draft, picture=Picture(os.urandom(3000), b"thumb", 4, 3), now=now)
    return file_one(now=now, reporter=ResidentFactory(), draft_id=draft.pk)


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table; the channel's is changed by restoring on purpose."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table not in {"line_channelstate", "city_sweepmark"}:
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (a table's name)
                found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def pictures(settings) -> dict[str, bytes]:
    media = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}


def make() -> Path:
    return services.make_backup(now=timezone.now())


def restore(file: Path, *, replace: bool = True) -> archive.Manifest:
    return services.restore_backup(file=file, replace=replace, now=timezone.now())


def spoil(settings) -> None:
    """Lose what a town could lose."""
    for photo in Photo.objects.all():
        photo.file.delete(save=False)
    Complaint.objects.update(text="lost")
    OutboundMessage.objects.all().delete()


def test_restore_gives_back_every_row_and_every_picture(town, settings):
    before, seen = rows(), pictures(settings)
    file = make()
    spoil(settings)

    restore(file)

    assert (rows(), pictures(settings)) == (before, seen)
    assert len(seen) == 2
    assert file_one(now=timezone.now()).pk > town.pk


def test_restore_needs_leave_unless_nobody_has_worked_here(town):
    before, file = rows(), make()
    Complaint.objects.update(text="newer")

    with pytest.raises(BackupRefused, match="--replace"):
        restore(file, replace=False)

    assert Complaint.objects.get().text == "newer"
    call_command("flush", interactive=False, verbosity=0)
    restore(file, replace=False)
    assert rows() == before


def test_nothing_is_sent_after_a_restore_until_released(town, line):
    owed, file = OutboundMessage.objects.due(timezone.now()).count(), make()
    manifest = restore(file)

    outbox.sweep(now=timezone.now(), client=SdkClient())
    told, silent = ChannelState.current().pause_reason, len(line.tried())
    open_channel(now=timezone.now())
    outbox.sweep(now=timezone.now(), client=SdkClient())

    assert (owed, silent, len(line.tried())) == (1, 0, 1)
    assert told == f"restored from the backup of {manifest.made_at}"


def test_restored_message_past_its_use_never_leaves(town, line):
    file = make()
    restore(file)
    late = OutboundMessage.objects.get().expires_at + timedelta(seconds=1)
    open_channel(now=timezone.now())

    outbox.sweep(now=late, client=SdkClient())

    assert (OutboundMessage.objects.get().state, len(line.tried())) == ("expired", 0)


def changed(file: Path, *, name: str, data: bytes | None = None, **manifest: object) -> Path:
    """A copy of a backup with one member or words of its manifest changed."""
    other = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(other, "w") as new:
        for member in old:
            content = old.extractfile(member).read()
            if member.name == archive.MANIFEST:
                content = json.dumps(json.loads(content) | manifest).encode()
            if member.name == name and data is not None:
                content = data
            member.size = len(content)
            new.addfile(member, archive.io.BytesIO(content))
    return other


DOUBTFUL = [
    ({"name": archive.DATABASE, "data": b"other bytes"}, "damaged: database"),
    ({"name": "", "migrations": ["city.9999_of_tomorrow"]}, "newer portal: city.9999_of_tomorrow"),
    ({"name": "", "vendor": "oracle"}, "is of oracle"),
    ({"name": "", "format": 2}, "of format 2"),
]


def test_restore_refuses_what_it_cannot_trust(town):
    file, before = make(), rows()
    half = file.with_name("half.tar")
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])

    for change, words in DOUBTFUL:
        with pytest.raises(BackupRefused, match=words):
            restore(changed(file, **change))
    with pytest.raises(BackupRefused, match=r"half\.tar is"):
        restore(half)

    assert rows() == before


def test_restore_that_fails_in_the_middle_changes_no_row(town, monkeypatch):
    file, before = make(), rows()
    monkeypatch.setattr("nakhoncity.backup.database.PAUSE", "INSERT INTO no_such_table VALUES (1);")

    with pytest.raises((services.database.DatabaseToolFailed, services.database.sqlite3.Error)):
        restore(file)

    assert rows() == before


def test_backup_killed_at_the_end_leaves_the_old_one_whole_and_nothing_half(town, settings):
    old = make()
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "nakhoncity.settings"}
    settings_of_it = {"DEMO": "1", "DATA_DIR": str(settings.DATA_DIR), "BACKUP_DIR": str(settings.BACKUP_DIR)}

    done = subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-c", KILLED_AT_THE_END], cwd=ROOT, env=environment | settings_of_it, check=False, timeout=60
    )

    assert done.returncode == -signal.SIGKILL
    assert list(settings.BACKUP_DIR.glob("*.tar")) == [old]
    assert archive.check(old).vendor == connection.vendor
    newer = services.make_backup(now=timezone.now() + timedelta(seconds=2))
    assert sorted(path.name for path in settings.BACKUP_DIR.iterdir()) == [".lock", old.name, newer.name]


def test_only_the_newest_backups_are_kept(settings):
    settings.BACKUPS_KEPT, now = 2, timezone.now()

    files = [services.make_backup(now=now + timedelta(days=day)) for day in range(3)]

    assert sorted(settings.BACKUP_DIR.glob("*.tar")) == files[1:]


def test_backup_is_for_its_owner_alone_and_made_one_at_a_time(settings):
    file = make()

    assert file.stat().st_mode & 0o777 == 0o600
    with services._alone(file.parent), pytest.raises(BackupRefused, match="under way"):
        make()


def test_day_is_kept_once(settings):
    settings.DEMO, now = False, timezone.now()

    made = [services.back_up_daily(now=now + timedelta(hours=hour)) for hour in (0, 1, 23, 24)]

    assert made == [True, False, False, True]
    settings.DEMO = True
    assert services.back_up_daily(now=now + timedelta(days=9)) is False


def test_age_of_the_last_backup_is_told(client, settings):
    settings.METRICS_TOKEN, now = "a-token-of-16-characters", timezone.now()
    services.make_backup(now=now - timedelta(hours=30))

    page = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).content.decode()

    (age,) = [line.split()[1] for line in page.splitlines() if line.startswith("nakhoncity_last_backup_seconds ")]
    assert 30 * 3600 <= float(age) < 30 * 3600 + 60


def test_commands_say_what_they_did(town, capsys):
    call_command("backup")
    file = Path(capsys.readouterr().out.split()[0])
    call_command("restore", str(file), "--replace")

    said = capsys.readouterr().out
    assert said.splitlines()[0].endswith(": 2 pictures.")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(file))
