"""Merged and split orders: documents stay with the order that was paid, refunds follow it."""

from decimal import Decimal

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.staff_operations.order_transfers import merge_orders, split_order
from finance.documents.files import make_missing_files
from finance.documents.issuing import update_documents
from finance.documents.receipts import (
    is_offered,
    refund_receipts,
    store_receipt,
    store_refund_receipt,
)
from finance.models import Document, DocumentFile
from finance.tests.factories import make_invoice, make_order_to_invoice, make_taxed_sale
from finance.tests.test_journal import amounts
from payments.models import Refund
from payments.refunds import send_refunds

pytestmark = pytest.mark.django_db(transaction=True)
BY = {"actor": "staff:1", "reason": "Ordered twice."}


@pytest.fixture
def orders():
    """Return two paid orders of a performance, of two tickets each, with invoices."""
    performance = make_taxed_sale()
    made = [make_order_to_invoice(performance, labels) for labels in (["A1", "A2"], ["B1", "B2"])]
    for order in made:
        make_invoice(order)
    make_missing_files()
    return made


def as_issued():
    """Return all that is stored of documents: nothing of it may ever change."""
    return (
        list(Document.objects.order_by("pk").values("number", "order", "content", "gross")),
        [bytes(one.content) for one in DocumentFile.objects.order_by("pk")],
    )


def credit_notes(order):
    update_documents(order=order)
    return list(Document.objects.filter(order=order.reference, kind="credit_note").order_by("pk"))


def by_rate(document):
    return {int(tax.rate): tax.gross for tax in document.what.taxes}


def cancel(order, tickets=None, **options):
    ids = [ticket.pk for ticket in tickets] if tickets is not None else None
    cancel_tickets(order=order, actor="staff:1", ticket_ids=ids, by_staff=True, **options)
    send_refunds()


def split(order, tickets):
    customer = {"name": "Bob Baker", "email": "bob@example.org", "request_key": "k"}
    return split_order(order=order, ticket_ids=[one.pk for one in tickets], **BY, **customer)


def test_a_merge_and_a_split_change_no_document_and_issue_none(orders):
    before = as_issued()
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    target.refresh_from_db()
    new = split(target, list(target.tickets.order_by("pk"))[:1])
    for order in (source, target, new):
        update_documents(order=order)
    assert as_issued() == before
    assert audit() == []


def test_a_moved_ticket_is_credited_to_the_invoice_that_it_is_on(orders):
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    target.refresh_from_db()
    moved = source.__class__.objects.get(pk=target.pk).tickets.filter(paid_with=source).first()
    cancel(target, [moved], keep_fee=True)
    [note] = credit_notes(source)
    assert note.what.corrects == Document.objects.get(order=source.reference, kind="invoice").number
    # Its price without the fee: nothing at the rate of fees.
    assert by_rate(note) == {7: Decimal("40.00")}
    assert moved.label in " ".join(line.detail for line in note.what.lines)
    assert credit_notes(target) == []
    assert audit() == []


def test_tickets_of_both_that_are_cancelled_together_have_a_credit_note_each(orders):
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    target.refresh_from_db()
    cancel(target)
    for order in orders:
        [note] = credit_notes(order)
        invoice = Document.objects.get(order=order.reference, kind="invoice")
        assert (note.gross, note.what.corrects) == (90, invoice.number)
        assert by_rate(note) == by_rate(invoice)
        assert [line.text for line in note.what.lines] == [one.text for one in invoice.what.lines]
    assert audit() == []


def test_a_split_ticket_is_credited_to_the_invoice_of_its_buyer(orders):
    order, _other = orders
    ticket = order.tickets.order_by("pk").first()
    new = split(order, [ticket])
    cancel(new)
    [note] = credit_notes(order)
    assert (note.gross, by_rate(note)) == (45, {19: Decimal(5), 7: Decimal(40)})
    assert not Document.objects.filter(order=new.reference).exists()
    assert audit() == []


def test_the_journal_has_the_tax_of_the_moved_ticket(orders):
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    target.refresh_from_db()
    cancel(target, [target.tickets.filter(paid_with=source).first()], keep_fee=True)
    found = amounts()
    assert found["refunds", "7"] == 40 and ("refunds", "19") not in found


def test_an_invoice_that_is_asked_for_after_a_merge_has_the_tickets_that_were_paid(orders):
    third = make_order_to_invoice(orders[0].performance, ["C1", "C2"])
    merge_orders(source=third, target=orders[0], **BY)
    invoice = make_invoice(Order.objects.get(pk=third.pk))
    assert (invoice.order, invoice.gross) == (third.reference, 90)
    labels = " ".join(line.detail for line in invoice.what.lines)
    assert set(third.tickets.values_list("pk", flat=True)) == set()
    assert all(label in labels for label in ("1", "2"))


def test_the_receipt_of_a_merged_order_stays_and_the_split_one_has_none(orders):
    performance = orders[0].performance
    paid = make_order_to_invoice(performance, ["D1", "D2"], details={})
    target = make_order_to_invoice(performance, ["E1"], details={})
    receipt = store_receipt(paid)
    merge_orders(source=paid, target=target, **BY)
    paid.refresh_from_db()
    assert store_receipt(paid) == receipt and receipt.gross == 90
    assert store_receipt(target).gross == 45
    target.refresh_from_db()
    new = split(target, list(target.tickets.filter(paid_with=paid))[:1])
    assert not is_offered(new)
    cancel(new)
    [group] = refund_receipts(paid)
    refund = store_refund_receipt(paid, group)
    assert (refund.gross, refund.order) == (45, paid.reference)
    assert refund_receipts(new) == []


def test_an_amount_is_refunded_where_it_was_paid(orders):
    source, target = orders
    merge_orders(source=source, target=target, **BY)
    source.refresh_from_db()
    refund_amount(
        order=source, amount=Decimal("9.00"), actor="staff:1", reason="Late", request_key="r"
    )
    send_refunds()
    [note] = credit_notes(source)
    assert by_rate(note) == {19: Decimal("1.00"), 7: Decimal("8.00")}
    assert Refund.objects.get().payment.purpose == source.reference
    assert audit() == []
