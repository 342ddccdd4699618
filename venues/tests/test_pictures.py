import io
import random
import struct

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageCms

from core.pictures import (
    MAX_ASPECT,
    MAX_BYTES,
    SIDE,
    InvalidPicture,
    as_webp,
    read_picture,
)
from venues.pictures import set_picture
from venues.tests.factories import make_venue


def file_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), name="picture")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_reads_common_formats(kind):
    read = read_picture(file_of(Image.new("RGB", (40, 30), "#cc3300"), kind))
    assert (read.mode, read.size) == ("RGB", (40, 30))
    assert read.getpixel((20, 15))[0] > 190


def test_a_rotated_picture_is_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    read = read_picture(file_of(Image.new("RGB", (40, 30)), "JPEG", exif=exif))
    assert read.size == (30, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_becomes_white(mode):
    assert read_picture(file_of(Image.new(mode, (9, 9)))).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"GIF89a" + b"\x00" * 40,
    ],
    ids=["empty", "text", "svg", "broken png", "gif"],
)
def test_it_rejects_files_that_are_no_pictures(content):
    with pytest.raises(InvalidPicture) as refused:
        read_picture(ContentFile(content, name="poster.png"))
    assert "not a complete" in str(refused.value)


def test_it_rejects_a_truncated_picture():
    noise = Image.frombytes("RGB", (80, 80), random.Random(1).randbytes(80 * 80 * 3))
    whole = file_of(noise, "JPEG").read()
    with pytest.raises(InvalidPicture):
        read_picture(ContentFile(whole[: len(whole) // 2], name="poster.jpg"))


def test_it_rejects_a_decompression_bomb():
    with pytest.raises(InvalidPicture) as refused:
        read_picture(file_of(Image.new("1", (9000, 9000))))
    assert refused.value.reason == "too large"


@pytest.mark.parametrize("grey", [0, 70, 128, 255])
def test_deep_greys_stay_grey(grey):
    image = Image.new("I;16", (20, 20), grey * 256 + 9)
    assert read_picture(file_of(image)).getpixel((4, 4)) == (grey,) * 3


def test_transparent_deep_grey_becomes_white():
    file = file_of(Image.new("I;16", (20, 20), 40_000), transparency=40_000)
    assert read_picture(file).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(5, 20_000), (20_000, 5), (10, 10 * MAX_ASPECT + 1)])
def test_narrow_strips_get_a_message(size):
    with pytest.raises(InvalidPicture) as refused:
        read_picture(file_of(Image.new("RGB", size)))
    assert "too narrow" in str(refused.value)


@pytest.mark.parametrize("size", [(1200, 1200 * MAX_ASPECT), (300 * MAX_ASPECT, 300)])
def test_a_picture_at_the_limit_can_be_encoded(size):
    assert as_webp(read_picture(file_of(Image.new("RGB", size))), 1200).size


def with_red_and_blue_exchanged(profile):
    """Return a profile whose colours differ from sRGB: its red is blue, its blue is red."""
    data = bytearray(profile)
    (count,) = struct.unpack(">I", data[128:132])
    names = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}
    for entry in range(132, 132 + 12 * count, 12):
        data[entry : entry + 4] = names.get(bytes(data[entry : entry + 4]), data[entry : entry + 4])
    return bytes(data)


@pytest.fixture
def exchanged():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return with_red_and_blue_exchanged(srgb)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_of_another_profile_are_converted(kind, exchanged):
    image = Image.new("RGB", (40, 30), (230, 20, 20))
    read = read_picture(file_of(image, kind, icc_profile=exchanged))
    red, _green, blue = read.getpixel((9, 9))
    assert (red < 60, blue > 200) == (True, True)


def test_transparency_survives_the_colour_conversion(exchanged):
    image = Image.new("RGBA", (40, 30), (230, 20, 20, 0))
    image.paste((230, 20, 20, 255), (0, 0, 20, 30))
    read = read_picture(file_of(image, icc_profile=exchanged))
    assert read.getpixel((30, 9)) == (255, 255, 255)
    assert read.getpixel((9, 9))[2] > 200


def test_palette_colours_are_converted(exchanged):
    image = Image.new("RGB", (40, 30), (230, 20, 20)).convert("P", palette=Image.Palette.ADAPTIVE)
    assert read_picture(file_of(image, icc_profile=exchanged)).getpixel((9, 9))[2] > 200


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_an_unsuitable_profile_is_ignored(mode, exchanged):
    for profile in (b"nonsense", exchanged if mode != "RGB" else b"\x00" * 200):
        file = file_of(Image.new(mode, (40, 30)), "JPEG", icc_profile=profile)
        assert read_picture(file).mode == "RGB"


@pytest.fixture(scope="module")
def photo():
    """Return a rotated photo of 48 million pixels, as phones take them."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return file_of(Image.new("RGB", (8000, 6000), "#cc3300"), "JPEG", exif=exif).read()


def test_a_photo_of_48_megapixels_is_scaled_while_it_is_decoded(photo, monkeypatch):
    loaded = []
    new = Image.core.new
    monkeypatch.setattr(
        Image.core, "new", lambda mode, size: loaded.append(size) or new(mode, size)
    )
    read = read_picture(ContentFile(photo))
    assert read.size == (3000, 4000)
    assert max(width * height for width, height in loaded) <= 4000 * 3000


def test_a_large_drawing_is_scaled_down():
    read = read_picture(file_of(Image.new("L", (5200, 7000))))
    assert (read.size, read.mode) == ((2600, 3500), "RGB") and min(read.size) >= SIDE


def test_a_progressive_jpeg_has_a_lower_limit(photo):
    file = file_of(Image.open(io.BytesIO(photo)), "JPEG", progressive=True)
    with pytest.raises(InvalidPicture):
        read_picture(file)


def test_it_rejects_a_huge_file_without_reading_it():
    class Unread:
        size = MAX_BYTES + 1

        def read(self, *_):
            raise AssertionError("the file was read")

    with pytest.raises(InvalidPicture):
        read_picture(Unread())


def test_the_webp_has_no_metadata():
    image = Image.new("RGB", (600, 400), "#225577")
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    read = read_picture(file_of(image, "JPEG", exif=exif))
    written = Image.open(as_webp(read, 300))
    assert (written.format, written.size) == ("WEBP", (300, 200))
    assert not written.getexif()


def test_a_small_picture_is_not_enlarged():
    assert Image.open(as_webp(Image.new("RGB", (100, 50)), 900)).size == (100, 50)


@pytest.mark.django_db
def test_the_file_name_changes_with_the_content(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    venue = make_venue()
    set_picture(venue=venue, image=Image.new("RGB", (90, 60), "red"))
    venue.refresh_from_db()
    first = venue.picture.name
    assert first.startswith(f"venues/{venue.slug}-")
    set_picture(venue=venue, image=Image.new("RGB", (90, 60), "blue"))
    venue.refresh_from_db()
    assert venue.picture.name != first
    assert venue.picture.storage.exists(first)
