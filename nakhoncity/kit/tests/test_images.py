"""Pictures from strangers: good ones are drawn anew, bad ones refused with a sentence."""

import io
import struct
import threading
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from nakhoncity.kit import images
from nakhoncity.kit.images import Picture, PictureRefused, read_picture

TOO_LARGE = "ภาพมีขนาดใหญ่เกินไป กรุณาเลือกภาพอื่น หรือกด “ข้าม” แล้วแจ้งต่อได้"
UNREADABLE = "เปิดภาพนี้ไม่ได้ กรุณาเลือกภาพอื่น (JPEG, PNG, WebP หรือ HEIC)"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def two_coloured(width: int = 80, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def photo(width: int, height: int) -> Image.Image:
    """As much detail as a photograph has: noise, and two gradients."""
    noise = Image.effect_noise((width // 4, height // 4), 60).resize((width, height))
    linear = Image.linear_gradient("L").resize((width, height))
    radial = Image.radial_gradient("L").resize((width, height))
    return Image.merge("RGB", (noise, linear, radial))


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> Picture:
    return read_picture(io.BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(PictureRefused) as refused:
        read(data)
    return str(refused.value)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def colour_at(data: bytes, x: int, y: int) -> str:
    red, _, blue = opened(data).convert("RGB").getpixel((x, y))
    return "red" if red > blue else "blue"


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "MPO"])
def test_read_picture_takes_what_phones_make(kind):
    picture = read(encoded(two_coloured(400, 200), kind))

    assert (picture.width, picture.height) == (400, 200)
    assert (opened(picture.data).format, opened(picture.data).mode) == ("JPEG", "RGB")
    assert (colour_at(picture.data, 20, 100), colour_at(picture.data, 380, 100)) == ("red", "blue")


def test_a_large_picture_is_shrunk_to_1600_and_its_thumb_to_360():
    picture = read(encoded(two_coloured(3200, 1800)))

    assert (picture.width, picture.height) == opened(picture.data).size == (1600, 900)
    assert opened(picture.thumb).size == (360, 203)


def test_a_small_picture_is_not_blown_up():
    assert (read(encoded(two_coloured(80, 40))).width, 80) == (80, 80)


def test_a_very_long_picture_keeps_a_side_of_one():
    picture = read(encoded(Image.new("RGB", (20_000, 1), RED), "PNG"))

    assert (picture.width, picture.height) == (1600, 1)


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)),
        Image.new("LA", (50, 50), (0, 0)),
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).quantize(),
    ],
    ids=["rgba", "grey", "palette"],
)
def test_what_is_transparent_becomes_white(image):
    assert opened(read(encoded(image, "PNG")).data).getpixel((25, 25)) == (255, 255, 255)


def test_a_printers_jpeg_becomes_rgb():
    assert opened(read(encoded(two_coloured().convert("CMYK"))).data).mode == "RGB"


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (80, 40), (5, 20)),
        (2, (80, 40), (75, 20)),
        (3, (80, 40), (75, 20)),
        (4, (80, 40), (5, 20)),
        (5, (40, 80), (20, 5)),
        (6, (40, 80), (20, 5)),
        (7, (40, 80), (20, 75)),
        (8, (40, 80), (20, 75)),
        (9, (80, 40), (5, 20)),
    ],
)
def test_the_cameras_turn_is_undone(orientation, size, red_at):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation

    picture = read(encoded(two_coloured(), exif=exif))

    assert (picture.width, picture.height) == size
    assert colour_at(picture.data, *red_at) == "red"


