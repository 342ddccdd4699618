"""Check uploaded pictures, scale them, and encode them anew, so that no metadata is published."""

import hashlib
import io
import struct

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
# A JPEG is scaled down while it is decoded, unless it comes in passes (progressive).
MAX_JPEG_PIXELS = 80_000_000
# The longest allowed ratio of the sides.
MAX_ASPECT = 8
# The shorter side of the picture in memory, at most: twice what is shown.
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


class DescribedPicture(models.Model):
    """A further picture of a show or venue, with what it shows. They have an order."""

    text = models.CharField(
        _("description"),
        max_length=200,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    ordinal = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["ordinal", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.text


class InvalidPicture(Exception):
    """The file is not an acceptable picture. `str()` of it is the message for the user."""

    REASONS = {
        "unreadable": _("This file is not a complete JPEG, PNG or WebP picture."),
        "too large": _(
            "The picture is too large. The limits are 25 MB and 40 megapixels, or 80 megapixels for"
            " a non-progressive JPEG."
        ),
        "too narrow": _(
            "The picture is too narrow. One side may be at most eight times as long as the other."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.REASONS[self.reason])


def read_picture(file: File, *, keeps_transparency: bool = False) -> Image.Image:
    """Return the picture in an uploaded file: upright, in sRGB, not much larger than is shown.

    Transparency becomes white unless `keeps_transparency`.

    Raises InvalidPicture for anything but a complete JPEG, PNG or WebP within the limits, which are
    checked in the header before the pixels are decoded.
    """
    if file.size > MAX_BYTES:
        raise InvalidPicture("too large")
    try:
        image: Image.Image = Image.open(file, formats=FORMATS)
        _check_size(image)
        # For JPEG only: the decoder scales down while it decodes.
        image.draft(image.mode, _scaled(image.size))
        image = ImageOps.exif_transpose(image)
        image = _in_srgb(_reduced(_in_eight_bits(image)))
        return image.convert("RGBA") if keeps_transparency else _on_white(image)
    except Image.DecompressionBombError as fault:
        raise InvalidPicture("too large") from fault
    except _UNREADABLE as fault:
        raise InvalidPicture("unreadable") from fault


def as_webp(image: Image.Image, width: int) -> ContentFile:
    """Encode the picture at that width, or at its own if smaller; the file is named by content."""
    if image.width > width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=62, method=4)
    return webp_file(buffer.getvalue(), image.width)


def webp_file(content: bytes, width: int) -> ContentFile:
    """Return an encoded WebP picture of that width as a file named by its content."""
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:12]}-{width}.webp")


def as_png(image: Image.Image, *, width: int, height: int) -> ContentFile:
    """Encode the picture as PNG within these sides; the file is named by content.

    For logos and icons, which e-mail programs and PDF files show.
    """
    image = image.copy()
    image.thumbnail((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    content = buffer.getvalue()
    return ContentFile(content, name=f"{hashlib.sha256(content).hexdigest()[:16]}.png")


def _check_size(image):
    # Phones often add a second picture to a JPEG, which Pillow calls MPO.
    is_scaled = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    most = MAX_JPEG_PIXELS if is_scaled else MAX_PIXELS
    if image.width * image.height > most:
        raise InvalidPicture("too large")
    if max(image.size) > MAX_ASPECT * min(image.size):
        raise InvalidPicture("too narrow")


def _scaled(size):
    """Return the size scaled down to a shorter side of SIDE, or as it is if smaller."""
    part = min(1.0, SIDE / min(size))
    return tuple(round(side * part) for side in size)


def _in_eight_bits(image):
    """Return the image in an 8-bit mode that can be scaled, with deeper greys converted."""
    if image.mode == "F" or image.mode.startswith("I"):
        image = image.convert("I").point(lambda grey: grey / 256).convert("L")
        if "transparency" in image.info:
            image.info["transparency"] //= 256
        return image
    if image.mode in ("P", "PA", "1"):
        return image.convert("RGBA" if _has_alpha(image) else "RGB")
    return image


def _reduced(image):
    """Scale down by a whole factor where the image is much too large, as for JPEG above."""
    factor = min(image.size) // SIDE
    if factor < 2:
        return image
    reduced = image.reduce(factor)
    reduced.info = image.info
    return reduced


def _in_srgb(image):
    """Convert the colours from the profile in the file to sRGB.

    A broken or unsuitable profile is ignored, as by browsers.
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
    """Replace transparency, which would turn black, by white."""
    if _has_alpha(image):
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")
