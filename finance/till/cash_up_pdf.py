"""Print the cash-up of a till session."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontpkg import path as font_path

from bookings.documents.pdf_fonts import LATIN, font_file
from bookings.documents.pdf_text import write_text
from core.money import money

from ..models import TillSession
from .summary import SessionSummary

if TYPE_CHECKING:
    from fpdf import FPDF

# Millimetres on A4.
LEFT, WIDTH, LINE = 20, 170, 7
AMOUNT = 45
BOTTOM = 275


def cash_up_pdf(
    session: TillSession,
    summary: SessionSummary,
    count: Sequence[tuple[Decimal, int, Decimal]],
) -> bytes:
    """Return the cash-up as a PDF with lines for two signatures, in the language in force."""
    from fpdf import FPDF  # Imported late: it takes a second to load.

    pdf = FPDF(format="A4", unit="mm")
    pdf.set_margins(LEFT, LEFT)
    pdf.set_auto_page_break(False)
    pdf.c_margin = 0
    pdf.set_lang(get_language() or "en")
    pdf.set_title(_("Cash-up: %(till)s") % {"till": session.till})
    pdf.add_font(LATIN, "", font_path(LATIN, 400))
    pdf.add_font(LATIN, "B", font_file(LATIN))
    pdf.add_page()
    y = _head(pdf, session)
    y = _rows(pdf, y, _figures(session, summary))
    y = _title(pdf, y + 4, _("Coins and notes"))
    pieces = [
        (f"{number} × {money(value, session.currency)}", money(total, session.currency), "")
        for value, number, total in count
    ]
    y = _rows(
        pdf, y, [*pieces, (_("Cash counted"), _amount(session.counted, session.currency), "B")]
    )
    _signatures(pdf, y + 22)
    return bytes(pdf.output())


def _head(pdf: "FPDF", session: TillSession) -> float:
    title = _("Cash-up: %(till)s") % {"till": session.till}
    y = write_text(pdf, title, (LEFT, LEFT, WIDTH, 20), sizes=(22, 18, 14))
    opened, closed = timezone.localtime(session.opened_at), timezone.localtime(session.closed_at)
    times = (
        f"{date_format(opened, 'SHORT_DAY_DATETIME')} – {date_format(closed, 'SHORT_DAY_DATETIME')}"
    )
    y = write_text(pdf, session.cashier_name, (LEFT, y + 2, WIDTH, 7), sizes=(12, 10))
    y = write_text(pdf, times, (LEFT, y, WIDTH, 7), sizes=(11,), style="")
    text = _("Session no. %(number)d") % {"number": session.pk}
    return write_text(pdf, text, (LEFT, y, WIDTH, 7), sizes=(11,), style="") + 5


def _figures(session: TillSession, summary: SessionSummary) -> list[tuple[str, str, str]]:
    """Return the figures as (text, amount, style)."""
    currency = session.currency
    rows = [(_("Float"), money(session.opening_float, currency), "")]
    for row in summary.totals:
        label = capfirst(row.label)
        rows.append((f"{label}: {_('sales')} ({row.sales})", money(row.sold, currency), ""))
        if row.refunds:
            text = f"{label}: {_('refunds')} ({row.refunds})"
            rows.append((text, money(row.refunded, currency), ""))
    for entry in summary.moved:
        text = f"{capfirst(entry.get_kind_display())}: {entry.reason}"
        rows.append((text, money(entry.amount, currency), ""))
    rows.append((_("Cash expected"), _amount(session.expected, currency), ""))
    rows.append((_("Cash counted"), _amount(session.counted, currency), ""))
    rows.append((_("Difference"), _amount(session.difference, currency), "B"))
    if session.note:
        rows.append((f"{_('Note')}: {session.note}", "", ""))
    return rows


def _rows(pdf: "FPDF", y: float, rows: Sequence[tuple[str, str, str]]) -> float:
    for text, amount, style in rows:
        if y > BOTTOM:
            pdf.add_page()
            y = LEFT
        width = WIDTH - AMOUNT if amount else WIDTH
        write_text(pdf, text, (LEFT, y, width, LINE), sizes=(11, 9, 8), style=style, lines=1)
        box = (LEFT + WIDTH - AMOUNT, y, AMOUNT, LINE)
        write_text(pdf, amount, box, sizes=(11, 9), style=style, lines=1, align="R")
        pdf.set_line_width(0.1)
        pdf.line(LEFT, y + LINE - 1, LEFT + WIDTH, y + LINE - 1)
        y += LINE
    return y


def _title(pdf: "FPDF", y: float, text: str) -> float:
    return write_text(pdf, text, (LEFT, y, WIDTH, 8), sizes=(13,)) + 2


def _signatures(pdf: "FPDF", y: float) -> None:
    if y > BOTTOM:
        pdf.add_page()
        y = LEFT + 20
    half = WIDTH / 2 - 5
    for x, text in ((LEFT, _("Cashier")), (LEFT + half + 10, _("Checked by"))):
        pdf.line(x, y, x + half, y)
        write_text(pdf, text, (x, y + 1, half, 6), sizes=(9,), style="")


def _amount(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money(amount, currency)
