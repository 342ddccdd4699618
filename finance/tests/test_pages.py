"""The documents of an order, for its customer; invoices asked for in the basket and later."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.aftersale.partial_refunds import refund_amount
from bookings.models import Order
from bookings.tests.browsing import browser_of, filled_in
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
)
from finance.documents.issuing import issue_due_documents
from finance.models import Document
from finance.tests.factories import DETAILS, make_taxed_sale
from organisation.models import Seller
from payments.models import Refund
from shows.terms import clear_cached_terms
from shows.tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

POSTED = {f"invoice-{name}": value for name, value in DETAILS.items()}


@pytest.fixture
def alice():
    return make_customer()


def order_of(customer, **fields):
    performance = make_taxed_sale(**fields)
    return make_paid_order(hold=make_hold(performance=performance, customer=customer))


def refund(order, amount="20.00"):
    refund_amount(order=order, amount=Decimal(amount), actor="staff:1", reason="x", request_key="k")


# --- The receipt ------------------------------------------------------------------------------


def test_the_order_offers_receipt_and_invoice(alice):
    order = order_of(alice)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert f'href="/orders/{order.reference}/receipt/"' in text
    assert f'href="/orders/{order.reference}/invoice/"' in text


def test_the_receipt_shows_tax_by_rate_and_who_sold(alice):
    order = order_of(alice)
    response = browser_of(alice).get(f"/orders/{order.reference}/receipt/")
    text = response.content.decode()
    for words in ("€74.77", "€5.23", "€8.40", "€1.60", "€90.00", "30/123/45678", "10115 Berlin"):
        assert words in text
    assert "Alice" not in text
    assert not Document.objects.exists()


def test_the_receipt_as_pdf_is_stored_once_and_stays(alice):
    order = order_of(alice)
    browser, url = browser_of(alice), f"/orders/{order.reference}/receipt.pdf"
    first = browser.get(url)
    assert first["Content-Type"] == "application/pdf" and first.content.startswith(b"%PDF")
    Seller.objects.update(name="Another")
    assert browser.get(url).content == first.content
    receipt = Document.objects.get()
    assert (receipt.kind, receipt.number, receipt.gross) == ("receipt", "", 90)
    assert "Another" not in browser.get(f"/orders/{order.reference}/receipt/").content.decode()


def test_an_exempt_receipt_says_why(alice):
    order = order_of(alice, rate="0", fee_rate="0", exemption="§ 4 Nr. 20 UStG")
    text = browser_of(alice).get(f"/orders/{order.reference}/receipt/").content.decode()
    assert "§ 4 Nr. 20 UStG" in text and "exempt" in text


def test_a_refund_has_a_receipt_of_its_own(alice):
    order = order_of(alice)
    refund(order)
    browser = browser_of(alice)
    url = f"/orders/{order.reference}/refunds/{Refund.objects.get().pk}.pdf"
    assert f'href="{url}"' in browser.get(order.get_absolute_url()).content.decode()
    first = browser.get(url)
    assert first.status_code == 200
    assert browser.get(url).content == first.content
    assert Document.objects.get().gross == 20
    assert browser.get(f"/orders/{order.reference}/refunds/999999.pdf").status_code == 404


def test_a_free_order_has_no_receipt(alice):
    performance = make_taxed_sale(prices={"Regular": 0}, fee_rate="0", rate="0")
    order = make_order(hold=make_hold(performance=performance, customer=alice))
    browser = browser_of(alice)
    assert "/receipt/" not in browser.get(order.get_absolute_url()).content.decode()
    for page in ("receipt/", "receipt.pdf", "invoice/"):
        assert browser.get(f"/orders/{order.reference}/{page}").status_code == 404


def test_without_a_seller_there_are_no_documents(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    assert "invoice" not in browser.get(order.get_absolute_url()).content.decode()
    assert browser.get(f"/orders/{order.reference}/receipt/").status_code == 404


def test_strangers_get_404(alice):
    order = order_of(alice)
    Order.objects.filter(pk=order.pk).update(invoice_details=DETAILS)
    issue_due_documents()
    invoice = Document.objects.get()
    pages = ["receipt/", "receipt.pdf", "invoice/", f"documents/{invoice.pk}.pdf", "refunds/1.pdf"]
    for page in pages:
        assert Client().get(f"/orders/{order.reference}/{page}").status_code == 404
    mallory = make_customer()
    other = order_of(mallory)
    url = f"/orders/{other.reference}/documents/{invoice.pk}.pdf"
    assert browser_of(mallory).get(url).status_code == 404


# --- Asking for an invoice later --------------------------------------------------------------


def test_an_invoice_is_requested_on_the_page_of_the_order(alice):
    order = order_of(alice)
    browser, url = browser_of(alice), f"/orders/{order.reference}/invoice/"
    assert "Company or name" in browser.get(url).content.decode()
    response = browser.post(url, POSTED)
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())
    assert "your invoice in a moment" in browser.get(response["Location"]).content.decode()
    issue_due_documents()
    invoice = Document.objects.get()
    assert invoice.content["buyer"]["name"] == "Archer & Söhne GmbH"
    text = browser.get(order.get_absolute_url()).content.decode()
    assert f"Invoice {invoice.number}" in text and "Request an invoice" not in text
    pdf = browser.get(f"/orders/{order.reference}/documents/{invoice.pk}.pdf")
    assert pdf.content == bytes(invoice.file.content)


def test_requesting_again_makes_no_second_invoice(alice):
    order = order_of(alice)
    browser, url = browser_of(alice), f"/orders/{order.reference}/invoice/"
    for _again in range(2):
        browser.post(url, POSTED)
        issue_due_documents()
    assert Document.objects.count() == 1
    order.refresh_from_db()
    assert order.invoice_details is None


def test_after_the_invoice_a_refund_shows_its_credit_note(alice):
    order = order_of(alice)
    browser = browser_of(alice)
    browser.post(f"/orders/{order.reference}/invoice/", POSTED)
    issue_due_documents()
    refund(order)
    issue_due_documents()
    text = browser.get(order.get_absolute_url()).content.decode()
    note = Document.objects.get(kind="credit_note")
    assert f"Credit note {note.number}" in text and "Refund receipt" not in text


def test_a_receipt_opened_after_the_invoice_names_it(alice):
    order = order_of(alice)
    browser = browser_of(alice)
    browser.post(f"/orders/{order.reference}/invoice/", POSTED)
    issue_due_documents()
    text = browser.get(f"/orders/{order.reference}/receipt/").content.decode()
    assert f"Invoice {Document.objects.get().number} has been issued" in text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Enter the name for the invoice."),
        ("street", "", "Enter the street and number."),
        ("city", " ", "Enter the city."),
        ("country", "", "Choose a country."),
        ("country", "XX", "Choose a country."),
        ("vat_id", "DE123456789", "not a valid VAT number"),
        ("vat_id", "ATU13585627", "belongs to another country"),
        ("vat_id", "??", "VAT number"),
        ("name", "A\x00", "Null characters"),
        ("name", "A" * 151, "at most 150"),
    ],
)
def test_wrong_details_are_reported_at_the_field(alice, field, value, words):
    order = order_of(alice)
    url = f"/orders/{order.reference}/invoice/"
    response = browser_of(alice).post(url, {**POSTED, f"invoice-{field}": value})
    assert response.status_code == 422
    text = response.content.decode()
    assert words in text
    assert f'id="id_invoice-{field}_error"' in text
    order.refresh_from_db()
    assert order.invoice_details is None


@pytest.mark.parametrize(
    ("country", "number"),
    [("GR", "EL094259216"), ("DE", "de 129 274 202"), ("GB", "GB 980 780 684"), ("US", "")],
)
def test_vat_numbers_of_other_countries_are_accepted(alice, country, number):
    order = order_of(alice)
    details = {**POSTED, "invoice-country": country, "invoice-vat_id": number}
    response = browser_of(alice).post(f"/orders/{order.reference}/invoice/", details)
    assert response.status_code == 303


# --- Asking for an invoice in the basket -------------------------------------------------------


def basket(customer, performance=None):
    hold = make_hold(performance=performance or make_taxed_sale(), customer=customer)
    browser, url = browser_of(customer), hold.get_absolute_url()
    return browser, url, browser.get(url)


def test_the_basket_stores_the_details_with_the_order(alice):
    browser, url, page = basket(alice)
    assert "I need an invoice" in page.content.decode()
    response = browser.post(url, filled_in(page, wants_invoice="on", **POSTED))
    assert response.status_code == 303
    order = Order.objects.get()
    assert order.invoice_details == DETAILS
    assert issue_due_documents() == 0
    pay(order)
    assert issue_due_documents() == 1


def test_an_invoice_costs_the_sale_no_statement(keep_caches):
    statements, performance = [], make_taxed_sale()
    for seat, more in enumerate(({}, {}, {"wants_invoice": "on", **POSTED}), start=1):
        customer = make_customer()
        hold = make_hold(performance=performance, customer=customer, labels=[f"A{2 * seat}"])
        browser, url = browser_of(customer), hold.get_absolute_url()
        page = browser.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(url, filled_in(page, **more)).status_code == 303
        statements.append(len(queries))
    assert statements[1] == statements[2]  # The first has caches to fill.


def test_the_basket_asks_for_nothing_more_otherwise(alice):
    browser, url, page = basket(alice)
    assert "id_invoice-name" not in page.content.decode()
    browser.post(url, filled_in(page, **POSTED))
    assert Order.objects.get().invoice_details is None


def test_the_fields_are_loaded_when_the_box_is_ticked(client):
    text = client.get("/invoice-fields/", {"country": "AT", "wants_invoice": "on"}).content.decode()
    assert 'name="invoice-name"' in text and '<option value="AT" selected>Austria' in text
    assert not client.get("/invoice-fields/", {"country": "AT"}).content.strip()
    assert client.post("/invoice-fields/").status_code == 405


def test_without_javascript_the_fields_are_shown_on_the_next_page(alice):
    browser, url, page = basket(alice)
    response = browser.post(url, filled_in(page, wants_invoice="on"))
    assert response.status_code == 422
    text = response.content.decode()
    assert 'name="invoice-name"' in text and "Enter the name for the invoice." in text
    assert 'value="Alice Archer"' in text
    assert not Order.objects.exists()


def test_other_buttons_keep_the_fields_without_checking_them(alice):
    browser, url, page = basket(alice)
    typed = filled_in(page, wants_invoice="on", **{"invoice-name": "Archer"})
    text = browser.post(f"{url}extend/", typed).content.decode()
    assert 'value="Archer"' in text and "Enter the street" not in text


def test_a_box_that_is_no_longer_ticked_removes_the_details(alice):
    browser, url, page = basket(alice)
    browser.post(url, filled_in(page, wants_invoice="on", **POSTED))
    browser.post(url, filled_in(page, **POSTED))
    assert Order.objects.get().invoice_details is None


def test_a_basket_without_a_seller_offers_no_invoice(alice):
    browser, url, page = basket(alice, make_sale())
    assert "I need an invoice" not in page.content.decode()
    browser.post(url, filled_in(page, wants_invoice="on", **POSTED))
    assert Order.objects.get().invoice_details is None
    clear_cached_terms()


def test_data_of_an_account_lists_its_documents():
    user = make_user(email="alice@example.org")
    customer = make_customer(user=user)
    order = make_paid_order(
        hold=make_hold(performance=make_taxed_sale(), customer=customer), user=user
    )
    Order.objects.filter(pk=order.pk).update(invoice_details=DETAILS)
    issue_due_documents()
    data = browser_of(customer).get("/accounts/data/concert.json").json()
    assert data["documents"][0]["number"] == Document.objects.get().number
