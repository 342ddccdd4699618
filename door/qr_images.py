"""Read QR codes from pictures, for browsers that cannot."""

import zxingcpp
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

# Limits of a phone's picture.
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = ["JPEG", "PNG", "WEBP"]
SIDE = 1600


def read_picture(file: UploadedFile) -> str | None:
    """Return the text of a QR code in a picture, or None, also for files that are no pictures."""
    if (file.size or 0) > MAX_BYTES:
        return None
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return None
            picture.draft("L", (SIDE, SIDE))
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    grey.thumbnail((SIDE, SIDE))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
    return found[0].text if found else None
