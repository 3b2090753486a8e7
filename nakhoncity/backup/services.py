"""Making a backup and restoring one."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from nakhoncity.backup import archive, database
from nakhoncity.backup.archive import BackupRefused, Manifest
from nakhoncity.city.sweeps import mark_sweep, seconds_since_sweep

MARK = "backup"
EACH = timedelta(hours=23, minutes=30)


def make_backup(*, now: datetime, folder: Path | None = None, keep: int | None = None) -> Path:
    """Write a backup into `folder` (the setting BACKUP_DIR) and delete all but the newest `keep`; returns the file.

    What is there already stays whole until the new one is. Raises BackupRefused, DatabaseToolFailed, OSError.
    """
    folder = folder or settings.BACKUP_DIR
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"nakhoncity-{now:%Y%m%dT%H%M%SZ}.tar"
    with _alone(folder), tempfile.TemporaryDirectory(prefix="under-way-", dir=folder) as place:
        partial, rows = Path(place) / target.name, Path(place) / archive.DATABASE
        manifest = Manifest(made_at=now.isoformat(), vendor=connection.vendor, migrations=database.migrations())
        # Rows first: a picture without its row is harmless, a row without its picture is not.
        database.dump(rows)
        archive.write(partial, database=rows, media=Path(settings.MEDIA_ROOT), manifest=manifest)
        partial.chmod(0o600)
        partial.replace(target)
        _prune(folder, settings.BACKUPS_KEPT if keep is None else keep)
    mark_sweep(name=MARK, now=now)
    return target


def restore_backup(*, file: Path, replace: bool, now: datetime) -> Manifest:
    """Put the portal back as it was when `file` was made, then bring it up to date; LINE stays silent until released.

    Raises BackupRefused, changing nothing: damaged, made by a newer portal or with another kind of database, or this
    portal is in use and `replace` was not said. Raises DatabaseToolFailed with the database as it was.
    """
    manifest = archive.check(file)
    _refuse_unless_it_fits(manifest)
    if not replace and not database.is_empty():
        msg = "This portal has people in it, who would be lost. Say --replace if that is meant."
        raise BackupRefused(msg)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=settings.DATA_DIR) as place:
        rows = Path(place) / archive.DATABASE
        archive.unpack(file, database=rows, media=Path(settings.MEDIA_ROOT))
        database.load(rows, now=now, reason=f"restored from the backup of {manifest.made_at}")
    call_command("migrate", verbosity=0, interactive=False)
    return manifest


def back_up_daily(*, now: datetime) -> bool:
    """Make a backup if the last one is a day old; returns whether. A demo is not kept."""
    age = seconds_since_backup(now=now)
    if settings.DEMO or (age is not None and age < EACH.total_seconds()):
        return False
    make_backup(now=now)
    return True


def seconds_since_backup(*, now: datetime) -> float | None:
    """How old the last finished backup is; None where none was ever made."""
    return seconds_since_sweep(name=MARK, now=now)


def _refuse_unless_it_fits(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        msg = f"The backup is of {manifest.vendor}, this portal runs on {connection.vendor}."
        raise BackupRefused(msg)
    known = {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        msg = f"The backup was made by a newer portal: {unknown[0]} is unknown here. Update first."
        raise BackupRefused(msg)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Only one backup at a time; what a killed one left is cleared away."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            msg = "Another backup is under way."
            raise BackupRefused(msg) from None
        for place in folder.glob("under-way-*"):
            for path in place.iterdir():
                path.unlink()
            place.rmdir()
        yield


def _prune(folder: Path, keep: int) -> None:
    for old in sorted(folder.glob("nakhoncity-*.tar"))[: -max(keep, 1)]:
        old.unlink()
