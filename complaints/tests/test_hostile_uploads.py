"""Hostile uploads through every page that takes pictures: a clear sentence, no file left, no word lost."""

import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.models.record import Photo
from complaints.tests.desk import assigned
from complaints.tests.doors import begin_report, browser_of, picture_file, post_update

pytestmark = pytest.mark.django_db
NO_PICTURE = "เปิดภาพนี้ไม่ได้ กรุณาเลือกภาพอื่น (JPEG, PNG, WebP หรือ HEIC)"
TOO_LARGE = "ภาพมีขนาดใหญ่เกินไป กรุณาเลือกภาพอื่น หรือกด “ข้าม” แล้วแจ้งต่อได้"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def upload(data: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def jpeg() -> bytes:
    return picture_file(size=(400, 300)).read()


def wide_png(width: int) -> bytes:
    """The head of a PNG that claims to be so wide, with next to nothing behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, width, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


HOSTILE_FILES = {
    "a text called .jpg": (lambda: b"this is no picture", NO_PICTURE),
    "a page called .jpg": (lambda: b"<html><script>alert(1)</script></html>", NO_PICTURE),
    "SVG": (lambda: SVG, NO_PICTURE),
    "nothing": (lambda: b"", NO_PICTURE),
    "half a JPEG": (lambda: jpeg()[:200], NO_PICTURE),
    "40,000 pixels wide": (lambda: wide_png(40_000), TOO_LARGE),
    "more than 15 MB": (lambda: jpeg() + b"\x00" * (15 * 1024 * 1024), TOO_LARGE),
}
hostile_file = pytest.mark.parametrize(("make", "sentence"), HOSTILE_FILES.values(), ids=HOSTILE_FILES)


def files_on_disk(settings) -> int:
    return sum(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


# Uploads


@hostile_file
def test_hostile_upload_is_refused_with_a_sentence(category, settings, make, sentence):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-photo-upload"), {"photos": upload(make())})

    assert (response.status_code, response.json()) == (422, {"message": sentence})
    assert (Photo.objects.count(), files_on_disk(settings)) == (0, 0)


@hostile_file
def test_hostile_upload_without_script_is_refused_on_the_page(category, make, sentence):
    client = browser_of()
    begin_report(client, category)

    response = client.post(reverse("complaints:report-photo"), {"photos": upload(make())})

    assert response.status_code == 422
    assert sentence in response.content.decode()


@hostile_file
def test_hostile_after_photo_keeps_what_the_officer_has_typed(case, head, settings, make, sentence):
    client = browser_of(head)

    response = post_update(client, assigned(case, head), public_text="เปลี่ยนหลอดแล้ว", photos=upload(make()))

    page = response.content.decode()
    assert (response.status_code, sentence in page, "เปลี่ยนหลอดแล้ว</textarea>" in page) == (422, True, True)
    assert (case.photos.count(), files_on_disk(settings)) == (0, 0)


@hostile_file
def test_hostile_picture_to_an_own_case_keeps_the_words(case, somchai, make, sentence):
    address = reverse("complaints:my-case", args=[case.reference])

    response = browser_of(somchai).post(address, {"text": "เสาต้นที่สาม", "photos": upload(make())})

    page = response.content.decode()
    assert (response.status_code, sentence in page, "เสาต้นที่สาม</textarea>" in page) == (422, True, True)


def test_picture_of_11_mb_is_taken(category):
    client = browser_of()
    begin_report(client, category)

    response = client.post(
        reverse("complaints:report-photo-upload"), {"photos": upload(jpeg() + b"\x00" * (11 * 1024 * 1024))}
    )

    assert (response.status_code, Photo.objects.count()) == (201, 1)


def test_picture_called_txt_is_taken_for_what_it_is(category):
    client = browser_of()
    begin_report(client, category)

    response = client.post(
        reverse("complaints:report-photo-upload"), {"photos": upload(jpeg(), "../../etc/passwd.txt")}
    )

    name = Photo.objects.get().file.name
    assert (response.status_code, name.startswith("photos/"), name.endswith(".jpg")) == (201, True, True)


def test_sixth_picture_of_an_update_is_not_dropped_in_silence(case, head):
    client = browser_of(head)

    response = post_update(client, case, public_text="ดูภาพ", photos=[picture_file() for _ in range(6)])

    page = response.content.decode()
    assert (response.status_code, "แนบภาพได้ไม่เกิน 5 ภาพ" in page, "ดูภาพ</textarea>" in page) == (422, True, True)
    assert case.photos.count() == 0


def test_full_disk_keeps_the_words_of_an_update(case, head, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)

    response = post_update(browser_of(head), case, public_text="ดูภาพ", photos=picture_file())

    page = response.content.decode()
    assert (response.status_code, "เก็บภาพไม่ได้ในขณะนี้" in page, "ดูภาพ</textarea>" in page) == (422, True, True)


def test_upload_without_a_draft_says_that_it_has_expired():
    response = browser_of().post(reverse("complaints:report-photo-upload"), {"photos": picture_file()})

    assert (response.status_code, response.json()) == (404, {"message": "ร่างนี้หมดอายุแล้ว กรุณาเริ่มใหม่"})
