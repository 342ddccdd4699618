"""The demo bank's page as people use it."""

import pytest

from core.testing.page_faults import faults_of
from payments.charges import pay_url

from .factories import charge_of, make_payment

pytestmark = pytest.mark.django_db(transaction=True)

# There is no page at the order's URL in these tests; the customer only has to arrive there.
BACK = "**/tickets/"


@pytest.fixture
def payment():
    return make_payment(return_url="/tickets/")


def test_paying_by_keyboard_alone(page, payment, sent_signals):
    page.goto(pay_url(payment))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "pay"
    page.keyboard.press("Enter")
    page.wait_for_url(BACK)
    assert sent_signals == [("captured", payment.key)]


def test_paying_without_javascript_on_a_phone(browser_context, live_server, payment):
    context = browser_context(javascript=False, phone=True, base_url=live_server.url)
    page = context.new_page()
    page.goto(pay_url(payment))
    page.get_by_label("Payment is confirmed after this many seconds").fill("30")
    page.get_by_role("button", name="Confirm late").click()
    page.wait_for_url(BACK)
    assert charge_of(payment).webhook_at is not None


@pytest.mark.parametrize("how", [{}, {"phone": True, "dark": True}])
def test_axe_finds_nothing_wrong(browser_context, live_server, payment, how):
    page = browser_context(base_url=live_server.url, **how).new_page()
    page.goto(pay_url(payment))
    assert faults_of(page) == []
