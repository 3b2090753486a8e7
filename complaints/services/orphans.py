"""Picture files that no row knows: left by a disk that was full, a process that was killed, or a restore."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings

from complaints.models.record import Photo

# A file is on disk before its row is: seconds before, never days. What is younger may be under way.
OLD = timedelta(days=7)
AT_ONCE = 500


def sweep_orphans(*, now: datetime) -> int:
    """Delete picture files older than seven days without a row; returns how many went.

    Rows are asked for after the files were seen, and a file's name is never used again: a row that is written
    meanwhile belongs to a younger file.
    """
    media, gone = Path(settings.MEDIA_ROOT), 0
    files = _old_files(media / "photos", before=(now - OLD).timestamp())
    while some := list(islice(files, AT_ONCE)):
        known = _known({path.name for path in some})
        for path in some:
            if str(path.relative_to(media)) not in known:
                path.unlink(missing_ok=True)
                gone += 1
    return gone


def _old_files(folder: Path, *, before: float) -> Iterator[Path]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            try:
                if path.stat().st_mtime < before:
                    yield path
            except FileNotFoundError:
                continue


def _known(names: set[str]) -> set[str]:
    """The files of the rows whose number stands in one of the names: asked by key, for files have no index."""
    rows = Photo.objects.filter(pk__in={number for name in names if (number := _number(name))})
    return {file for pair in rows.values_list("file", "thumb") for file in pair}


def _number(name: str) -> UUID | None:
    try:
        return UUID(name[:36])
    except ValueError:
        return None
