"""Write text into boxes of a PDF, clipped to the box."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fontpkg import path as font_path

from .pdf_fonts import LATIN, font_file, paragraphs_of
from .pdf_tags import tagged

if TYPE_CHECKING:
    from fpdf import FPDF

POINT = 0.3528  # Millimetres.
# Of shaping, which is over when the file is written: they are not written, but would be parsed.
SHAPING_TABLES = ("GDEF", "GPOS", "GSUB")
TALL = 1.4  # Line height of scripts other than Latin, in font sizes.
ELLIPSIS = "…"


def set_up(pdf: Any, *, left: float, top: float, title: str, language: str) -> None:
    """Set margins (millimetres), title and language of a new PDF, and add its Latin fonts.

    Readers show the title, and what is written by `write_text` is tagged for screen readers.
    """
    from fpdf import ViewerPreferences  # Imported late: it takes a second to load.

    from .pdf_structure import Structure

    pdf.set_margins(left, top)
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0  # Align text with the ruled lines.
    pdf.set_title(title)
    pdf.set_lang(language)
    pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
    pdf.struct_builder = Structure()
    pdf.add_font(LATIN, "", font_path(LATIN, 400))
    pdf.add_font(LATIN, "B", font_file(LATIN))


def to_bytes(pdf: Any) -> bytes:
    """Return the finished PDF as a file. Nothing can be written into it afterwards."""
    for font in pdf.fonts.values():
        for table in SHAPING_TABLES:
            if table in font.ttfont:
                del font.ttfont[table]
    return bytes(pdf.output())


def write_text(
    pdf: "FPDF",
    text: str,
    box: tuple[float, float, float, float],
    *,
    sizes: Sequence[float],
    style: str = "B",
    lines: int | None = None,
    leading: float = 1.25,
    align: str = "L",
    tag: str = "P",
) -> float:
    """Write a text into a box; return the bottom of the text in millimetres from the page top.

    `box` is (left, top, width, height) in millimetres. Uses the first of `sizes` (points, largest
    first) in which the text fits the box, on at most `lines` lines. If none fits, the text is
    truncated in the smallest size and ends with an ellipsis. Nothing is drawn outside the box.
    `tag` says what the text is: see `pdf_tags`.
    """
    left, top, width, height = box
    paragraphs = paragraphs_of(text)
    if not paragraphs:
        return top

    def fits(parts, size):
        count, tall = _measure(pdf, parts, size, style, width, leading)
        return tall <= height and (lines is None or count <= lines)

    size = next((size for size in sizes if fits(paragraphs, size)), sizes[-1])
    if not fits(paragraphs, size):
        paragraphs = _truncate(paragraphs, lambda parts: fits(parts, size))
    with tagged(pdf, tag), pdf.local_context(), pdf.rect_clip(left, top, width, height):
        pdf.set_xy(left, top)
        for family, words in paragraphs:
            _use(pdf, family, style, size)
            pdf.set_x(left)
            tall = size * POINT * _leading(family, leading)
            pdf.multi_cell(width, tall, words, align=align, new_x="LEFT", new_y="NEXT")
        end = pdf.get_y()
    return min(end, top + height)


def height_of(
    pdf: "FPDF", text: str, width: float, *, size: float, style: str = "B", leading: float = 1.25
) -> float:
    """Return the height in millimetres of a text of this size on as many lines as it needs."""
    return _measure(pdf, paragraphs_of(text), size, style, width, leading)[1]


def _measure(pdf, paragraphs, size, style, width, leading):
    """Return the number of lines and the height of paragraphs, in millimetres."""
    count, tall = 0, 0
    for family, words in paragraphs:
        _use(pdf, family, style, size)
        found = len(pdf.multi_cell(width, 1, words, dry_run=True, output="LINES"))
        count += found
        tall += found * size * POINT * _leading(family, leading)
    return count, tall


def _truncate(paragraphs, fits):
    """Return the longest beginning of the paragraphs that fits, with an ellipsis."""
    paragraphs = list(paragraphs)
    while len(paragraphs) > 1 and not fits(paragraphs[:1]):
        paragraphs.pop()
    while len(paragraphs) > 1 and not fits(paragraphs):
        paragraphs.pop()
    (family, words), before = paragraphs[-1], paragraphs[:-1]
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if fits([*before, *_shortened(family, words, middle)]):
            low = middle
        else:
            high = middle - 1
    return [*before, *_shortened(family, words, low)]


def _shortened(family, words, length):
    if length == len(words):
        return [(family, words)]
    shorter = words[:length].rstrip() + ELLIPSIS
    return paragraphs_of(shorter) if family == LATIN else [(family, words[:length].rstrip())]


def _use(pdf, family, style, size):
    """Set the font, with text shaping for scripts other than Latin."""
    if family != LATIN:
        style = ""
        if family.lower() not in pdf.fonts:
            pdf.add_font(family, "", font_file(family))
    pdf.set_text_shaping(use_shaping_engine=family != LATIN)
    pdf.set_font(family, style, size)


def _leading(family, leading):
    return leading if family == LATIN else max(leading, TALL)
