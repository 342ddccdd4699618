"""Compose the content of documents from an order as it is now.

Numbers are filled in when they are given. Texts are in the order's language.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bookings.models import Order, Ticket, TicketChange
from bookings.sale.quotes import from_json
from core.names import translated_name
from core.tax import tax_line
from organisation.models import Seller
from payments.models import Payment

from ..exceptions import NoSeller, SellerIncomplete
from .content import Content, Kind, Line, Party, Tax, method_of
from .refund_shares import RefundGroup, goods_refunded, taxes_of_refund
from .ticket_lines import Goods, as_tax, with_net_amounts


@dataclass(frozen=True)
class Subject:
    """An order with all data that its documents need. Build it with `subject_of`."""

    order: Order
    seller: Seller
    tickets: tuple[Ticket, ...]

    @property
    def today(self) -> date:
        """The date in the time zone of the venue."""
        return timezone.now().astimezone(self.order.performance.venue.zone).date()

    @property
    def goods(self) -> Goods:
        """Everything that was sold, cancelled tickets included."""
        order = self.order
        return Goods(order.currency, self.tickets, order.order_fee, order.order_fee_rates)


def subject_of(order: Order) -> Subject:
    """Return the order with its seller and tickets, read now. Raises `NoSeller`.

    Until it is paid, the tickets are its future ones.
    """
    orders = Order.objects.select_related("performance__show__seller", "performance__venue")
    order = orders.get(pk=order.pk)
    seller = order.performance.show.sold_by()
    if seller is None:
        raise NoSeller
    if not order.is_confirmed:
        return Subject(order, seller, _ordered_tickets(order))
    return Subject(order, seller, tuple(Ticket.objects.paid_by(order).order_by("place_id", "pk")))


def check_seller(seller: Seller) -> None:
    """Raise `SellerIncomplete` unless the seller can issue invoices."""
    if not (seller.tax_number or seller.vat_id):
        raise SellerIncomplete


def invoice_content(subject: Subject, buyer: Party) -> Content:
    """Return an invoice for all tickets of the order, to be paid by transfer if it is reserved."""
    if subject.order.awaits_transfer:
        with translation.override(subject.order.language):
            content = _content(subject, Kind.INVOICE, subject.goods.taxes, buyer=buyer)
        return replace(content, pay_by=_last_day(subject.order))
    with translation.override(subject.order.language):
        note = _("This invoice replaces the receipt for order %s.") % subject.order.reference
        return _content(subject, Kind.INVOICE, subject.goods.taxes, buyer=buyer, note=note)


def additional_invoice_content(subject: Subject, change: TicketChange, first: Content) -> Content:
    """Return an invoice for what a change of tickets cost more, after their invoice."""
    order, tickets = subject.order, {ticket.pk: ticket for ticket in subject.tickets}
    sums: dict[tuple[Decimal, str], Decimal] = {}
    for line in change.lines:
        rates = tickets[line["ticket"]].tax_rates
        key = (rates.ticket, "" if rates.ticket else rates.exemption)
        more = Decimal(line["price"]) - Decimal(line["old_price"])
        sums[key] = sums.get(key, Decimal(0)) + more
    taxes = [
        as_tax(tax_line(gross, rate, order.currency, exemption))
        for (rate, exemption), gross in sums.items()
    ]
    if any(tax.gross < 0 for tax in taxes):  # One ticket became cheaper at another rate.
        taxes = _at_one_rate(change.difference, taxes, order.currency)
    taxes = [tax for tax in taxes if tax.gross]
    with translation.override(order.language):
        lines = [_rest_line(_("Change of tickets"), tax) for tax in taxes]
        return _content(
            subject,
            Kind.INVOICE,
            taxes,
            lines=with_net_amounts(lines, taxes, order.currency),
            buyer=first.buyer,
            note=_("In addition to invoice %s.") % first.number,
        )


def refund_content(
    subject: Subject, group: RefundGroup, left: Sequence[Tax], *, invoice: Content | None
) -> Content | None:
    """Return the credit note of a refund, or its receipt where there is no invoice.

    `left` is the tax of what was sold less that of earlier refunds. None if nothing is left.
    """
    order = subject.order
    goods = goods_refunded(order, group)
    taxes = taxes_of_refund(group.amount, goods, left, order.currency)
    if not taxes:
        return None
    kind = Kind.REFUND_RECEIPT if invoice is None else Kind.CREDIT_NOTE
    with translation.override(order.language):
        if goods and goods.taxes == taxes:
            lines = goods.lines()
        else:
            text = _("Tickets changed") if group.is_for_change else _("Refund")
            rest = [_rest_line(text, tax) for tax in taxes]
            lines = with_net_amounts(rest, taxes, order.currency)
        content = _content(subject, kind, taxes, lines=lines)
    if invoice is None:
        return content
    return replace(
        content, buyer=invoice.buyer, corrects=invoice.number, corrects_date=invoice.issued_on
    )


def reversal_content(subject: Subject, note: Content, amount: Decimal) -> Content:
    """Return an invoice that reverses `amount` of a credit note whose refund was withdrawn."""
    currency = subject.order.currency
    taxes = taxes_of_refund(amount, None, note.taxes, currency)
    with translation.override(subject.order.language):
        lines = [_rest_line(_("Refund that was not made"), tax) for tax in taxes]
        return _content(
            subject,
            Kind.INVOICE,
            taxes,
            lines=with_net_amounts(lines, taxes, currency),
            buyer=note.buyer,
            note=_("Reverses credit note %s.") % note.number,
        )


def lapse_content(subject: Subject, invoice: Content) -> Content:
    """Return the credit note of all of an invoice that was not paid in time."""
    with translation.override(subject.order.language):
        content = _content(
            subject,
            Kind.CREDIT_NOTE,
            invoice.taxes,
            lines=invoice.lines,
            buyer=invoice.buyer,
            note=_("The order was not paid, and has lapsed. Nothing is to be paid or refunded."),
        )
    return replace(content, method="", corrects=invoice.number, corrects_date=invoice.issued_on)


def receipt_content(subject: Subject, *, invoice: str = "") -> Content:
    """Return the receipt of an order. It names no buyer. `invoice` is that of its invoice."""
    with translation.override(subject.order.language):
        note = ""
        if invoice:
            note = _("Invoice %s has been issued for this order. Only the invoice counts for tax.")
            note %= invoice
        return _content(subject, Kind.RECEIPT, subject.goods.taxes, note=note)


def seller_party(seller: Seller) -> Party:
    return Party(
        name=seller.name,
        street=seller.address,
        postcode=seller.postcode,
        city=seller.city,
        country=seller.country,
        vat_id=seller.vat_id,
        tax_number=seller.tax_number,
        iban=seller.iban,
        bank=seller.bank,
        email=seller.email,
    )


def _content(
    subject: Subject,
    kind: Kind,
    taxes: Sequence[Tax],
    *,
    lines: tuple[Line, ...] | None = None,
    buyer: Party | None = None,
    note: str = "",
) -> Content:
    order, performance = subject.order, subject.order.performance
    venue = performance.venue
    if lines is None:
        lines = subject.goods.lines()
    return Content(
        kind=kind.value,
        number="",
        order=order.reference,
        issued_on=subject.today,
        supplied_on=performance.starts_at.astimezone(venue.zone).date(),
        language=order.language,
        currency=order.currency,
        seller=seller_party(subject.seller),
        buyer=buyer,
        show=performance.show.title,
        venue=f"{venue.name}, {translated_name(venue.city)}",
        lines=lines,
        taxes=tuple(taxes),
        method=_method(order),
        note=note,
    )


def _method(order: Order) -> str:
    if not order.is_confirmed:
        return ""
    payments = Payment.objects.captured().for_purpose(order.reference).order_by("pk")
    return method_of(payments.values_list("provider", flat=True).first() or "")


def _ordered_tickets(order: Order) -> tuple[Ticket, ...]:
    return tuple(
        Ticket(
            label=line.label,
            category=line.category,
            concession=line.concession,
            price=line.price,
            fee=line.fee,
            tax_rate=line.rates.ticket,
            fee_tax_rate=line.rates.fee,
            tax_exemption=line.rates.exemption,
        )
        for line in from_json(order.quote, order.tax_rates)
    )


def _last_day(order: Order) -> date | None:
    until = order.payable_until
    return until.astimezone(order.performance.venue.zone).date() if until else None


def _rest_line(text: str, tax: Tax) -> Line:
    return Line(text, 1, tax.gross, tax.net, tax.rate, tax.exemption)


def _at_one_rate(amount: Decimal, taxes: Sequence[Tax], currency: str) -> list[Tax]:
    """Return the amount at the rate that applies to most of it."""
    most = max(taxes, key=lambda tax: tax.gross)
    return [as_tax(tax_line(amount, most.rate, currency, most.exemption))]
