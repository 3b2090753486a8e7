"""Pictures that strangers send: judged by content, decoded within limits, drawn anew without their metadata."""

import io
import threading
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_SIDE = 20_000
LONG_SIDE = 1600
THUMB_SIDE = 360
WANTED_BYTES = 400 * 1024
QUALITIES = (80, 70, 60, 50, 40)
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]
# A decoded picture takes tens of megabytes: one at a time in each process.
_one_at_a_time = threading.Lock()


class PictureRefused(ValueError):
    """What was sent is no picture we can use; the sentence says what to do."""


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew as JPEG, its small one, and where the camera said it was (lat, lon)."""

    data: bytes
    thumb: bytes
    width: int
    height: int
    place: tuple[float, float] | None = None


def read_picture(file: BinaryIO) -> Picture:
    """Decode, turn upright, shrink to 1,600 px and 400 KB, and drop all metadata. Raises PictureRefused."""
    raw = file.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise PictureRefused(_("ภาพมีขนาดใหญ่เกินไป กรุณาเลือกภาพอื่น หรือกด “ข้าม” แล้วแจ้งต่อได้"))
    with _one_at_a_time:
        try:
            return _draw(raw)
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            Image.DecompressionBombError,
        ) as error:
            if isinstance(error, PictureRefused):
                raise
            raise PictureRefused(_("เปิดภาพนี้ไม่ได้ กรุณาเลือกภาพอื่น (JPEG, PNG, WebP หรือ HEIC)")) from error


def _draw(raw: bytes) -> Picture:
    with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
            raise PictureRefused(_("ภาพมีขนาดใหญ่เกินไป กรุณาเลือกภาพอื่น หรือกด “ข้าม” แล้วแจ้งต่อได้"))
        place = _place_of(opened)
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened) or opened
        upright.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
        fresh = Image.new("RGB", upright.size, "white")
        rgba = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else None
        fresh.paste(upright.convert("RGB") if rgba is None else rgba, mask=rgba)
    small = fresh.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Picture(data=_encode(fresh), thumb=_jpeg(small, 75), width=fresh.width, height=fresh.height, place=place)


def _encode(image: Image.Image) -> bytes:
    """The best quality that fits the wanted size; the last one fits or has to do."""
    data = b""
    for quality in QUALITIES:
        data = _jpeg(image, quality)
        if len(data) <= WANTED_BYTES:
            break
    return data


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, progressive=True)
    return out.getvalue()


def _place_of(image: Image.Image) -> tuple[float, float] | None:
    """Where the camera said it was; odd or missing entries give nothing."""
    try:
        gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], negative=gps.get(ExifTags.GPS.GPSLatitudeRef) == "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], negative=gps.get(ExifTags.GPS.GPSLongitudeRef) == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError, OSError, SyntaxError):
        return None
    return (lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def _degrees(parts: object, *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if negative else value
