"""Invoices of orders that are paid later by transfer: issued before, credited when they lapse."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.sale.reservations import cancel_reservation, lapse_reservations, reserve_order
from bookings.staff_operations.performance_cancellation import cancel_performance
from bookings.staff_operations.transfers import record_transfer
from bookings.tests.browsing import browser_of
from bookings.tests.factories import make_customer, make_hold, make_order
from bookings.tests.test_reservations import end_reservation
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from finance.documents.einvoice import to_xml
from finance.documents.files import file_of
from finance.documents.issuing import issue_due_documents, issue_invoice, update_documents
from finance.documents.order_page import request_invoice
from finance.models import Document
from finance.tests.einvoices import faults_of
from finance.tests.factories import DETAILS, make_seller, make_taxed_sale

pytestmark = pytest.mark.django_db(transaction=True)
IBAN = "DE89370400440532013000"


def make_reserved(*, wants_invoice=True, **fields):
    seller = make_seller(iban=IBAN)
    order = make_order(hold=make_hold(performance=make_taxed_sale(seller=seller), **fields))
    until = timezone.now() + timedelta(days=7)
    order = reserve_order(order=order, payable_until=until, actor="staff:1")
    if wants_invoice:
        request_invoice(order=order, details=DETAILS)
    return order


def documents():
    return list(Document.objects.order_by("pk"))


def lapse(order):
    end_reservation(order)
    assert lapse_reservations() == 1


def text_of(document):
    pages = PdfReader(io.BytesIO(bytes(file_of(document).content))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_invoice_is_issued_before_the_payment_and_says_how_to_pay():
    order = make_reserved()
    assert issue_due_documents() == 1
    (invoice,) = documents()
    assert (invoice.gross, invoice.what.method) == (90, "")
    text = text_of(invoice)
    for words in (order.reference, "DE89 3704 0044 0532 0130 00", "Please transfer €90.00"):
        assert words in text
    assert "nothing left to pay" not in text
    assert faults_of(to_xml(invoice.what)) == []
    xml = to_xml(invoice.what).decode()
    assert "DuePayableAmount>90.00<" in xml and ">58<" in xml and "DueDateDateTime" in xml
    assert audit() == []
    render_due_emails()
    email = OutboxEmail.objects.get(kind="invoice")
    assert "DE89 3704" in email.text and email.attachments.count() == 1


def test_paying_it_issues_no_second_invoice():
    order = make_reserved()
    issue_due_documents()
    record_transfer(order=order, received_on=timezone.localdate(), taken_by="staff:1")
    assert issue_due_documents(everything=True) == 0
    assert [one.kind for one in documents()] == ["invoice"]
    assert audit() == []


@pytest.mark.parametrize("end", ["lapse", "cancel", "performance"])
def test_when_the_reservation_ends_unpaid_a_credit_note_cancels_it(end):
    order = make_reserved()
    issue_due_documents()
    if end == "lapse":
        lapse(order)
    elif end == "cancel":
        cancel_reservation(order=order, actor="staff:1")
    else:
        cancel_performance(performance=order.performance, actor="staff:1", reason="x")
        lapse_reservations()
    assert issue_due_documents() == 1
    assert issue_due_documents(everything=True) == 0
    invoice, note = documents()
    assert (note.kind, note.gross, note.what.corrects) == ("credit_note", 90, invoice.number)
    assert note.what.taxes == invoice.what.taxes
    assert "Total refunded" not in text_of(note)
    assert faults_of(to_xml(note.what)) == []
    assert audit() == []
    render_due_emails()
    assert "there is nothing to pay" in OutboxEmail.objects.get(kind="credit_note").text


def test_money_that_comes_after_the_credit_note_gets_a_new_invoice():
    order = make_reserved()
    issue_due_documents()
    lapse(order)
    issue_due_documents()
    record_transfer(order=order, received_on=timezone.localdate(), taken_by="staff:1")
    assert issue_due_documents() == 1
    assert issue_due_documents(everything=True) == 0
    first, _note, second = documents()
    assert (second.kind, second.gross, second.what.buyer) == ("invoice", 90, first.what.buyer)
    assert second.what.method == "transfer"
    assert audit() == []


def test_money_that_comes_before_the_credit_note_keeps_the_invoice():
    order = make_reserved()
    issue_due_documents()
    lapse(order)
    record_transfer(order=order, received_on=timezone.localdate(), taken_by="staff:1")
    assert issue_due_documents(everything=True) == 0
    assert len(documents()) == 1 and audit() == []


def test_the_audit_finds_an_invoice_without_its_credit_note(django_capture_on_commit_callbacks):
    order = make_reserved()
    issue_due_documents()
    Order.objects.filter(pk=order.pk).update(status="lapsed")
    assert "lapsed_invoice_credited" in {found.rule for found in audit()}


def test_a_basket_gets_none_and_neither_does_an_order_whose_customer_asked_for_none():
    order = make_reserved(wants_invoice=False)
    assert issue_due_documents() == 0
    Order.objects.filter(pk=order.pk).update(status="lapsed", invoice_details=DETAILS)
    assert issue_due_documents() == 0
    assert issue_invoice(order=order) == update_documents(order=order) == []


def test_the_customer_asks_for_it_on_the_page_of_the_order_and_finds_it_there():
    customer = make_customer()
    order = make_reserved(wants_invoice=False, customer=customer)
    browser = browser_of(customer)
    page = browser.get(order.get_absolute_url()).content.decode()
    assert "Request an invoice" in page and "Receipt" not in page
    data = {f"invoice-{name}": value for name, value in DETAILS.items()}
    browser.post(reverse("documents:invoice", args=[order.reference]), data)
    issue_due_documents()
    number = documents()[0].number
    assert f"Invoice {number}" in browser.get(order.get_absolute_url()).content.decode()
    lapse(order)
    issue_due_documents()
    assert "Credit note" in browser.get(order.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("role", "status"), [(Role.BOX_OFFICE, 302), (Role.FINANCE, 403)])
def test_staff_issue_it_in_the_admin(role, status):
    order = make_reserved(wants_invoice=False)
    browser = Client()
    browser.force_login(make_staff(role))
    url = reverse("admin:bookings_order_issue_invoice", args=[order.pk])
    data = {f"invoice-{name}": value for name, value in DETAILS.items()} | {"confirmed": "yes"}
    assert browser.post(url, data | {"invoice-name": ""}).status_code in (422, 403)
    assert browser.post(url, data).status_code == status
    assert issue_due_documents() == (1 if status == 302 else 0)
    if status == 302:
        page = browser.get(reverse("admin:bookings_order_change", args=[order.pk]))
        assert documents()[0].number in page.content.decode()
        assert browser.get(url).status_code == 302  # It has one.
