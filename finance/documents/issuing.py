"""Issue invoices and credit notes: after the sale, from a task, once for each thing.

Each document gets its number in one short transaction, with its content; the file is made
afterwards (`finance.documents.files`). A crash in between leaves a document whose file is made
later, and no gap. Locks, in this order: the order's hold, which stands for its tickets, then the
seller's number series.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bookings.models import Order, TicketChange
from bookings.sale import locks
from organisation.models import Seller
from payments.models import Payment, Refund

from ..models import Document, DocumentChange, DocumentRefund, NumberSeries
from .composing import (
    Subject,
    additional_invoice_content,
    check_seller,
    invoice_content,
    lapse_content,
    refund_content,
    reversal_content,
    subject_of,
)
from .content import Content, Kind, Party
from .files import make_missing_files
from .querysets import LAPSED
from .refund_shares import UNFULFILLED, RefundGroup, less, plus, refunds_of

logger = logging.getLogger(__name__)

# Refunds and changes are looked for among recent ones each minute, and among all once an hour.
RECENT = timedelta(days=2)


def issue_requested_invoices() -> int:
    """Issue all invoices that were requested; return how many documents were issued.

    Several may run at once. An order that fails is logged and tried again.
    """
    issued = _each(issue_invoice, Order.objects.awaiting_invoice())
    make_missing_files(since=(timezone.now() - RECENT).date())
    return issued


def issue_due_documents(*, everything: bool = False) -> int:
    """Issue requested invoices, and missing documents of invoiced orders; return how many.

    Refunds and changes older than two days are looked at only with `everything`.
    """
    since = None if everything else timezone.now() - RECENT
    issued = issue_requested_invoices() + _each(update_documents, _orders_with_changes(since))
    make_missing_files(since and since.date())
    return issued


@transaction.atomic(durable=True)
def issue_invoice(*, order: Order) -> list[Document]:
    """Issue the invoice that the customer asked for, and credit notes of refunds before it.

    That of an order that awaits a transfer says how to pay it. Returns the new documents. The
    details that the customer entered are deleted from the order, because the invoice contains them.
    Locks the order's hold. Raises `NoSeller`, `SellerIncomplete`.
    """
    subject = _locked_subject(order)
    order, details = subject.order, subject.order.invoice_details
    if details is None or not (order.is_confirmed or order.awaits_transfer):
        return []
    Order.objects.filter(pk=order.pk).update(invoice_details=None)
    source = f"order:{order.reference}"
    if not subject.goods.taxes or Document.objects.filter(source=source).exists():
        return []
    check_seller(subject.seller)
    return [_issue_for_order(subject, Party(**details), source=source), *_update(subject)]


@transaction.atomic(durable=True)
def update_documents(*, order: Order) -> list[Document]:
    """Issue the missing documents of an invoiced order; return them.

    That is a credit note for each refund, an invoice for each change of tickets that cost more, and
    one for each refund that was withdrawn after its credit note. An invoice that was not paid in
    time gets a credit note, and is replaced by a new one if it is paid later. Locks the order's
    hold.
    """
    subject = _locked_subject(order)
    if subject.order.status == Order.Status.LAPSED:
        return _credit_unpaid(subject)
    return [*_invoice_again(subject), *_update(subject)]


def issue(
    content: Content, *, seller: Seller, source: str, series: tuple[int, int] | None = None
) -> Document:
    """Insert a document in the caller's transaction; `series` is its year and sequence."""
    year, sequence = series or (None, None)
    return Document.objects.create(
        kind=content.kind,
        seller=seller,
        number=content.number,
        year=year,
        sequence=sequence,
        source=source,
        order=content.order,
        issued_on=content.issued_on,
        keep_until=last_day_kept(content.issued_on, seller),
        currency=content.currency,
        gross=content.gross,
        net=content.net,
        tax=content.tax,
        content=content.to_json(),
    )


def last_day_kept(issued_on: date, seller: Seller) -> date:
    """Return the last day on which a document must be kept: full years after the year of issue."""
    years = settings.KEEP_DOCUMENTS_YEARS or seller.keep_documents_years
    return date(issued_on.year + years, 12, 31)


