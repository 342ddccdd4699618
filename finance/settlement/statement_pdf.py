"""Print a settlement, as PDF and as rows for a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.documents.pdf_text import to_bytes
from core.names import translated_name
from organisation.brand import Brand, current_brand
from organisation.models import Channel

from ..pdf_rows import (
    Row,
    amount_of,
    new_pdf,
    rate_of,
    write_line,
    write_main_title,
    write_rows,
    write_signatures,
    write_title,
)

if TYPE_CHECKING:
    from .statements import Statement

NARROW = 28  # Millimetres for a column of the table of sales.


def statement_pdf(statement: Statement, *, issued_at: datetime | None) -> bytes:
    """Return the statement as PDF, in the language in force; a draft says so."""
    settlement, figures = statement.settlement, statement.figures
    pdf = new_pdf(_("Settlement"), _brand_of(statement))
    title = _("Settlement no. %(number)d") % {"number": statement.number}
    y = write_main_title(pdf, title if issued_at else f"{title} – {_('draft')}")
    show = statement.performances[0].show
    y = write_line(pdf, y, show.title, style="B")
    for performance in statement.performances:
        starts = performance.starts_at.astimezone(performance.venue.zone)
        text = f"{date_format(starts, 'LONG_DATE')}, {starts:%H:%M} · {performance.venue.name}"
        y = write_line(pdf, y, text)
    y += 2
    for line in settlement.promoter.splitlines():
        y = write_line(pdf, y, line)
    if issued_at:
        text = _("Issued on %(date)s") % {"date": date_format(issued_at, "DATE_FORMAT")}
        y = write_line(pdf, y, text)
    y = write_title(pdf, y + 4, _("Tickets sold"))
    y = write_rows(pdf, y, _sales(statement), amount_width=NARROW)
    counts = [
        (_("Complimentary"), figures.comps),
        (_("Guest holds"), figures.guest_holds),
        (_("Blocked"), figures.kills),
        (_("Cancelled"), figures.cancelled),
    ]
    y = write_line(pdf, y, " · ".join(f"{name}: {count}" for name, count in counts))
    if figures.tax_lines:
        y = write_title(pdf, y + 4, _("Tax"))
        y = write_rows(pdf, y, _taxes(statement), amount_width=NARROW)
    y = write_title(pdf, y + 4, _("Settlement"))
    y = write_rows(pdf, y, [((text, amount), style) for text, amount, style in _money(statement)])
    if settlement.note:
        y = write_line(pdf, y + 2, settlement.note, lines=2)
    y = write_title(pdf, y + 4, _("Sealed transaction log"), sizes=(10,))
    for number, head in statement.heads.items():
        y = write_line(pdf, y, f"{number}: {head}")
    write_signatures(pdf, y + 22, _("Venue"), _("Promoter"))
    return to_bytes(pdf)


def statement_rows(statement: Statement) -> list[list[Any]]:
    """Return the statement as rows of a spreadsheet, amounts as numbers."""
    figures = statement.figures
    rows: list[list[Any]] = [
        [_("Category"), _("Concession"), _("Channel"), _("Tickets"), _("Gross"), _("Fees")],
        *[
            [
                row.category,
                row.concession,
                _channel(row.channel),
                row.count,
                row.gross,
                row.fees,
            ]
            for row in figures.rows
        ],
        [],
        [_("Complimentary"), "", "", figures.comps],
        [_("Guest holds"), "", "", figures.guest_holds],
        [_("Blocked"), "", "", figures.kills],
        [_("Cancelled"), "", "", figures.cancelled],
        [],
        [_("Rate"), "", "", _("Gross"), _("Net"), _("Tax")],
        *[[rate, "", "", gross, net, tax] for rate, gross, net, tax in figures.tax_lines],
        [],
        *[[text, "", "", "", amount, ""] for text, amount in money_rows(statement)],
        [],
        *[[performance, head] for performance, head in statement.heads.items()],
    ]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def money_rows(statement: Statement) -> list[tuple[str, Decimal]]:
    """Return the lines from the gross sales to the amount to pay."""
    settlement, figures, result = statement.settlement, statement.figures, statement.result
    rows = [(_("Gross sales"), result.gross)]
    if settlement.keeps_fees:
        rows.append((_("Booking fees"), -result.fees))
    rows.append((_("Tax"), -result.tax))
    if result.charges:
        rows.append((_("Charges of card payments"), -result.charges))
    rows.append((_("Net box office"), result.net_box_office))
    rows.append((_("Promoter’s share: %(deal)s") % {"deal": _deal_text(statement)}, result.share))
    rows += [(text, -Decimal(amount)) for text, amount in settlement.deductions]
    if result.advances:
        rows.append((_("Advances paid"), -result.advances))
    if result.settled_before:
        rows.append((_("Earlier settlements"), -result.settled_before))
    rows.append((_("To pay to the promoter"), result.to_pay))
    rows.append((_("For information: paid by customers"), figures.paid))
    rows.append((_("For information: refunded to customers"), -figures.refunded))
    rows.append((_("For information: kept on cancellations, less goodwill refunds"), figures.kept))
    return rows


def _brand_of(statement: Statement) -> Brand:
    """Return the brand of the only venue, or the organisation's where there are several."""
    venues = {performance.venue for performance in statement.performances}
    return current_brand(venues.pop() if len(venues) == 1 else None)


def _money(statement: Statement) -> list[tuple[str, str, str]]:
    currency, strong = (
        statement.figures.currency,
        {_("Net box office"), _("To pay to the promoter")},
    )
    return [
        (text, amount_of(amount, currency), "B" if text in strong else "")
        for text, amount in money_rows(statement)
    ]


def _channel(name: str) -> str:
    return str(dict(Channel.choices).get(name, name))


def _sales(statement: Statement) -> list[Row]:
    figures = statement.figures
    heading = [_("Category"), _("Channel"), _("Tickets"), _("Gross")]
    rows: list[Row] = [(heading, "B")]
    for row in figures.rows:
        names = [translated_name(name) for name in (row.category, row.concession) if name]
        cells = [
            " · ".join(names),
            _channel(row.channel),
            str(row.count),
            amount_of(row.gross, figures.currency),
        ]
        rows.append((cells, ""))
    if figures.order_fees:
        rows.append(
            ([_("Fees per order"), "", "", amount_of(figures.order_fees, figures.currency)], "")
        )
    total = [_("Total"), "", str(figures.tickets), amount_of(figures.gross, figures.currency)]
    rows.append((total, "B"))
    return rows


def _taxes(statement: Statement) -> list[Row]:
    currency = statement.figures.currency
    rows: list[Row] = [([_("Rate"), _("Gross"), _("Net"), _("Tax")], "B")]
    for rate, *amounts in statement.figures.tax_lines:
        cells = [rate_of(rate), *[amount_of(amount, currency) for amount in amounts]]
        rows.append((cells, ""))
    return rows


def _deal_text(statement: Statement) -> str:
    settlement, currency = statement.settlement, statement.figures.currency
    guarantee = amount_of(settlement.guarantee, currency)
    percentage = rate_of(settlement.percentage)
    return {
        "flat": guarantee,
        "percentage": percentage,
        "versus": _("%(guarantee)s or %(percentage)s")
        % {"guarantee": guarantee, "percentage": percentage},
        "plus": _("%(guarantee)s and %(percentage)s above %(threshold)s")
        % {
            "guarantee": guarantee,
            "percentage": percentage,
            "threshold": amount_of(settlement.threshold, currency),
        },
    }[settlement.deal]
