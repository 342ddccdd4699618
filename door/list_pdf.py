"""Print a list of the door on paper."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bookings.documents.pdf_brand import HEAD_LOGO, write_head
from bookings.documents.pdf_text import set_up, to_bytes, write_text
from organisation.brand import current_brand
from shows.models import Performance

from .lists import DoorList, Table

# Millimetres on A4.
LEFT, TOP, WIDTH, LINE, BOTTOM = 12, 12, 186, 7, 280
GAP = 2
# Symbols that the fonts lack are drawn.
BOX = "☐"


def list_pdf(door_list: DoorList, performance: Performance) -> bytes:
    """Return the list as a PDF with the venue's brand, ruled rows and page numbers.

    In the language in force. The caller has activated the venue's time zone.
    """
    from fpdf import FPDF  # Imported late: it takes a second to load.

    pdf = FPDF(format="A4", unit="mm")
    set_up(pdf, left=LEFT, top=TOP, title=door_list.title, language=get_language() or "en")
    pages = _Pages(pdf, f"{door_list.title} · {performance.show.title}")
    y = pages.start() + 3
    write_head(pdf, current_brand(performance.venue), left=LEFT, top=TOP, width=WIDTH, align="R")
    box = (LEFT, y, WIDTH - HEAD_LOGO[0] - 5, HEAD_LOGO[1])
    write_text(pdf, door_list.title, box, sizes=(20, 16), lines=1)
    y += HEAD_LOGO[1]
    when = date_format(
        performance.starts_at.astimezone(performance.venue.zone), "SHORT_DAY_DATETIME"
    )
    where = f"{performance.show.title} · {when} · {performance.venue.name}"
    y = write_text(pdf, where, (LEFT, y, WIDTH, 6), sizes=(11, 9), style="B", lines=1)
    y = (
        write_text(pdf, door_list.summary, (LEFT, y, WIDTH, 6), sizes=(11, 9), style="", lines=1)
        + 4
    )
    for table in door_list.tables:
        y = _write_table(pages, y, table) + 6
    return to_bytes(pdf)


class _Pages:
    """The pages of a PDF, each with its number."""

    def __init__(self, pdf: Any, title: str) -> None:
        self.pdf, self.title = pdf, title

    def start(self) -> float:
        """Add a page and return where its content begins."""
        self.pdf.add_page()
        text = _("Page %(number)d") % {"number": self.pdf.page_no()}
        box = (LEFT, 287, WIDTH, 5)
        write_text(self.pdf, f"{self.title} · {text}", box, sizes=(8,), style="", lines=1)
        return TOP


def _write_table(pages: _Pages, y: float, table: Table) -> float:
    share = WIDTH / sum(table.widths)
    widths = [width * share for width in table.widths]
    if y > BOTTOM - 3 * LINE:
        y = pages.start()
    y = _write_row(pages.pdf, y, table.headings, widths, style="B")
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        if y > BOTTOM - LINE:
            y = _write_row(pages.pdf, pages.start(), table.headings, widths, style="B")
        style = "B" if table.has_total and number == last else ""
        y = _write_row(pages.pdf, y, row, widths, style=style)
    return y


def _write_row(
    pdf: Any, y: float, cells: Sequence[Any], widths: Sequence[float], *, style: str
) -> float:
    x = float(LEFT)
    for cell, width in zip(cells, widths, strict=True):
        if cell == BOX:
            pdf.rect(x, y + 0.5, 4, 4)
        elif str(cell):
            box = (x, y, width - GAP, LINE)
            write_text(pdf, str(cell), box, sizes=(10, 9, 8, 7), style=style, lines=1)
        x += width
    pdf.set_line_width(0.1)
    pdf.line(LEFT, y + LINE - 1.5, LEFT + WIDTH, y + LINE - 1.5)
    return y + LINE
