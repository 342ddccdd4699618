"""Pictures that staff bring: looked at, cut down, and written anew so that nothing comes along."""

import hashlib
import io
import struct

from django.core.files.base import ContentFile
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .exceptions import InvalidPicture

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
WIDTH = 1200
# A JPEG is scaled down while it is decoded, unless it comes in passes (progressive).
MAX_JPEG_PIXELS = 80_000_000
# So much longer may one side be than the other.
MAX_ASPECT = 8
# The shorter side of what is kept in memory: twice what is shown, where there is so much.
SIDE = 2400

_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
)


def read_picture(file) -> Image.Image:
    """Return the picture in an uploaded file: upright, in sRGB, not much larger than is shown.

    Raises InvalidPicture for anything but a whole JPEG, PNG or WebP of a bearable size and shape;
    these are read from the header, before any pixel is unpacked.
    """
    if file.size > MAX_BYTES:
        raise InvalidPicture("too large")
    try:
        image = Image.open(file, formats=FORMATS)
        _check_size(image)
        # Has an effect on JPEG alone: the decoder leaves out what would be scaled away.
        image.draft(image.mode, _scaled(image.size))
        image = ImageOps.exif_transpose(image)
        return _on_white(_in_srgb(_reduced(_in_eight_bits(image))))
    except Image.DecompressionBombError as fault:
        raise InvalidPicture("too large") from fault
    except _UNREADABLE as fault:
        raise InvalidPicture("unreadable") from fault


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


def set_picture(*, venue, image: Image.Image) -> None:
    """Give a venue its picture. The one before stays on disk: letters and caches may show it."""
    store_picture(venue=venue, file=as_webp(image, WIDTH))


def store_picture(*, venue, file: ContentFile) -> None:
    """Save a picture that has been encoded already (`webp_file`) as the venue's."""
    venue.picture.save(f"{venue.slug[:50]}-{file.name}", file, save=False)
    venue.save(update_fields=["picture"])


def _check_size(image):
    # Photos of phones are often JPEG with a second picture behind, which Pillow calls MPO.
    is_scaled = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    most = MAX_JPEG_PIXELS if is_scaled else MAX_PIXELS
    if image.width * image.height > most:
        raise InvalidPicture("too large")
    if max(image.size) > MAX_ASPECT * min(image.size):
        raise InvalidPicture("too narrow")


def _scaled(size):
    """The size at which the shorter side is SIDE, if it is longer."""
    part = min(1.0, SIDE / min(size))
    return tuple(round(side * part) for side in size)


def _in_eight_bits(image):
    """In a mode that can be scaled and converted, without cutting off deeper greys."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = image.convert("I").point(lambda grey: grey / 256).convert("L")
        if "transparency" in image.info:
            image.info["transparency"] //= 256
        return image
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if _has_alpha(image) else "RGB")
    return image


def _reduced(image):
    """Scaled down where it is much larger than needed, as JPEG is already."""
    factor = min(image.size) // SIDE
    if factor < 2:
        return image
    reduced = image.reduce(factor)
    reduced.info = image.info
    return reduced


def _in_srgb(image):
    """In the colours of the web: those of the profile that is in the file, converted.

    A profile that is broken, or is none for such a picture, is left out as browsers do.
    """
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    alpha = image.getchannel("A") if _has_alpha(image) and image.mode in ("RGBA", "LA") else None
    plain = image.convert(image.mode[:-1]) if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            plain, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _has_alpha(image):
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _on_white(image: Image.Image) -> Image.Image:
    """Without transparency, which would turn black."""
    if _has_alpha(image):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
