"""The hosted pages as people use them: on a phone, without JavaScript, by keyboard."""

import pytest

from core.testing.page_faults import faults_of


@pytest.fixture
def phone(browser_context):
    """Return a page at phone size without JavaScript."""
    return browser_context(javascript=False, phone=True).new_page()


@pytest.fixture
def session(create_session, shop):
    return create_session(success_url=f"{shop.url}/return", cancel_url=f"{shop.url}/cancel")


def test_paying_without_javascript_on_a_phone(phone, client, session):
    phone.goto(session.url)
    phone.get_by_role("button", name="Pay 45.00 EUR").click()
    phone.wait_for_url("**/return")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_another_card_after_a_decline(phone, client, session):
    phone.goto(session.url)
    phone.get_by_label("Card that is declined").check()
    phone.get_by_role("button", name="Pay 45.00 EUR").click()
    assert phone.get_by_role("alert").inner_text() == "Your card was declined."
    phone.get_by_label("Card that asks for 3-D Secure").check()
    phone.get_by_role("button", name="Pay 45.00 EUR").click()
    phone.get_by_role("button", name="Confirm payment").click()
    phone.wait_for_url("**/return")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_cancelling_leads_back_to_the_shop(phone, mollie, create_payment, shop):
    payment = create_payment(cancelUrl=f"{shop.url}/cancel")
    phone.goto(payment.checkout_url)
    phone.get_by_role("button", name="Cancel and go back").click()
    phone.wait_for_url("**/cancel")
    assert mollie.payments.get(payment.id).is_canceled()


def test_paying_by_keyboard_alone(browser_context, client, session):
    page = browser_context().new_page()
    page.goto(session.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "card"
    page.keyboard.press("Enter")
    page.wait_for_url("**/return")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


@pytest.mark.parametrize("how", [{}, {"phone": True, "dark": True}])
def test_axe_finds_nothing_wrong(browser_context, client, create_session, payments_sandbox, how):
    page = browser_context(**how).new_page()
    session = create_session(payment_method_types=["card", "ideal", "sepa_debit"])
    page.goto(session.url)
    assert faults_of(page) == []
    payments_sandbox.pay(session.id, "card_3ds")
    page.reload()
    assert faults_of(page) == []
    client.v1.checkout.sessions.expire(session.id)
    page.reload()
    assert faults_of(page) == []
    page.goto(payments_sandbox.url)
    assert faults_of(page) == []
