"""Pictures that strangers send: judged by content, decoded within limits, drawn anew without their metadata."""

import io
import struct
import threading
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, UnidentifiedImageError
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
# How a camera held on its side or head says so (EXIF orientation), and the turn that undoes it.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# All that decoders are known to raise on broken input, and on too large a picture.
BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)
TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
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
        raise PictureRefused(_too_large())
    with _one_at_a_time:
        try:
            return _draw(raw)
        except PictureRefused:
            raise
        except TOO_LARGE as error:
            raise PictureRefused(_too_large()) from error
        except BROKEN as error:
            raise PictureRefused(_("เปิดภาพนี้ไม่ได้ กรุณาเลือกภาพอื่น (JPEG, PNG, WebP หรือ HEIC)")) from error


def _too_large() -> str:
    return _("ภาพมีขนาดใหญ่เกินไป กรุณาเลือกภาพอื่น หรือกด “ข้าม” แล้วแจ้งต่อได้")


def _draw(raw: bytes) -> Picture:
    with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE:
            raise PictureRefused(_too_large())
        place = _place_of(opened)
        turn = TURNS.get(_orientation_of(opened))
        # A box of the picture's own shape: draft mode never goes below either of its sides.
        share = LONG_SIDE / max(width, height)
        opened.draft("RGB", (int(width * share), int(height * share)))
        see_through = "A" in opened.getbands() or "transparency" in opened.info
        wanted = "RGBA" if see_through else "RGB"
        decoded = opened if opened.mode == wanted else opened.convert(wanted)
        decoded.thumbnail((LONG_SIDE, LONG_SIDE), reducing_gap=2.0)
        upright = decoded if turn is None else decoded.transpose(turn)
        fresh = Image.new("RGB", upright.size, "white")
        fresh.paste(upright, mask=upright if see_through else None)
    data, (width, height) = _encode(fresh)
    fresh.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Picture(data=data, thumb=_jpeg(fresh, 75), width=width, height=height, place=place)


def _encode(image: Image.Image) -> tuple[bytes, tuple[int, int]]:
    """The best quality that fits the wanted size; where none does (noise), the same of a smaller picture."""
    for quality in QUALITIES:
        data = _jpeg(image, quality)
        if len(data) <= WANTED_BYTES:
            return data, image.size
    smaller = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))
    return _encode(smaller)


def _orientation_of(image: Image.Image) -> int:
    """What EXIF says of how the camera was held; broken EXIF says nothing."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except BROKEN:
        return 1


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
    except (*BROKEN, ZeroDivisionError):
        return None
    # Cameras without a fix write 0, 0.
    is_place = -90 <= lat <= 90 and -180 <= lon <= 180 and (lat, lon) != (0, 0)
    return (lat, lon) if is_place else None


def _degrees(parts: object, *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]  # anything may stand there: the caller catches it
    value = round(degrees + minutes / 60 + seconds / 3600, 6)
    return -value if negative else value
