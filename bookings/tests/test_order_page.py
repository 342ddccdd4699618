"""GET /orders/<reference>/: the order while it awaits payment, and with its tickets."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.access import KEY_COOKIE
from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.ticket_codes import code_of
from bookings.models import Order
from bookings.sale.customers import Customer
from bookings.sale.orders import start_order_payment
from payments.charges import pay_url
from payments.exceptions import ProviderUnavailable
from payments.models import DemoCharge, Payment, Refund
from shows.terms import terms_of
from shows.tests.factories import make_user

from .browsing import HTMX, browser_of
from .factories import (
    age_hold,
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def pay_at_provider(order, answer=None):
    """Start a payment and complete it at the simulated provider, without notifying anybody."""
    payment = start_order_payment(order=order, return_url="/back/")
    pay_url(payment)
    if answer:
        DemoCharge.objects.filter(key=payment.key).update(status=answer)
    return payment


def order_of(customer, **fields):
    return make_order(hold=make_hold(customer=customer, **fields), user=customer.user)


def test_it_shows_the_tickets_with_their_codes(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    response = browser_of(alice).get(order.get_absolute_url())
    assert response.status_code == 200
    text = response.content.decode()
    assert text.count('class="ticket"') == text.count('role="img" aria-label="QR code') == 2
    assert "Stalls, row A, seat 1" in text and "includes €5 booking fee" in text
    assert "We've sent your tickets to alice@example.org." in text
    assert "no-store" in response["Cache-Control"]


def test_times_are_those_of_the_venue(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    terms = terms_of(order.performance_id)
    starts = terms.starts_at.astimezone(terms.zone)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert f"{starts:%H:%M} {starts:%Z}" in text


def test_each_ticket_has_its_own_code(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    codes = {code_of(ticket) for ticket in order.in_order()}
    assert len(codes) == 2 and all(len(code) >= 20 for code in codes)


def test_it_shows_payments_and_refunds(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    first = order.in_order().first()
    cancel_tickets(order=order, actor=alice.actor, ticket_ids=[first.pk])
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert 'class="ticket is-void"' in text
    assert text.count('role="img" aria-label="QR code') == 1
    assert "on its way" in text
    Refund.objects.update(status="sent", sent_at=Payment.objects.get().captured_at)
    assert "sent " in browser_of(alice).get(order.get_absolute_url()).content.decode()


def test_a_refunded_order_shows_its_balance(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    assert "Balance" not in browser.get(order.get_absolute_url()).content.decode()
    cancel_tickets(order=order, actor=alice.actor, ticket_ids=[order.in_order().first().pk])
    text = browser.get(order.get_absolute_url()).content.decode()
    assert re.search(r"<dt>Balance</dt><dd[^>]*>€45</dd>", text)
    cancel_tickets(order=order, actor=alice.actor)
    text = browser.get(order.get_absolute_url()).content.decode()
    assert re.search(r"<dt>Balance</dt><dd[^>]*>€0</dd>", text)


def test_it_says_when_it_is_cancelled(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    cancel_tickets(order=order, actor=alice.actor)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "This order has been cancelled." in text
    assert "Cancel tickets" not in text and 'aria-label="QR code' not in text


def test_it_shows_the_cancellation_deadline(alice):
    performance = make_sale(cancel_until_hours=24)
    order = make_paid_order(hold=make_hold(performance=performance, customer=alice))
    terms = terms_of(performance.pk)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    until = (terms.starts_at - timedelta(hours=24)).astimezone(terms.zone)
    assert f"{until:%H:%M} {until:%Z}." in text
    assert "Cancel tickets" in text


def test_it_says_when_the_deadline_has_passed(alice):
    performance = make_sale(starts_in=timedelta(hours=30), cancel_until_hours=48)
    order = make_paid_order(hold=make_hold(performance=performance, customer=alice))
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "These tickets can no longer be cancelled." in text
    assert "Cancel tickets" not in text


def test_it_hides_the_badge_when_it_is_paid(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    browser.cookies["basket"] = "2.9999999999"
    assert browser.get(order.get_absolute_url()).cookies["basket"].value == ""


@pytest.mark.usefixtures("keep_caches")
def test_it_makes_four_queries_whatever_the_number_of_tickets(alice):
    performance = make_sale(customer_limit=20)
    counts = []
    for labels in (["A1"], [f"B{n}" for n in range(1, 11)]):
        hold = make_hold(performance=performance, customer=make_customer(), labels=labels)
        order = make_paid_order(hold=hold, email=f"{hold.pk}@example.org")
        browser = browser_of(Customer(hold.visitor))
        browser.get(order.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            browser.get(order.get_absolute_url())
        counts.append(len(queries))
    assert counts == [4, 4]


def test_it_asks_the_provider_once_and_shows_the_tickets(alice):
    order = order_of(alice)
    pay_at_provider(order, DemoCharge.Status.PAID)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert 'aria-label="QR code' in text
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_it_waits_and_polls(alice):
    order = order_of(alice)
    pay_at_provider(order)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "Waiting for your payment" in text
    assert f'hx-get="/orders/{order.reference}/state/?n=0" hx-trigger="load delay:2s,' in text
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text
    assert "Pay €90" in text


def test_it_keeps_waiting_when_the_provider_is_unavailable(alice, monkeypatch):
    def unreachable(payment, **options):
        raise ProviderUnavailable

    monkeypatch.setattr("bookings.aftersale.customer_status.settle_payment", unreachable)
    order = order_of(alice)
    pay_at_provider(order)
    response = browser_of(alice).get(order.get_absolute_url())
    assert response.status_code == 200
    assert "Waiting for your payment" in response.content.decode()


def test_a_declined_customer_can_try_again(alice):
    order = order_of(alice)
    pay_at_provider(order, DemoCharge.Status.DECLINED)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "Your payment was declined. Nothing was charged." in text
    assert "Your seats are still reserved" in text
    assert "Pay €90" in text and order.hold.get_absolute_url() in text
    assert "http-equiv" not in text


def test_it_explains_late_payments_once_the_basket_has_expired(alice):
    order = order_of(alice)
    pay_at_provider(order)
    age_hold(order.hold, minutes=9)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "This order has expired" in text
    assert "we'll refund you right away" in text
    assert order.hold.get_absolute_url() in text
    assert "Pay €90" not in text


def test_a_late_payment_gets_its_places_if_they_are_available(alice):
    order = order_of(alice)
    pay_at_provider(order, DemoCharge.Status.PAID)
    age_hold(order.hold, minutes=9)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert 'aria-label="QR code' in text


def test_it_says_that_a_late_payment_was_refunded(alice):
    performance = make_sale()
    order = order_of(alice, performance=performance)
    pay_at_provider(order, DemoCharge.Status.PAID)
    age_hold(order.hold, minutes=9)
    make_hold(performance=performance)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "Your payment of €90 arrived too late" in text
    assert "If we still receive your payment" not in text
    assert Refund.objects.get().amount == order.total


def test_it_says_that_the_payment_is_missing_when_none_was_started(alice):
    order = order_of(alice)
    text = browser_of(alice).get(order.get_absolute_url()).content.decode()
    assert "Complete your payment" in text


def state_of(order, browser, n=0, **options):
    return browser.get(f"{order.get_absolute_url()}state/?n={n}", **(HTMX | options))


def test_a_waiting_page_polls_less_and_less_often(alice):
    order = order_of(alice)
    pay_at_provider(order)
    browser = browser_of(alice)
    pauses = [state_of(order, browser, n).context["pause"] for n in range(12)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (2, 30)


def test_a_waiting_page_reloads_when_the_state_has_changed(alice):
    order = order_of(alice)
    pay_at_provider(order)
    browser = browser_of(alice)
    assert "HX-Redirect" not in state_of(order, browser)
    pay(order)
    assert state_of(order, browser)["HX-Redirect"] == order.get_absolute_url()


def test_a_waiting_page_ignores_invalid_parameters(alice):
    order = order_of(alice)
    pay_at_provider(order)
    for n in ("", "-1", "x", "99999999999", "٣"):
        assert state_of(order, browser_of(alice), n).status_code == 200


def test_without_htmx_the_state_redirects_to_the_order(alice):
    order = order_of(alice)
    response = browser_of(alice).get(f"{order.get_absolute_url()}state/")
    assert response["Location"] == order.get_absolute_url()


def test_other_visitors_get_404(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    for stranger in (
        Client(),
        browser_of(make_customer()),
        browser_of(make_customer(user=make_user())),
    ):
        response = stranger.get(order.get_absolute_url())
        assert response.status_code == 404
        assert "Nachtmusik" not in response.content.decode()
        assert state_of(order, stranger).status_code == 404


def test_an_unknown_order_looks_the_same_as_one_of_someone_else(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    there = Client().get(order.get_absolute_url()).content.decode()
    not_there = Client().get("/orders/ZZZZZZZZ/").content.decode()
    assert there.replace(order.reference, "") == not_there.replace("ZZZZZZZZ", "")


def test_the_account_that_ordered_sees_it_everywhere(alice):
    customer = Customer(alice.visitor, make_user())
    order = order_of(customer)
    other_device = make_customer(user=customer.user)
    assert browser_of(other_device).get(order.get_absolute_url()).status_code == 200


def test_the_link_in_the_email_opens_it_from_then_on():
    order = make_paid_order()
    browser = Client()
    response = browser.get(f"{order.get_absolute_url()}?key={order.key}")
    assert response["Location"] == order.get_absolute_url()
    cookie = response.cookies[KEY_COOKIE]
    assert cookie["httponly"] and cookie["path"] == order.get_absolute_url()
    assert browser.get(order.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("key", ["", "wrong", "é", "None"])
def test_a_wrong_key_opens_nothing(key):
    order = make_paid_order()
    assert Client().get(order.get_absolute_url(), {"key": key}).status_code == 404


def test_the_key_of_one_order_opens_no_other(alice):
    first, second = make_paid_order(), make_paid_order(email="bob@example.org")
    response = Client().get(second.get_absolute_url(), {"key": first.key})
    assert response.status_code == 404


def test_post_requests_are_rejected(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    assert browser_of(alice).post(order.get_absolute_url()).status_code == 405
