"""Pictures: the file is on disk before its row is in the database, so no row lacks its file."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.models.case import Complaint
from complaints.models.draft import ReportDraft
from complaints.models.record import Photo
from complaints.services.drafts import lock_draft
from nakhoncity.kit.images import Picture, PictureRefused, read_picture

MOST_PHOTOS = 5
SWEPT_AT_ONCE = 500


class TooManyPhotos(PictureRefused):
    """More pictures than a report or an update may have; the sentence says what to do."""

    def __init__(self) -> None:
        super().__init__(f"แนบภาพได้ไม่เกิน {MOST_PHOTOS} ภาพ กรุณาลบภาพที่ไม่ต้องการก่อน")


def attach_to_draft(*, draft: ReportDraft, picture: Picture, now: datetime) -> Photo:
    """Keep a picture with a draft, or with the case that the draft became while the picture was on its way.

    Raises TooManyPhotos, ReportDraft.DoesNotExist when the draft was swept, and OSError when the disk is full.
    """
    photo = _write(picture, kind=Photo.Kind.BEFORE, now=now, draft=draft)
    try:
        _attach(photo, draft.pk)
    except (TooManyPhotos, ReportDraft.DoesNotExist):
        _delete_files([photo])
        raise
    return photo


@transaction.atomic
def _attach(photo: Photo, draft_id: uuid.UUID) -> None:
    draft = lock_draft(draft_id=draft_id)
    if draft is None:
        raise ReportDraft.DoesNotExist
    if draft.photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos
    photo.complaint = Complaint.objects.filter(draft_id=draft.pk).first()
    photo.save(force_insert=True)


def read_pictures(files: Sequence[Any]) -> list[Picture]:
    """The pictures of a form, none left out in silence. Raises TooManyPhotos, PictureRefused for what is none."""
    if len(files) > MOST_PHOTOS:
        raise TooManyPhotos
    return [read_picture(file) for file in files]


def keep_pictures(*, complaint: Complaint, pictures: Iterable[Picture], kind: Photo.Kind, now: datetime) -> list[Photo]:
    """Write a case's new pictures to disk and return their rows, not saved yet: the move's transaction inserts them.

    All or none: raises PictureRefused where the disk has no room.
    """
    kept: list[Photo] = []
    try:
        for picture in pictures:
            kept += [_write(picture, kind=kind, now=now, complaint=complaint)]
    except OSError as error:
        _delete_files(kept)
        raise PictureRefused(_("เก็บภาพไม่ได้ในขณะนี้ กรุณาบันทึกข้อความก่อน แล้วแนบภาพภายหลัง")) from error
    return kept


def discard(photos: Iterable[Photo]) -> None:
    """Take back files whose rows were never written."""
    _delete_files(photos)


def remove_from_draft(*, draft: ReportDraft, photo_id: uuid.UUID) -> None:
    """Delete one picture of a draft; one that is gone already, or has become a case's, is no error and stays so."""
    with transaction.atomic():
        lock_draft(draft_id=draft.pk)
        photos = list(draft.photos.filter(pk=photo_id, complaint=None))
        draft.photos.filter(pk__in=[photo.pk for photo in photos]).delete()
    _delete_files(photos)


def sweep_drafts(*, now: datetime) -> int:
    """Delete drafts older than seven days with their pictures' files; returns how many drafts went.

    Under the drafts' locks: one that is filed or written to at this moment keeps its pictures.
    """
    with transaction.atomic():
        rows = ReportDraft.objects.expired(now).select_for_update().order_by("pk")
        expired = list(rows.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
        Photo.objects.filter(draft__in=expired, complaint__isnull=False).update(draft=None)
        photos = list(Photo.objects.filter(draft__in=expired))
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
