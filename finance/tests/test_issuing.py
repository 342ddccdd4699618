"""Invoices, and the credit notes of their refunds."""

from decimal import Decimal

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import refund_amount
from bookings.ledger.audit import audit
from bookings.ledger.retention import anonymise_old_guests
from bookings.models import LedgerEntry, Order, TicketChange
from bookings.tests.factories import make_hold, make_order, make_paid_order, make_sale, pay
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from finance.documents.content import Kind
from finance.documents.einvoice import to_xml
from finance.documents.files import file_of
from finance.documents.issuing import issue_due_documents, issue_invoice, update_documents
from finance.documents.order_page import request_invoice
from finance.exceptions import NoSeller, SellerIncomplete
from finance.models import Document, DocumentRefund
from finance.tests.einvoices import faults_of
from finance.tests.factories import (
    DETAILS,
    make_invoice,
    make_order_to_invoice,
    make_seller,
    make_taxed_sale,
)
from organisation.models import Seller
from payments.models import Payment, Refund

pytestmark = pytest.mark.django_db(transaction=True)


def cents(text):
    return Decimal(text)


def by_rate(document):
    return {int(tax.rate): (tax.gross, tax.net, tax.tax) for tax in document.what.taxes}


def credit_notes():
    return list(Document.objects.filter(kind=Kind.CREDIT_NOTE).order_by("pk"))


def refund_by_hand(order, amount, key):
    refund_amount(order=order, amount=Decimal(amount), actor="staff:1", reason="x", request_key=key)


def test_an_invoice_says_what_was_sold_by_rate():
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    assert (invoice.kind, invoice.gross, invoice.order) == ("invoice", 90, order.reference)
    assert by_rate(invoice) == {
        19: (cents("10.00"), cents("8.40"), cents("1.60")),
        7: (cents("80.00"), cents("74.77"), cents("5.23")),
    }
    assert invoice.what.buyer.name == DETAILS["name"]
    order.refresh_from_db()
    assert order.invoice_details is None
    assert faults_of(to_xml(invoice.what)) == []
    assert audit() == []


def test_an_order_that_asks_for_none_gets_none():
    make_paid_order(hold=make_hold(performance=make_taxed_sale()))
    assert issue_due_documents() == 0


def test_an_unpaid_order_gets_none():
    order = make_order(hold=make_hold(performance=make_taxed_sale()))
    Order.objects.filter(pk=order.pk).update(invoice_details=DETAILS)
    assert issue_due_documents() == 0
    pay(order)
    assert issue_due_documents() == 1


def test_it_is_issued_by_the_task_and_e_mailed_with_its_file():
    make_order_to_invoice()
    assert issue_due_documents() == 1
    render_due_emails()
    email = OutboxEmail.objects.get(kind="invoice")
    (attachment,) = email.attachments.all()
    assert attachment.file.read() == bytes(file_of(Document.objects.get()).content)
    assert attachment.name.startswith("invoice-KAS")
    assert issue_due_documents() == 0
    assert OutboxEmail.objects.filter(kind="invoice").count() == 1


def test_without_a_seller_it_waits():
    order = make_order_to_invoice(make_sale())
    with pytest.raises(NoSeller):
        issue_invoice(order=order)
    assert issue_due_documents() == 0
    make_seller()
    assert issue_due_documents() == 1


def test_without_the_sellers_tax_number_it_waits():
    seller = make_seller(tax_number="")
    order = make_order_to_invoice(make_taxed_sale(seller=seller))
    with pytest.raises(SellerIncomplete):
        issue_invoice(order=order)
    assert not Document.objects.exists()
    Seller.objects.update(tax_number="1")
    assert issue_due_documents() == 1


def test_one_order_that_fails_keeps_no_other_from_its_invoice():
    make_order_to_invoice(make_taxed_sale(seller=make_seller(tax_number="")))
    make_order_to_invoice(make_taxed_sale(seller=make_seller()))
    assert issue_due_documents() == 1


def test_later_changes_of_the_seller_change_no_invoice():
    invoice = make_invoice()
    before = invoice.what
    Seller.objects.update(name="Another")
    assert Document.objects.get().what == before


# --- Credit notes -----------------------------------------------------------------------------


def test_cancelled_tickets_are_credited_with_their_tax():
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    ticket = order.tickets.first()
    cancel_tickets(order=order, actor="staff:1", by_staff=True, ticket_ids=[ticket.pk])
    assert issue_due_documents() == 1
    (note,) = credit_notes()
    assert by_rate(note) == {
        19: (cents("5.00"), cents("4.20"), cents("0.80")),
        7: (cents("40.00"), cents("37.38"), cents("2.62")),
    }
    assert note.what.lines[0].detail == ticket.label
    assert (note.what.corrects, note.what.corrects_date) == (invoice.number, invoice.issued_on)
    assert note.sequence == 2
    assert faults_of(to_xml(note.what)) == []
    assert issue_due_documents() == 0
    assert audit() == []