def next_number(*, seller: Seller, on: date) -> tuple[str, int]:
    """Return the next number of the seller in that year, and its sequence: ("OGW-2026-00017", 17).

    The document must be inserted in the same transaction: if it fails, the number is the next one
    again. Locks the row of the seller and year, so others wait until the transaction ends; nothing
    slow may follow in it.
    """
    series = lock_series(seller=seller, year=on.year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{seller.document_prefix}-{on.year}-{series.last:05d}", series.last


def lock_series(*, seller: Seller, year: int) -> NumberSeries:
    """Lock the seller's series of the year and return it; the first number of a year creates it."""
    NumberSeries.objects.bulk_create(
        [NumberSeries(seller=seller, year=year)], ignore_conflicts=True
    )
    return NumberSeries.objects.select_for_update().get(seller=seller, year=year)


def _locked_subject(order: Order) -> Subject:
    locks.lock_hold(pk=order.hold_id)
    return subject_of(order)


def _issue_for_order(subject: Subject, buyer: Party, *, source: str) -> Document:
    """Insert the invoice of the order as it is now."""
    invoice = _insert(subject, invoice_content(subject, buyer), source=source)
    for group in refunds_of(subject.order):
        if group.is_for_change:  # It is included in the prices of the tickets.
            _account_for(invoice, group)
    for change in subject.order.changes.filter(status=TicketChange.Status.APPLIED):
        DocumentChange.objects.create(document=invoice, change=change)
    return invoice


def _credit_unpaid(subject: Subject) -> list[Document]:
    """Issue the credit note of an invoice whose order has lapsed."""
    unpaid = Document.objects.of_order(subject.order.reference).invoices().in_force()
    return [
        _insert(subject, lapse_content(subject, one.what), source=f"{LAPSED}{one.pk}")
        for one in unpaid
    ]


def _invoice_again(subject: Subject) -> list[Document]:
    """Issue the invoice of an order that was paid after it had lapsed, to the same buyer."""
    order = subject.order
    invoices = list(Document.objects.of_order(order.reference).invoices())
    in_force = Document.objects.of_order(order.reference).invoices().in_force()
    if not order.is_confirmed or not invoices or in_force.exists():
        return []
    last = invoices[-1]
    if last.what.buyer is None:
        return []
    return [_issue_for_order(subject, last.what.buyer, source=f"order:{order.reference}:{last.pk}")]


def _update(subject: Subject) -> list[Document]:
    order = subject.order
    documents = list(Document.objects.of_order(order.reference).numbered().in_force())
    invoices = [one.what for one in documents if one.kind == Kind.INVOICE]
    if not invoices:
        return []
    issued = []
    for change in order.changes.filter(status=TicketChange.Status.APPLIED, document=None):
        content = additional_invoice_content(subject, change, invoices[0])
        document = _insert(subject, content, source=f"change:{change.reference}")
        DocumentChange.objects.create(document=document, change=change)
        invoices.append(document.what)
        issued.append(document)
    reversed_notes = _reverse_withdrawn(subject)
    invoices += [one.what for one in reversed_notes]
    issued += reversed_notes
    credited = [one.what for one in documents if one.kind == Kind.CREDIT_NOTE]
    done = set(
        DocumentRefund.objects.filter(document__order=order.reference).values_list(
            "refund", flat=True
        )
    )
    for group in refunds_of(order):
        new = RefundGroup(group.key, tuple(one for one in group.refunds if one.pk not in done))
        if not new.refunds:
            continue
        sold = plus(tax for invoice in invoices for tax in invoice.taxes)
        left = less(sold, plus(tax for note in credited for tax in note.taxes))
        correction = refund_content(subject, new, left, invoice=invoices[0])
        if correction is None:
            logger.error("Refund %s exceeds what was invoiced.", new.key)
            continue
        note = _insert(subject, correction, source=f"refund:{new.first.pk}")
        _account_for(note, new)
        credited.append(note.what)
        issued.append(note)
    return issued


def _reverse_withdrawn(subject: Subject) -> list[Document]:
    """Reverse the credit notes of refunds that staff have withdrawn since; return the invoices.

    If another refund of the same amount was made instead, such as in the provider's dashboard, the
    credit note is assigned to that one.
    """
    issued = []
    withdrawn = DocumentRefund.objects.filter(
        document__order=subject.order.reference, refund__status=Refund.Status.WITHDRAWN
    )
    for row in withdrawn.select_related("document", "refund").order_by("pk"):
        others = [one for group in refunds_of(subject.order) for one in group.refunds]
        free = (one for one in others if not DocumentRefund.objects.filter(refund=one).exists())
        instead = next((one for one in free if one.amount == row.refund.amount), None)
        if instead is not None:
            DocumentRefund.objects.filter(pk=row.pk).update(refund=instead)
            continue
        content = reversal_content(subject, row.document.what, row.refund.amount)
        issued.append(_insert(subject, content, source=f"withdrawn:{row.refund_id}"))
        row.delete()
    return issued


def _insert(subject: Subject, content: Content, *, source: str) -> Document:
    number, sequence = next_number(seller=subject.seller, on=content.issued_on)
    content = replace(content, number=number)
    year = content.issued_on.year
    return issue(content, seller=subject.seller, source=source, series=(year, sequence))


def _account_for(document: Document, group: RefundGroup) -> None:
    DocumentRefund.objects.bulk_create(
        DocumentRefund(document=document, refund=refund) for refund in group.refunds
    )


def _orders_with_changes(since: datetime | None) -> Iterable[Order]:
    """Return the invoiced orders that lack a document.

    It is missing for a refund, a change, the lapse of a reservation, or a payment after it.
    """
    refunds = Refund.objects.filter(document=None, payment__status=Payment.Status.CAPTURED)
    refunds = refunds.exclude(status=Refund.Status.WITHDRAWN)
    for prefix in UNFULFILLED:
        refunds = refunds.exclude(key__startswith=prefix)
    changes = TicketChange.objects.filter(status=TicketChange.Status.APPLIED, document=None)
    if since is not None:
        refunds = refunds.filter(created_at__gte=since)
        changes = changes.filter(order__performance__starts_at__gte=since)
    withdrawn = DocumentRefund.objects.filter(refund__status=Refund.Status.WITHDRAWN)
    lapsed = Order.objects.lapsed_reservations(since).values("reference")
    paid_late = Order.objects.confirmed().filter(
        reference__in=Document.objects.of_lapsed_orders().values("order")
    )
    references = (
        set(withdrawn.values_list("document__order", flat=True))
        | {
            purpose.partition("-")[0]
            for purpose in refunds.values_list("payment__purpose", flat=True)
        }
        | set(changes.values_list("order__reference", flat=True))
        | set(
            Document.objects.invoices()
            .in_force()
            .filter(order__in=lapsed)
            .values_list("order", flat=True)
        )
        | set(paid_late.values_list("reference", flat=True))
    )
    invoiced = Document.objects.invoices().filter(order__in=references)
    return Order.objects.filter(reference__in=invoiced.values("order"))


def _each(operation: Callable[..., list[Document]], orders: Iterable[Order]) -> int:
    issued = 0
    for order in orders:
        try:
            issued += len(operation(order=order))
        except Exception:
            logger.exception("The documents of order %s could not be issued.", order.reference)
    return issued
