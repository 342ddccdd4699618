"""Pictures that staff bring: looked at, cut down, and written anew so that nothing comes along."""

import hashlib
import io

from django.core.files.base import ContentFile
from PIL import Image, ImageOps, UnidentifiedImageError

from .exceptions import NotAPicture

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
WIDTH = 1200


def read_picture(file) -> Image.Image:
    """The picture in an uploaded file, upright and in plain colours.

    Raises NotAPicture for anything but a whole JPEG, PNG or WebP of a bearable size; the size is
    read from the header, before any pixel is unpacked.
    """
    if file.size > MOST_BYTES:
        raise NotAPicture("too large")
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise NotAPicture("too large")
        image = ImageOps.exif_transpose(image)
        return _on_white(image)
    except Image.DecompressionBombError as fault:
        raise NotAPicture("too large") from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise NotAPicture("unreadable") from fault


def as_webp(image: Image.Image, width: int, *, quality: int = 62) -> ContentFile:
    """The picture at that width (never larger than it is), named by its content."""
    if image.width > width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=4)
    return webp_file(buffer.getvalue(), image.width)


def webp_file(content: bytes, width: int) -> ContentFile:
    """Return a WebP picture of that width as a file named by its content."""
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:12]}-{width}.webp")


def hang_picture(*, venue, image: Image.Image) -> None:
    """Give a venue its picture. The one before stays on disk: letters and caches may show it."""
    store_picture(venue=venue, file=as_webp(image, WIDTH))


def store_picture(*, venue, file: ContentFile) -> None:
    """Save a picture that has been encoded already (`webp_file`) as the venue's."""
    venue.picture.save(f"{venue.slug[:50]}-{file.name}", file, save=False)
    venue.save(update_fields=["picture"])


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, which would turn black."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
