"""The buttons for wallets on the ticket page of a phone and a desktop."""

import pytest
from playwright.sync_api import expect

from bookings.tests.factories import make_customer, make_hold, make_paid_order
from wallets.google.api import SAVE_PAGE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_sizes
def test_tickets_are_added_to_wallets(browser_context, live_server, screen, apple, api):
    order = make_paid_order(hold=make_hold(labels=("A1", "A2"), customer=make_customer()))
    page = browser_context(base_url=live_server.url, viewport=screen).new_page()
    page.goto(f"/tickets/{order.reference}/?key={order.key}")
    add_to_apple = page.get_by_role("link", name="Add all to Apple Wallet")
    add_to_google = page.get_by_role("button", name="Add all to Google Wallet")
    for control in (add_to_apple, add_to_google):
        box = control.bounding_box()
        assert box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= screen["width"]
    with page.expect_download() as download:
        add_to_apple.click()
    assert download.value.suggested_filename.endswith(".pkpasses")
    for name, kind in (("Download tickets (PDF)", "pdf"), ("Add to calendar", "calendar")):
        link = page.get_by_role("link", name=name)
        assert kind in page.request.get(link.get_attribute("href")).headers["content-type"]
    expect(page.get_by_text("Google receives the details of your tickets only")).to_be_visible()
    # Nothing answers there in tests; what counts is that the browser may go there.
    with page.expect_request(f"{SAVE_PAGE}**") as saving:
        add_to_google.click(no_wait_after=True)
    assert saving.value.is_navigation_request()
