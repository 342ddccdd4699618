"""Write rows of text and amounts to a PDF, for statements and cash-ups."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from django.utils import translation
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from bookings.documents.pdf_brand import HEAD_LOGO, write_head
from bookings.documents.pdf_text import set_up, write_text
from core.percentages import format_percent
from organisation.brand import Brand

# Millimetres on A4.
LEFT, WIDTH, LINE = 20, 170, 7
AMOUNT = 40
BOTTOM = 275
HEAD = 14  # Where the line in the accent is, above title and logo.

# (texts and amounts from left to right, style): the last ones are right-aligned.
Row = tuple[Sequence[str], str]


def new_pdf(title: str, brand: Brand) -> Any:
    """Return a PDF with the brand on its first page, and the fonts of the project.

    In the language in force.
    """
    from fpdf import FPDF  # Imported late: it takes a second to load.

    pdf = FPDF(format="A4", unit="mm")
    set_up(pdf, left=LEFT, top=LEFT, title=title, language=get_language() or "en")
    pdf.add_page()
    write_head(pdf, brand, left=LEFT, top=HEAD, width=WIDTH, align="R")
    return pdf


def write_main_title(pdf: Any, text: str) -> float:
    """Write the title beside the logo of the first page; return the position below both."""
    logo_width, logo_height = HEAD_LOGO
    box = (LEFT, HEAD + 3, WIDTH - logo_width - 5, 18)
    y = write_text(pdf, text, box, sizes=(22, 18, 14), lines=2, leading=1.1)
    return max(y, HEAD + 3 + logo_height) + 2


def write_title(pdf: Any, y: float, text: str, *, sizes: Sequence[int] = (13,)) -> float:
    """Write a heading; return the position below it."""
    if y > BOTTOM - 2 * LINE:
        pdf.add_page()
        y = LEFT
    return write_text(pdf, text, (LEFT, y, WIDTH, 14), sizes=sizes, lines=2) + 2


def write_line(pdf: Any, y: float, text: str, *, style: str = "", lines: int = 1) -> float:
    """Write a text over the whole width; return the position below it."""
    if y > BOTTOM:
        pdf.add_page()
        y = LEFT
    box = (LEFT, y, WIDTH, 6 * lines)
    return write_text(pdf, text, box, sizes=(11, 10, 9, 8), style=style, lines=lines)


def write_rows(pdf: Any, y: float, rows: Sequence[Row], *, amount_width: float = AMOUNT) -> float:
    """Write ruled rows: a text, then right-aligned columns. Return the position below them."""
    for cells, style in rows:
        if y > BOTTOM:
            pdf.add_page()
            y = LEFT
        text, *amounts = cells
        width = WIDTH - amount_width * len(amounts)
        write_text(pdf, text, (LEFT, y, width - 2, LINE), sizes=(10, 9, 8), style=style, lines=1)
        for number, amount in enumerate(amounts):
            box = (LEFT + width + number * amount_width, y, amount_width, LINE)
            write_text(pdf, amount, box, sizes=(10, 9, 8), style=style, lines=1, align="R")
        pdf.set_line_width(0.1)
        pdf.line(LEFT, y + LINE - 1.5, LEFT + WIDTH, y + LINE - 1.5)
        y += LINE
    return y


def write_signatures(pdf: Any, y: float, *labels: str) -> None:
    """Write a line to sign on above each label, beside each other."""
    if y > BOTTOM:
        pdf.add_page()
        y = LEFT + 20
    width = WIDTH / len(labels) - 5
    for number, label in enumerate(labels):
        x = LEFT + number * (width + 10)
        pdf.line(x, y, x + width, y)
        write_text(pdf, label, (x, y + 1, width, 6), sizes=(9,), style="")


def amount_of(amount: Decimal, currency: str) -> str:
    """Return an amount with all decimals of its currency: "€84.00", "¥9,000"."""
    return str(format_currency(amount, currency, locale=to_locale(translation.get_language())))


def rate_of(rate: Decimal, exemption: str = "") -> str:
    """Return a rate of tax: "7%", or "exempt"."""
    if exemption and not rate:
        return _("exempt")
    return format_percent(rate)
