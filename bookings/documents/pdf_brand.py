"""Put the brand into a PDF: accent, and logo or name."""

from io import BytesIO
from typing import Any

from PIL import Image

from organisation.brand import Brand

from .pdf_text import write_text

# Millimetres: of the line in the accent, and of a logo below it at most.
LINE = 1.2
HEAD_LOGO = (60, 11)
WHITE = (255, 255, 255)
PIXELS = (1200, 600)  # At most: 300 dpi of the largest box.


def write_head(
    pdf: Any, brand: Brand, *, left: float, top: float, width: float, align: str = "L"
) -> None:
    """Draw a line in the accent, and below it the logo, or the name where no logo can be read.

    In millimetres. `align` is "L" or "R"; the logo takes up to `HEAD_LOGO`.
    """
    write_accent(pdf, brand, left=left, top=top, width=width)
    logo_width, logo_height = HEAD_LOGO
    x = left + width - logo_width if align == "R" else left
    if not write_logo(pdf, brand, (x, top + 2.5, logo_width, logo_height), align=align):
        half = (left + width / 2 if align == "R" else left, top + 3, width / 2, 8)
        write_text(pdf, brand.name.upper(), half, sizes=(11, 9, 7), align=align)


def write_accent(pdf: Any, brand: Brand, *, left: float, top: float, width: float) -> None:
    """Draw a horizontal line in the brand's accent, in millimetres."""
    with pdf.local_context():
        pdf.set_draw_color(brand.accent)
        pdf.set_line_width(LINE)
        pdf.line(left, top, left + width, top)


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
