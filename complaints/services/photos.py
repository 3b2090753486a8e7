"""Pictures: the file is on disk before its row is in the database, so no row lacks its file."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.record import Photo
from nakhoncity.kit.images import Picture

MOST_PHOTOS = 5


class TooManyPhotos(Exception):
    """More pictures than a report may have; the sentence says what to do."""

    def __init__(self) -> None:
        super().__init__(f"แนบภาพได้ไม่เกิน {MOST_PHOTOS} ภาพ กรุณาลบภาพที่ไม่ต้องการก่อน")


def attach_to_draft(*, draft: ReportDraft, picture: Picture, now: datetime) -> Photo:
    """Keep a picture with a draft. Raises TooManyPhotos, and OSError when the disk is full."""
    photo = _write(picture, kind=Photo.Kind.BEFORE, now=now, draft=draft)
    with transaction.atomic():
        ReportDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if draft.photos.count() < MOST_PHOTOS:
            photo.save(force_insert=True)
            return photo
    _delete_files([photo])
    raise TooManyPhotos


def keep_pictures(*, complaint: Complaint, pictures: Iterable[Picture], kind: Photo.Kind, now: datetime) -> list[Photo]:
    """Write a case's new pictures to disk and return their rows, not saved yet: the move's transaction inserts them."""
    return [_write(picture, kind=kind, now=now, complaint=complaint) for picture in pictures]


def discard(photos: Iterable[Photo]) -> None:
    """Take back files whose rows were never written."""
    _delete_files(photos)


def remove_from_draft(*, draft: ReportDraft, photo_id: uuid.UUID) -> None:
    """Delete one picture of a draft; one that is gone already is no error."""
    photos = list(draft.photos.filter(pk=photo_id, complaint=None))
    draft.photos.filter(pk__in=[photo.pk for photo in photos]).delete()
    _delete_files(photos)


def sweep_drafts(*, now: datetime) -> int:
    """Delete drafts older than seven days with their pictures' files; returns how many drafts went."""
    expired = list(ReportDraft.objects.expired(now).values_list("pk", flat=True)[:500])
    photos = list(Photo.objects.filter(draft__in=expired, complaint=None))
    with transaction.atomic():
        Photo.objects.filter(draft__in=expired, complaint__isnull=False).update(draft=None)
        ReportDraft.objects.filter(pk__in=expired).delete()
    _delete_files(photos)
    return len(expired)


def _write(picture: Picture, *, kind: Photo.Kind, now: datetime, **owner: Any) -> Photo:
    photo = Photo(kind=kind, width=picture.width, height=picture.height, place=picture.place, created_at=now, **owner)
    photo.file.save(f"{photo.pk}.jpg", ContentFile(picture.data), save=False)
    photo.thumb.save(f"{photo.pk}-s.jpg", ContentFile(picture.thumb), save=False)
    return photo


def _delete_files(photos: Iterable[Photo]) -> None:
    for photo in photos:
        photo.file.delete(save=False)
        photo.thumb.delete(save=False)