def test_a_kept_fee_is_not_credited():
    order = make_order_to_invoice()
    make_invoice(order)
    cancel_tickets(order=order, actor="staff:1", by_staff=True, keep_fee=True)
    update_documents(order=order)
    (note,) = credit_notes()
    assert by_rate(note) == {7: (cents("80.00"), cents("74.77"), cents("5.23"))}
    assert [line.text for line in note.what.lines] == ["Ticket, Regular"]


def test_a_refund_by_hand_has_its_share_of_all_rates():
    order = make_order_to_invoice()
    make_invoice(order)
    refund_by_hand(order, "30.00", "a")
    update_documents(order=order)
    (note,) = credit_notes()
    assert {rate: gross for rate, (gross, _net, _tax) in by_rate(note).items()} == {
        19: cents("3.33"),
        7: cents("26.67"),
    }
    assert faults_of(to_xml(note.what)) == []
    assert audit() == []


def test_credit_notes_add_up_to_the_invoice_to_the_cent():
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    for number, amount in enumerate(("0.01", "33.33", "7.77", "28.88")):
        refund_by_hand(order, amount, str(number))
        update_documents(order=order)
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    update_documents(order=order)
    notes = credit_notes()
    assert len(notes) == 5
    for name in ("gross", "net", "tax"):
        assert sum(getattr(note, name) for note in notes) == getattr(invoice, name)
    rates = {rate: by_rate(invoice)[rate] for rate in (7, 19)}
    for rate, sums in rates.items():
        parts = [by_rate(note)[rate] for note in notes if rate in by_rate(note)]
        assert tuple(map(sum, zip(*parts, strict=True))) == sums
    assert audit() == []


def test_refunds_before_the_invoice_are_credited_with_it():
    order = make_order_to_invoice(details=None)
    refund_by_hand(order, "20.00", "a")
    request_invoice(order=order, details=DETAILS)
    assert issue_due_documents() == 2
    assert [one.kind for one in Document.objects.order_by("pk")] == ["invoice", "credit_note"]
    assert audit() == []


def test_refunds_of_other_orders_are_not_credited():
    order = make_order_to_invoice(details=None)
    refund_by_hand(order, "20.00", "a")
    assert issue_due_documents(everything=True) == 0


def test_a_payment_that_bought_nothing_is_not_credited():
    order = make_order_to_invoice()
    make_invoice(order)
    payment = Payment.objects.create(
        purpose=order.reference, provider="demo", amount=90, currency="EUR", description="x",
        return_url="/", status="captured", captured_at=order.paid_at,
    )  # fmt: skip
    Refund.objects.create(payment=payment, key=f"not-fulfilled:{payment.key}", amount=90)
    assert update_documents(order=order) == []


def test_a_refund_from_two_payments_is_one_credit_note():
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    payment = Payment.objects.get(purpose=order.reference)
    parts = [
        Refund.objects.create(payment=payment, key=key, amount=amount)
        for key, amount in (("by-hand:x", 30), ("by-hand:x+1", 15))
    ]
    update_documents(order=order)
    (note,) = credit_notes()
    assert note.gross == 45
    assert DocumentRefund.objects.filter(document=note, refund__in=parts).count() == 2
    assert invoice.gross == 90


# --- Changes of tickets -----------------------------------------------------------------------


def make_cheaper(order, amount):
    """Write what a change to a concession leaves behind."""
    ticket = order.tickets.first()
    lines = [{"ticket": ticket.pk, "old_price": str(ticket.price), "price": "0", "fee": "0"}]
    entry = LedgerEntry.objects.create(
        performance=order.performance, kind="change", order=order.reference, actor="x",
        amount=-Decimal(amount), currency="EUR", detail={"lines": lines},
    )  # fmt: skip
    order.tickets.filter(pk=ticket.pk).update(price=ticket.price - Decimal(amount))
    payment = Payment.objects.get(purpose=order.reference)
    key = f"change:{order.reference}:{entry.pk}"
    Refund.objects.create(payment=payment, key=key, amount=Decimal(amount))


def test_tickets_that_became_cheaper_before_the_invoice_are_invoiced_at_their_price():
    order = make_order_to_invoice()
    make_cheaper(order, "10.00")
    (invoice,) = issue_invoice(order=order)
    assert invoice.gross == 80
    assert update_documents(order=order) == []


def test_tickets_that_become_cheaper_after_the_invoice_are_credited():
    order = make_order_to_invoice()
    make_invoice(order)
    make_cheaper(order, "10.00")
    update_documents(order=order)
    (note,) = credit_notes()
    assert note.gross == 10
    assert note.what.lines[0].text == "Tickets changed"


