"""The documents that the page of an order offers, and the request for an invoice."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bookings.models import Order
from bookings.order_page import Download
from bookings.sale import locks
from core.enqueue import enqueue_soon
from core.money import money
from shows.terms import terms_of

from ..models import Document
from . import receipts
from .content import Kind
from .exceptions import NothingToInvoice


def downloads(order: Order, has_refunds: bool) -> list[Download]:
    """Return receipt, invoice and credit notes, and the link to request an invoice.

    An order that is not paid has no receipt. One query, and three more where something was
    refunded.
    """
    if not order.total or not terms_of(order.performance_id).has_seller:
        return []
    found = []
    if receipts.is_offered(order):
        found.append(Download(_("Receipt"), reverse("documents:receipt", args=[order.reference])))
    numbered = Document.objects.of_order(order.reference).numbered()
    rows = list(numbered.values_list("pk", "kind", "number"))
    for pk, kind, number in rows:
        text = _("Invoice %s") if kind == Kind.INVOICE else _("Credit note %s")
        url = reverse("documents:document", args=[order.reference, pk])
        found.append(Download(text % number, url))
    if not rows and has_refunds:
        for group in receipts.refund_receipts(order):
            url = reverse("documents:refund_receipt", args=[order.reference, group.first.pk])
            text = _("Refund receipt, %s") % money(group.amount, order.currency)
            found.append(Download(text, url))
    if order.invoice_details is not None and can_be_invoiced(order):
        found.append(Download(_("We'll e-mail your invoice in a moment.")))
    elif not rows and can_be_invoiced(order):
        url = reverse("documents:invoice", args=[order.reference])
        found.append(Download(_("Request an invoice"), url))
    return found


def can_be_invoiced(order: Order) -> bool:
    """Return whether an invoice can be requested: the order is paid, or awaits a transfer."""
    return bool(order.total) and (order.status == Order.Status.PAID or order.awaits_transfer)


def request_invoice(*, order: Order, details: dict[str, str]) -> None:
    """Store the recipient of an invoice; a task issues it soon.

    Does nothing if the order has its invoice already. Locks the order's hold. Raises
    `NothingToInvoice`.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        if not can_be_invoiced(order):
            raise NothingToInvoice
        if Document.objects.of_order(order.reference).invoices().exists():
            return
        Order.objects.filter(pk=order.pk).update(invoice_details=details)
        enqueue_soon("finance.tasks.issue_invoices")
