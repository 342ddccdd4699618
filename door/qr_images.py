"""Reading QR codes from pictures, for cameras whose browser cannot."""

import zxingcpp
from PIL import Image, UnidentifiedImageError

# A phone's picture has 12 million pixels; a code fills much of it.
MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 50_000_000
FORMATS = ["JPEG", "PNG", "WEBP"]
SIDE = 1600


def read_picture(file):
    """Return the text of a QR code in a picture, or None. Never raises for what people send."""
    if file.size > MOST_BYTES:
        return None
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.draft("L", (SIDE, SIDE))
            picture = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((SIDE, SIDE))
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None