def test_tickets_that_become_dearer_after_the_invoice_get_another_invoice():
    order = make_order_to_invoice()
    first = make_invoice(order)
    ticket = order.tickets.first()
    line = {"ticket": ticket.pk, "old_price": "45.00", "price": "55.70", "fee": "5.00"}
    change = TicketChange.objects.create(
        order=order, number=1, reference=f"{order.reference}-1", lines=[line],
        difference=Decimal("10.70"), status="applied",
    )  # fmt: skip
    assert issue_due_documents() == 1
    second = Document.objects.invoices().get(source=f"change:{change.reference}")
    assert by_rate(second) == {7: (cents("10.70"), cents("10.00"), cents("0.70"))}
    assert first.number in second.what.note
    assert second.what.buyer == first.what.buyer
    assert faults_of(to_xml(second.what)) == []
    assert issue_due_documents() == 0


# --- Privacy ----------------------------------------------------------------------------------


def test_documents_outlive_the_anonymisation_of_guests(settings):
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    file = bytes(file_of(invoice).content)
    type(order.performance).objects.update(starts_at="2020-01-01T20:00Z")
    assert anonymise_old_guests() == 1
    document = Document.objects.get()
    assert document.what.buyer.name == DETAILS["name"]
    assert bytes(document.file.content) == file


def test_the_credit_note_of_an_anonymised_customer_is_not_e_mailed():
    order = make_order_to_invoice()
    file_of(make_invoice(order))
    type(order.performance).objects.update(starts_at="2020-01-01T20:00Z")
    anonymise_old_guests()
    OutboxEmail.objects.all().delete()
    refund_by_hand(order, "10.00", "a")
    issue_due_documents()
    assert len(credit_notes()) == 1
    assert not OutboxEmail.objects.filter(kind="credit_note").exists()


def test_a_request_that_was_not_answered_is_anonymised_too():
    order = make_order_to_invoice(make_sale())
    type(order.performance).objects.update(starts_at="2020-01-01T20:00Z")
    anonymise_old_guests()
    order.refresh_from_db()
    assert order.invoice_details is None


# --- The fee of the order ---------------------------------------------------------------------


def make_order_with_fee():
    """Make an order to invoice with a fee of its own, as if it had been sold with it."""
    order = make_order_to_invoice()
    Order.objects.filter(pk=order.pk).update(
        order_fee=2, order_fee_tax_rate=19, total=order.total + 2
    )
    Payment.objects.filter(purpose=order.reference).update(amount=order.total + 2)
    order.refresh_from_db()
    return order


def test_the_order_fee_is_a_line_of_its_own():
    order = make_order_with_fee()
    invoice = make_invoice(order)
    assert [(line.text, line.gross) for line in invoice.what.lines] == [
        ("Ticket, Regular", 80),
        ("Booking fee", 10),
        ("Order fee", 2),
    ]
    assert by_rate(invoice)[19] == (cents("12.00"), cents("10.08"), cents("1.92"))
    assert faults_of(to_xml(invoice.what)) == []


def test_the_order_fee_is_credited_when_it_is_refunded():
    order = make_order_with_fee()
    invoice = make_invoice(order)
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    update_documents(order=order)
    (note,) = credit_notes()
    assert note.gross == invoice.gross == 92
    assert note.what.lines == invoice.what.lines
    assert note.what.taxes == invoice.what.taxes


# --- Refunds that are withdrawn ---------------------------------------------------------------


def withdraw_refund():
    """Withdraw the only refund, as staff do whose provider refused it."""
    Refund.objects.update(status=Refund.Status.WITHDRAWN)


def test_a_credit_note_is_reversed_when_its_refund_is_withdrawn():
    order = make_order_to_invoice()
    invoice = make_invoice(order)
    refund_by_hand(order, "30.00", "a")
    update_documents(order=order)
    withdraw_refund()
    assert issue_due_documents() == 1
    reversal = Document.objects.get(source__startswith="withdrawn:")
    (note,) = credit_notes()
    assert (reversal.kind, reversal.what.taxes) == ("invoice", note.what.taxes)
    assert note.number in reversal.what.note
    assert reversal.what.buyer == invoice.what.buyer
    assert faults_of(to_xml(reversal.what)) == []
    assert issue_due_documents() == 0
    assert {finding.rule for finding in audit()} <= {"log_money"}


def test_a_refund_made_elsewhere_instead_takes_over_the_credit_note():
    order = make_order_to_invoice()
    make_invoice(order)
    refund_by_hand(order, "30.00", "a")
    update_documents(order=order)
    withdraw_refund()
    payment = Payment.objects.get()
    made = Refund.objects.create(payment=payment, key="elsewhere", amount=30, reason="x")
    assert issue_due_documents() == 0
    assert DocumentRefund.objects.get().refund == made


def test_a_refund_that_was_withdrawn_before_is_not_credited():
    order = make_order_to_invoice()
    make_invoice(order)
    refund_by_hand(order, "30.00", "a")
    withdraw_refund()
    assert issue_due_documents() == 0
