"""Picture files without a row go after seven days; those with one, and those on their way, stay."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from complaints import tasks
from complaints.models.record import Photo
from complaints.services.drafts import start_draft
from complaints.services.orphans import sweep_orphans
from complaints.services.photos import _write, attach_to_draft
from complaints.tests.factories import NOW
from nakhoncity.kit.images import Picture

pytestmark = pytest.mark.django_db
PICTURE = Picture(b"jpeg", b"thumb", 4, 3)
OLD, YOUNG = timedelta(days=7, seconds=1), timedelta(days=6, hours=23)


def age(path: Path, how_old: timedelta) -> Path:
    """Make a file that old at NOW."""
    moment = (NOW - how_old).timestamp()
    os.utime(path, (moment, moment))
    return path


def orphan(how_old: timedelta) -> list[Path]:
    """The two files of a picture whose row was never written."""
    photo = _write(PICTURE, kind=Photo.Kind.AFTER, now=NOW)
    return [age(Path(file.path), how_old) for file in (photo.file, photo.thumb)]


def left(settings) -> list[Path]:
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def test_files_without_a_row_go_after_seven_days(settings):
    old, young = orphan(OLD), orphan(YOUNG)

    assert sweep_orphans(now=NOW) == 2
    assert left(settings) == sorted(young)
    assert not any(path.exists() for path in old)


def test_files_of_a_row_stay_however_old(settings):
    photo = attach_to_draft(draft=start_draft(resident=None, now=NOW), picture=PICTURE, now=NOW)
    files = [age(Path(file.path), timedelta(days=900)) for file in (photo.file, photo.thumb)]

    assert sweep_orphans(now=NOW) == 0
    assert left(settings) == sorted(files)


def test_half_a_file_with_the_number_of_a_row_goes(settings):
    photo = attach_to_draft(draft=start_draft(resident=None, now=NOW), picture=PICTURE, now=NOW)
    half = Path(photo.file.path).with_name(f"{photo.pk}.jpg.partial")
    half.write_bytes(b"jp")
    age(half, OLD)

    assert sweep_orphans(now=NOW) == 1
    assert not half.exists()


def test_what_is_not_a_picture_of_ours_is_left_alone(settings):
    other = Path(settings.MEDIA_ROOT) / "other" / "file.bin"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x")
    age(other, OLD)

    assert sweep_orphans(now=NOW) == 0
    assert other.exists()


def test_sweep_without_a_folder_and_twice_is_harmless():
    tasks.sweep_orphans()
    tasks.sweep_orphans()

    assert Photo.objects.count() == 0
