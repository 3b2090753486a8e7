"""Pictures of a draft, and of the case it becomes: no row without its file, no file of a case thrown away."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage

from complaints.models.draft import ReportDraft
from complaints.models.record import Photo
from complaints.services import photos
from complaints.services.drafts import start_draft
from complaints.tests.factories import NOW, file_one, hours
from nakhoncity.kit.images import Picture

pytestmark = pytest.mark.django_db
PICTURE = Picture(b"jpeg", b"thumb", 4, 3)


@pytest.fixture
def draft():
    return start_draft(resident=None, now=NOW)


def attach(draft: ReportDraft) -> Photo:
    return photos.attach_to_draft(draft=draft, picture=PICTURE, now=NOW)


def files_on_disk(settings) -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_attach_to_draft_writes_picture_and_small_one(draft):
    photo = attach(draft)

    assert [Path(file.path).read_bytes() for file in (photo.file, photo.thumb)] == [b"jpeg", b"thumb"]


def test_sixth_picture_is_refused_and_leaves_no_file(draft, settings):
    for _ in range(photos.MOST_PHOTOS):
        attach(draft)

    with pytest.raises(photos.TooManyPhotos):
        attach(draft)

    assert (draft.photos.count(), files_on_disk(settings)) == (5, 10)


def test_picture_that_arrives_after_the_filing_becomes_the_cases(draft):
    complaint = file_one(draft_id=draft.pk)

    photo = attach(draft)

    assert photo.complaint == complaint


def test_picture_of_a_swept_draft_is_refused_and_leaves_no_file(draft, settings):
    gone = ReportDraft(pk=uuid4())

    with pytest.raises(ReportDraft.DoesNotExist):
        attach(gone)

    assert files_on_disk(settings) == 0


def test_remove_from_draft_deletes_row_and_files(draft, settings):
    photo = attach(draft)

    photos.remove_from_draft(draft=draft, photo_id=photo.pk)

    assert (Photo.objects.count(), files_on_disk(settings)) == (0, 0)


def test_remove_from_draft_leaves_a_picture_that_has_become_a_cases(draft, settings):
    photo = attach(draft)
    file_one(draft_id=draft.pk)

    photos.remove_from_draft(draft=draft, photo_id=photo.pk)

    assert (Photo.objects.count(), files_on_disk(settings)) == (1, 2)


def test_remove_from_draft_leaves_pictures_of_other_drafts(draft):
    other = attach(start_draft(resident=None, now=NOW))

    photos.remove_from_draft(draft=draft, photo_id=other.pk)

    assert Photo.objects.get() == other


def test_sweep_drafts_takes_a_weeks_old_draft_with_its_files(draft, settings):
    attach(draft)

    swept = photos.sweep_drafts(now=NOW + hours(7 * 24))

    assert (swept, ReportDraft.objects.count(), files_on_disk(settings)) == (1, 0, 0)


def test_sweep_drafts_leaves_a_younger_one(draft):
    attach(draft)

    swept = photos.sweep_drafts(now=NOW + hours(7 * 24 - 1))

    assert (swept, Photo.objects.count()) == (0, 1)


def test_sweep_drafts_leaves_the_pictures_of_a_filed_case(draft, settings):
    attach(draft)
    complaint = file_one(draft_id=draft.pk)

    photos.sweep_drafts(now=NOW + hours(7 * 24))

    photo = complaint.photos.get()
    assert (ReportDraft.objects.count(), files_on_disk(settings)) == (0, 2)
    assert default_storage.exists(photo.file.name)


def test_disk_full_leaves_no_row(draft, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)

    with pytest.raises(OSError, match="No space left"):
        attach(draft)

    assert Photo.objects.count() == 0
