"""Print the cash-up of a till session."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from bookings.documents.pdf_text import to_bytes
from organisation.brand import current_brand

from ..models import TillSession
from ..pdf_rows import (
    Row,
    amount_of,
    new_pdf,
    write_line,
    write_main_title,
    write_rows,
    write_signatures,
    write_title,
)
from .summary import SessionSummary


def cash_up_pdf(
    session: TillSession,
    summary: SessionSummary,
    count: Sequence[tuple[Decimal, int, Decimal]],
) -> bytes:
    """Return the cash-up as a PDF with lines for two signatures, in the language in force."""
    counted = session.counted or Decimal(0)
    title = _("Cash-up: %(till)s") % {"till": session.till}
    pdf = new_pdf(title, current_brand())
    y = _head(pdf, session, title)
    y = write_rows(pdf, y, _figures(session, summary))
    y = write_title(pdf, y + 4, _("Coins and notes"))
    pieces: list[Row] = [
        (
            (
                f"{number} × {amount_of(value, session.currency)}",
                amount_of(total, session.currency),
            ),
            "",
        )
        for value, number, total in count
    ]
    total = (_("Cash counted"), amount_of(counted, session.currency))
    y = write_rows(pdf, y, [*pieces, (total, "B")])
    write_signatures(pdf, y + 22, _("Cashier"), _("Checked by"))
    return to_bytes(pdf)


def _head(pdf: Any, session: TillSession, title: str) -> float:
    y = write_main_title(pdf, title)
    y = write_line(pdf, y, session.cashier_name, style="B")
    times = " – ".join(
        date_format(timezone.localtime(moment), "SHORT_DAY_DATETIME")
        for moment in (session.opened_at, session.closed_at)
    )
    y = write_line(pdf, y, times)
    return write_line(pdf, y, _("Session no. %(number)d") % {"number": session.pk}) + 5


def _figures(session: TillSession, summary: SessionSummary) -> list[Row]:
    currency = session.currency
    rows: list[Row] = [((_("Float"), amount_of(session.opening_float, currency)), "")]
    for row in summary.totals:
        label = capfirst(row.label)
        rows.append(((f"{label}: {_('sales')} ({row.sales})", amount_of(row.sold, currency)), ""))
        if row.refunds:
            text = f"{label}: {_('refunds')} ({row.refunds})"
            rows.append(((text, amount_of(row.refunded, currency)), ""))
    for entry in summary.moved:
        text = f"{capfirst(entry.get_kind_display())}: {entry.reason}"
        rows.append(((text, amount_of(entry.amount, currency)), ""))
    expected, counted = session.expected or Decimal(0), session.counted or Decimal(0)
    rows.append(((_("Cash expected"), amount_of(expected, currency)), ""))
    rows.append(((_("Cash counted"), amount_of(counted, currency)), ""))
    rows.append(((_("Difference"), amount_of(counted - expected, currency)), "B"))
    if session.note:
        rows.append(((f"{_('Note')}: {session.note}",), ""))
    return rows
