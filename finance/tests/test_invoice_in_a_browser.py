"""From the basket to the invoice in a real browser, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Order
from bookings.tests.browsing import cookie_of
from bookings.tests.factories import make_customer, make_hold
from core.testing.browser import SIZES
from core.testing.page_faults import faults_of
from finance.documents.issuing import issue_due_documents
from finance.models import Document
from finance.tests.factories import DETAILS, make_taxed_sale

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESKTOP = SIZES.values()


def fill_in(page):
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()


def test_it_buys_with_an_invoice(page, live_server):
    alice = make_customer()
    hold = make_hold(performance=make_taxed_sale(), customer=alice)
    page.context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    page.set_viewport_size(PHONE)
    page.goto(hold.get_absolute_url())
    fill_in(page)
    page.get_by_label("I need an invoice").check()
    page.get_by_label("Company or name").fill(DETAILS["name"])
    page.get_by_label("Street and number").fill(DETAILS["street"])
    page.get_by_label("Postcode").fill(DETAILS["postcode"])
    page.get_by_label("City").fill(DETAILS["city"])
    page.get_by_label("VAT number (optional)").fill("DE129274203")
    assert faults_of(page) == []
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page.locator("#id_invoice-vat_id_error")).to_contain_text("not a valid VAT number")
    assert faults_of(page) == []
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
    assert faults_of(page) == []
    page.get_by_role("link", name="Receipt").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert faults_of(page) == []
    page.emulate_media(media="print")
    expect(page.locator(".site-header .brand")).to_be_visible()
    for name in (".site-nav", ".search", ".site-footer"):
        expect(page.locator(name)).to_be_hidden()


def test_the_fields_go_when_the_box_is_no_longer_ticked(page, live_server):
    alice = make_customer()
    hold = make_hold(performance=make_taxed_sale(), customer=alice)
    page.context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    page.set_viewport_size(DESKTOP)
    page.goto(hold.get_absolute_url())
    box = page.get_by_label("I need an invoice")
    box.check()
    expect(page.get_by_label("Company or name")).to_be_visible()
    assert faults_of(page) == []
    box.uncheck()
    expect(page.get_by_label("Company or name")).to_have_count(0)
    expect(box).to_be_focused()
    fill_in(page)
    page.get_by_role("button", name="Order and pay €90").click()
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.get().invoice_details is None
