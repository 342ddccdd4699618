"""A whole purchase through the provider's pay page, on a phone, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import Error, expect

from bookings.models import Order
from core.testing.page_faults import faults_of
from payments.models import Payment

from .browsing import cookie_of
from .factories import make_customer, make_hold

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sandbox(live_server, stripe_sandbox):
    """Return the sandbox, which sends its webhooks to the running site."""
    stripe_sandbox.send_stripe_events_to(f"{live_server.url}/pay/webhooks/stripe/")
    stripe_sandbox.send_webhooks()
    return stripe_sandbox


@pytest.fixture
def basket(browser_context, live_server):
    """Return a function that opens a filled-in basket on a phone."""

    def open_basket(**options):
        customer = make_customer()
        hold = make_hold(customer=customer)
        context = browser_context(phone=True, base_url=live_server.url, **options)
        context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
        page = context.new_page()
        page.goto(hold.get_absolute_url())
        page.get_by_label("E-mail address").fill("alice@example.org")
        page.get_by_label("Name", exact=True).fill("Alice Archer")
        page.get_by_label("I accept the terms of sale").check()
        return page

    return open_basket


def press_order(page):
    page.get_by_role("button", name=re.compile("^Order and pay")).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_pays_and_has_tickets(basket, sandbox, allow_pay_pages, javascript):
    allow_pay_pages(sandbox.url)
    page = basket(javascript=javascript)
    press_order(page)

    page.wait_for_url(f"{sandbox.url}/**")
    expect(page.get_by_role("heading", name=re.compile("^Order"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pay")).click()

    page.wait_for_url(f"**{Order.objects.get().get_absolute_url()}")
    expect(page.get_by_role("link", name="Download tickets (PDF)")).to_be_visible()
    assert Payment.objects.get().status == "captured"
    if javascript:
        assert faults_of(page) == []


def test_who_comes_back_without_paying_can_pay(basket, sandbox, allow_pay_pages):
    allow_pay_pages(sandbox.url)
    page = basket(javascript=False)
    press_order(page)
    page.wait_for_url(f"{sandbox.url}/**")

    page.goto(Payment.objects.get().return_url)
    expect(page.get_by_role("heading", name="Waiting for your payment")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pay")).click()

    page.wait_for_url(f"{sandbox.url}/**")
    assert Payment.objects.count() == 1


def test_a_policy_without_the_pay_page_stops_the_redirect(basket, sandbox):
    """The control: browsers follow a redirect from a form only where the policy allows it."""
    page = basket(javascript=False)
    page.set_default_timeout(5000)
    press_order(page)
    with pytest.raises(Error):
        page.wait_for_url(f"{sandbox.url}/**", timeout=3000)
