"""Writing text into boxes of a PDF, of which nothing ever leaves its box."""

from .pdf_fonts import LATIN, font_file, paragraphs_of

POINT = 0.3528  # Millimetres.
TALL = 1.4  # Lines of other scripts need more room than Latin ones, in sizes of the letters.
ELLIPSIS = "…"


def write_text(pdf, text, box, *, sizes, style="B", lines=None, leading=1.25, align="L") -> float:
    """Write a text into a box, and return where it ends, in millimetres from the top.

    `box` is (left, top, width, height). Of the `sizes` (points, the largest first) the first is
    taken in which the text fits the box, on at most so many `lines`. If none does, the text is cut
    in the smallest and ends with an ellipsis. Whatever marks its letters have, nothing is drawn
    outside the box.
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
        paragraphs = _cut(paragraphs, lambda parts: fits(parts, size))
    with pdf.local_context(), pdf.rect_clip(left, top, width, height):
        pdf.set_xy(left, top)
        for family, words in paragraphs:
            _use(pdf, family, style, size)
            pdf.set_x(left)
            tall = size * POINT * _leading(family, leading)
            pdf.multi_cell(width, tall, words, align=align, new_x="LEFT", new_y="NEXT")
        end = pdf.get_y()
    return min(end, top + height)


def _measure(pdf, paragraphs, size, style, width, leading):
    """Return how many lines paragraphs take, and how many millimetres."""
    count, tall = 0, 0
    for family, words in paragraphs:
        _use(pdf, family, style, size)
        found = len(pdf.multi_cell(width, 1, words, dry_run=True, output="LINES"))
        count += found
        tall += found * size * POINT * _leading(family, leading)
    return count, tall


def _cut(paragraphs, fits):
    """Return the longest beginning of paragraphs that fits, with an ellipsis."""
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
    """Set the font, with the letters of other scripts joined and ordered as they are written."""
    if family != LATIN:
        style = ""
        if family.lower() not in pdf.fonts:
            pdf.add_font(family, "", font_file(family))
    pdf.set_text_shaping(use_shaping_engine=family != LATIN)
    pdf.set_font(family, style, size)


def _leading(family, leading):
    return leading if family == LATIN else max(leading, TALL)
