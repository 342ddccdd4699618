"""Put the organisation's logo into a PDF."""

from io import BytesIO
from typing import Any

from PIL import Image

from organisation.brand import Brand

WHITE = (255, 255, 255)
PIXELS = (1200, 600)  # At most: 300 dpi of the largest box.


def write_logo(
    pdf: Any, brand: Brand, box: tuple[float, float, float, float], *, align: str = "L"
) -> bool:
    """Draw the logo as large as it fits into the box; return whether there is one.

    `box` is (left, top, width, height) in millimetres; `align` is "L" or "R". The picture has no
    transparency, for which PDF/A has conditions. A logo that cannot be read is left out.
    """
    picture = _picture_of(brand)
    if picture is None:
        return False
    left, top, width, height = box
    part = min(width / picture.width, height / picture.height)
    wide = picture.width * part
    file = BytesIO()
    picture.save(file, "PNG")
    x = left + width - wide if align == "R" else left
    pdf.image(file, x, top, wide, picture.height * part, alt_text=brand.name)
    return True


def _picture_of(brand: Brand) -> Image.Image | None:
    if not brand.logo:
        return None
    try:
        with brand.logo.open("rb") as file, Image.open(file) as picture:
            coloured = picture.convert("RGBA")
    except (OSError, ValueError):
        return None
    coloured.thumbnail(PIXELS)
    ground = Image.new("RGB", coloured.size, WHITE)
    ground.paste(coloured, mask=coloured.getchannel("A"))
    return ground
