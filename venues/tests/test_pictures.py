import io
import random

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from venues.exceptions import NotAPicture
from venues.pictures import MOST_BYTES, as_webp, hang_picture, read_picture
from venues.tests.factories import make_venue


def file_of(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), name="picture")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_reads_the_kinds_of_picture_that_people_have(kind):
    read = read_picture(file_of(Image.new("RGB", (40, 30), "#cc3300"), kind))
    assert (read.mode, read.size) == ("RGB", (40, 30))
    assert read.getpixel((20, 15))[0] > 190


def test_it_turns_a_picture_taken_sideways():
    exif = Image.Exif()
    exif[0x0112] = 6
    read = read_picture(file_of(Image.new("RGB", (40, 30)), "JPEG", exif=exif))
    assert read.size == (30, 40)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_can_be_seen_through_becomes_white(mode):
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
def test_it_refuses_what_is_no_picture(content):
    with pytest.raises(NotAPicture) as refused:
        read_picture(ContentFile(content, name="poster.png"))
    assert "not a whole" in str(refused.value)


def test_it_refuses_half_a_picture():
    noise = Image.frombytes("RGB", (80, 80), random.Random(1).randbytes(80 * 80 * 3))
    whole = file_of(noise, "JPEG").read()
    with pytest.raises(NotAPicture):
        read_picture(ContentFile(whole[: len(whole) // 2], name="poster.jpg"))


def test_it_refuses_a_picture_that_would_fill_the_memory():
    with pytest.raises(NotAPicture) as refused:
        read_picture(file_of(Image.new("1", (9000, 9000))))
    assert refused.value.reason == "too large"


def test_it_refuses_a_huge_file_without_reading_it():
    class Unread:
        size = MOST_BYTES + 1

        def read(self, *_):
            raise AssertionError("the file was read")

    with pytest.raises(NotAPicture):
        read_picture(Unread())


def test_it_writes_a_webp_without_anything_that_came_along():
    image = Image.new("RGB", (600, 400), "#225577")
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    read = read_picture(file_of(image, "JPEG", exif=exif))
    written = Image.open(as_webp(read, 300))
    assert (written.format, written.size) == ("WEBP", (300, 200))
    assert not written.getexif()


def test_it_never_makes_a_picture_larger_than_it_is():
    assert Image.open(as_webp(Image.new("RGB", (100, 50)), 900)).size == (100, 50)


@pytest.mark.django_db
def test_a_venue_gets_its_picture_under_a_name_that_changes_with_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    venue = make_venue()
    hang_picture(venue=venue, image=Image.new("RGB", (90, 60), "red"))
    venue.refresh_from_db()
    first = venue.picture.name
    assert first.startswith(f"venues/{venue.slug}-")
    hang_picture(venue=venue, image=Image.new("RGB", (90, 60), "blue"))
    venue.refresh_from_db()
    assert venue.picture.name != first
    assert venue.picture.storage.exists(first)
