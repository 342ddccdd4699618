"""Receipts: of every paid order, and of its refunds while it has no invoice.

A receipt has the order's reference instead of a number, so it needs no lock on a series. It is
stored when it is first opened and stays the same from then on.
"""

from decimal import Decimal

from django.db import transaction

from bookings.models import LedgerEntry, Order
from bookings.sale import locks

from ..models import Document
from .composing import Subject, receipt_content, refund_content, subject_of
from .content import Content
from .issuing import issue
from .refund_shares import RefundGroup, less, plus, refunds_of


def compose_receipt(order: Order) -> Content:
    """Return the receipt of a paid order as it was stored, or as it would be now.

    Raises `NoSeller`.
    """
    subject = subject_of(order)
    stored = Document.objects.filter(source=_source(subject.order)).first()
    return stored.what if stored else _compose(subject)


@transaction.atomic
def store_receipt(order: Order) -> Document:
    """Return the receipt of a paid order, stored now if it has not been yet.

    A change of the price of its tickets makes a new receipt; the former stays stored. Locks the
    order's hold. Raises `NoSeller`.
    """
    locks.lock_hold(pk=order.hold_id)
    subject = subject_of(order)
    source = _source(subject.order)
    stored = Document.objects.filter(source=source).first()
    return stored or issue(_compose(subject), seller=subject.seller, source=source)


def refund_receipts(order: Order) -> list[RefundGroup]:
    """Return the refunds that have a receipt of their own: not those in the price of tickets."""
    return [group for group in refunds_of(order) if not group.is_for_change]


@transaction.atomic
def store_refund_receipt(order: Order, group: RefundGroup) -> Document | None:
    """Return the receipt of a refund, stored now if it has not been yet.

    None if nothing was sold that it could refund. Locks the order's hold. Raises `NoSeller`.
    """
    locks.lock_hold(pk=order.hold_id)
    source = f"refund-receipt:{group.first.pk}"
    stored = Document.objects.filter(source=source).first()
    if stored:
        return stored
    subject = subject_of(order)
    earlier = Document.objects.of_order(order.reference).filter(kind="refund_receipt")
    left = less(subject.goods.taxes, plus(tax for one in earlier for tax in one.what.taxes))
    content = refund_content(subject, group, left, invoice=None)
    return issue(content, seller=subject.seller, source=source) if content else None


def is_offered(order: Order) -> bool:
    """Return whether the order has a receipt: it is paid, and was not free."""
    return order.is_confirmed and order.total > Decimal(0)


def _compose(subject: Subject) -> Content:
    invoices = Document.objects.of_order(subject.order.reference).invoices()
    number = invoices.values_list("number", flat=True).first() or ""
    return receipt_content(subject, invoice=number)


def _source(order: Order) -> str:
    """Return the name of the present receipt: each change of prices begins a new one."""
    changes = LedgerEntry.objects.filter(order=order.reference, kind=LedgerEntry.Kind.CHANGE)
    return f"receipt:{order.reference}:{changes.exclude(amount=0).count()}"
