"""From the basket to the invoice in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Order
from bookings.tests.browsing import cookie_of
from bookings.tests.factories import make_customer, make_hold
from core.testing.page_faults import faults_at_both_sizes, faults_of
from finance.documents.issuing import issue_due_documents
from finance.models import Document
from finance.tests.factories import DETAILS, make_taxed_sale

pytestmark = pytest.mark.django_db(transaction=True)


def fill_in(page):
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()


@pytest.fixture
def basket(page, live_server):
    """Return the page with a basket whose seller issues invoices."""
    alice = make_customer()
    hold = make_hold(performance=make_taxed_sale(), customer=alice)
    page.context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    page.goto(hold.get_absolute_url())
    return page


def fill_in_invoice(page):
    page.get_by_label("Company or name").fill(DETAILS["name"])
    page.get_by_label("Street and number").fill(DETAILS["street"])
    page.get_by_label("Postcode").fill(DETAILS["postcode"])
    page.get_by_label("City").fill(DETAILS["city"])


def test_it_buys_with_an_invoice(basket):
    page = basket
    fill_in(page)
    page.get_by_label("I need an invoice").check()
    fill_in_invoice(page)
    page.get_by_label("VAT number (optional)").fill("DE129274203")
    assert faults_at_both_sizes(page) == []
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page.locator("#id_invoice-vat_id_error")).to_contain_text("not a valid VAT number")
    assert faults_at_both_sizes(page) == []
    page.get_by_label("VAT number").fill(DETAILS["vat_id"])
    page.get_by_role("button", name="Order and pay €90").click()
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page).to_have_url(re.compile("/orders/"))
    order = Order.objects.get()
    assert order.invoice_details == DETAILS
    issue_due_documents()
    page.reload()
    expect(
        page.get_by_role("link", name=f"Invoice {Document.objects.get().number}")
    ).to_be_visible()
    assert faults_at_both_sizes(page) == []
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert faults_at_both_sizes(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".site-header .brand")).to_be_visible()
    for name in (".site-nav", ".search", ".site-footer"):
        expect(page.locator(name)).to_be_hidden()


@pytest.mark.both_sizes
def test_the_fields_come_and_go_with_the_box_by_keyboard(basket):
    page = basket
    box, first = page.get_by_label("I need an invoice"), page.get_by_label("Company or name")
    box.press("Space")
    expect(first).to_be_visible()
    # The focus stays, and the fields come next.
    expect(box).to_be_focused()
    assert faults_of(page) == []
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    expect(first).to_be_in_viewport(ratio=1)
    page.keyboard.press("Shift+Tab")
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    expect(first).to_have_count(0)
    expect(box).to_be_focused()
    fill_in(page)
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.get().invoice_details is None


@pytest.mark.both_sizes
def test_the_errors_of_an_invoice_have_the_focus(basket):
    page = basket
    fill_in(page)
    box = page.get_by_label("I need an invoice")
    box.check()
    page.get_by_label("Postcode").fill(DETAILS["postcode"])
    page.get_by_role("button", name="Order and pay €90").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_contain_text("Please check 3 entries")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport(ratio=1)
    expect(box).to_be_checked()
    expect(page.get_by_label("Postcode")).to_have_value(DETAILS["postcode"])
    errors = {
        "City": "Enter the city.",
        "Street and number": "Enter the street and number.",
        "Company or name": "Enter the name for the invoice.",
    }
    for label, error in errors.items():
        field = page.get_by_label(label)
        summary.get_by_role("link", name=f"{label}: {error}").click()
        expect(field).to_be_focused()
        expect(field).to_have_accessible_description(error)
        # The countdown, which stays at the top, does not cover the field.
        top = page.locator("#countdown").bounding_box()
        assert field.bounding_box()["y"] >= top["y"] + top["height"]
        expect(field).to_be_in_viewport(ratio=1)
    fill_in_invoice(page)
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.get().invoice_details == DETAILS | {"vat_id": ""}