def test_a_heic_is_not_turned_twice():
    """HEIC says in its own box how it stands, and is decoded so; EXIF only repeats it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6

    picture = read(encoded(two_coloured(400, 200), "HEIF", exif=exif))

    assert (picture.width, picture.height) == (400, 200)


def exif_at(lat: object, lon: object, refs: tuple[str, str] = ("N", "E")) -> Image.Exif:
    exif = Image.Exif()
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef] = refs
    gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLongitude] = lat, lon
    exif[ExifTags.Base.Artist] = "Somchai"
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_cameras_place_is_told_and_nothing_else_is_kept(kind):
    exif = exif_at((8.0, 25.0, 49.44), (99.0, 57.0, 47.16))
    extra = {"comment": b"call Somchai"} if kind == "JPEG" else {}
    sent = encoded(two_coloured(), kind, exif=exif, **extra)
    assert b"Somchai" in sent

    picture = read(sent)

    assert picture.place == (8.4304, 99.9631)
    for drawn in (picture.data, picture.thumb):
        assert b"Somchai" not in drawn
        assert b"Exif" not in drawn
        assert "comment" not in opened(drawn).info


def test_south_and_west_are_negative():
    assert read(encoded(two_coloured(), exif=exif_at((1.0, 30.0, 0.0), (2.0, 0.0, 0.0), ("S", "W")))).place == (
        -1.5,
        -2.0,
    )


@pytest.mark.parametrize(
    ("lat", "lon"),
    [((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), ((99.0, 0.0, 0.0), (1.0, 0.0, 0.0)), ((8.0,), (99.0,))],
    ids=["no fix", "off the globe", "cut short"],
)
def test_an_odd_place_is_no_place(lat, lon):
    assert read(encoded(two_coloured(), exif=exif_at(lat, lon))).place is None


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_exif_does_not_lose_the_picture():
    assert read(encoded(two_coloured(), exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")).width == 80


def test_noise_fits_400_kb_too():
    noise = Image.merge("RGB", [Image.effect_noise((1600, 1600), 120) for _ in range(3)])

    picture = read(encoded(noise, quality=95))

    assert len(picture.data) <= 400 * 1024
    assert (picture.width, picture.height) == opened(picture.data).size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><body>hello</body></html>",
        b"%PDF-1.7",
        encoded(two_coloured(), "GIF"),
        encoded(two_coloured(), "BMP"),
        encoded(two_coloured(), "TIFF"),
    ],
    ids=["empty", "nul", "svg", "html", "pdf", "gif", "bmp", "tiff"],
)
def test_what_is_no_phone_picture_is_refused(data):
    assert refusal(data) == UNREADABLE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_picture_is_refused(kind, share):
    data = encoded(photo(400, 300), kind)

    assert refusal(data[: int(len(data) * share)]) == UNREADABLE


@pytest.mark.parametrize(
    ("width", "height"), [(40_000, 1000), (40_000, 40_000), (10_000, 5001), (12_000, 12_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_bomb_is_refused_before_it_is_decoded(width, height, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda _: pytest.fail("decoded"))

    assert refusal(png_header(width, height)) == TOO_LARGE


def test_fifteen_megabytes_are_the_most_and_no_more_is_read():
    file = io.BytesIO(b"\xff" * (15 * 1024 * 1024 + 2))

    with pytest.raises(PictureRefused) as refused:
        read_picture(file)

    assert str(refused.value) == TOO_LARGE
    assert file.tell() == 15 * 1024 * 1024 + 1


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]), data=st.data())
def test_a_damaged_picture_is_read_or_refused_but_never_crashes(kind, data):
    damaged = bytearray(encoded(two_coloured(64, 64), kind, exif=exif_at((8.0, 25.0, 0.0), (99.0, 57.0, 0.0))))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))

    try:
        picture = read(bytes(damaged))
    except PictureRefused:
        return

    assert opened(picture.data).format == "JPEG"


def test_one_picture_is_decoded_at_a_time(monkeypatch):
    running, most = [], []

    def slow_draw(raw: bytes) -> Picture:
        running.append(raw)
        most.append(len(running))
        threading.Event().wait(0.02)
        running.remove(raw)
        return Picture(data=b"", thumb=b"", width=1, height=1)

    monkeypatch.setattr(images, "_draw", slow_draw)
    threads = [threading.Thread(target=read, args=(bytes([number]),)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)

    assert most == [1, 1, 1, 1, 1]


def test_the_lock_is_free_again_after_a_refusal():
    refusal(b"no picture")

    assert images._one_at_a_time.acquire(timeout=0.1)
    images._one_at_a_time.release()


def test_twelve_megapixels_cost_at_most_600_ms():
    data = encoded(photo(4000, 3000), quality=90)

    costs = []
    for _ in range(3):
        before = time.process_time()
        picture = read(data)
        costs.append(time.process_time() - before)

    assert (picture.width, picture.height) == (1600, 1200)
    assert len(picture.data) <= 400 * 1024
    assert min(costs) <= 0.6
