"""The pages of messages and texts of e-mails on a phone.

The jobs of a week with them are in `core/tests/week/performances.py`.
"""

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.page_faults import faults_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    performance = make_sale()
    make_paid_order(hold=make_hold(performance=performance, labels=["A1"]))
    return performance


@pytest.fixture
def manager(browser_context, live_server, performance):
    """Return a page of a manager, on the list of performances."""
    page = browser_context(base_url=live_server.url).new_page()
    email = make_staff(Role.MANAGER).email
    browser.log_in(page, email=email, path="/admin/shows/performance/")
    return page


def test_the_page_fits_a_phone(manager, performance):
    manager.set_viewport_size({"width": 360, "height": 740})
    manager.goto(f"/admin/bookings/customermessage/add/?performances={performance.pk}")
    assert manager.evaluate("document.documentElement.scrollWidth <= innerWidth")
    find_a_performance_by_keyboard(manager, performance)
    manager.goto("/admin/emails/outboxemail/kinds/order_confirmation/en/")
    assert manager.evaluate("document.documentElement.scrollWidth <= innerWidth")


def find_a_performance_by_keyboard(page, performance):
    page.goto("/admin/bookings/customermessage/add/")
    search = page.get_by_label("Performances").and_(page.locator(".select2-search__field"))
    search.focus()
    page.keyboard.type(f"nacht {performance.starts_at:%Y-%m-%d}")
    expect(page.get_by_role("option", name=str(performance))).to_be_visible()
    page.keyboard.press("Enter")
    assert page.locator("[name=performances]").input_value() == str(performance.pk)
    assert faults_of(page) == []
    page.get_by_label("Subject (English)").fill("News")
    page.get_by_label("Message to ticket holders (English)").fill("Hello")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.get_by_role("button", name="Send to 1 ticket holder")).to_be_visible()
    expect(page.get_by_role("listitem", name=str(performance))).to_be_visible()
