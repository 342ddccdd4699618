"""POST /orders/<reference>/pay/: pay, or try again, while the seats are reserved."""

import pytest
from django.test import Client

from bookings.sale.orders import start_order_payment
from payments.charges import pay_url, settle_payment
from payments.models import DemoCharge, Payment

from .browsing import HTMX, browser_of
from .factories import age_hold, make_customer, make_hold, make_order, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def press(browser, order, **options):
    return browser.post(f"{order.get_absolute_url()}pay/", **options)


def charge(order, status):
    payment = start_order_payment(order=order, return_url="/back/")
    pay_url(payment)
    DemoCharge.objects.filter(key=payment.key).update(status=status)
    return payment


@pytest.mark.parametrize("options", [{}, HTMX])
def test_it_redirects_to_the_payment(alice, options):
    order = make_order(hold=make_hold(customer=alice))
    response = press(browser_of(alice), order, **options)
    payment = Payment.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/pay/demo/{payment.key}/")


def test_posting_twice_redirects_to_the_same_payment(alice):
    order = make_order(hold=make_hold(customer=alice))
    assert (
        press(browser_of(alice), order)["Location"] == press(browser_of(alice), order)["Location"]
    )
    assert Payment.objects.count() == 1


def test_after_a_declined_payment_a_new_one_is_started(alice):
    order = make_order(hold=make_hold(customer=alice))
    declined = charge(order, DemoCharge.Status.DECLINED)
    settle_payment(declined)
    press(browser_of(alice), order)
    assert Payment.objects.count() == 2
    assert Payment.objects.open().get() != declined


def test_a_payment_that_has_just_arrived_is_not_requested_again(alice):
    order = make_order(hold=make_hold(customer=alice))
    charge(order, DemoCharge.Status.PAID)
    response = press(browser_of(alice), order)
    assert response["Location"] == order.get_absolute_url()
    order.refresh_from_db()
    assert order.is_confirmed
    assert Payment.objects.count() == 1


def test_a_paid_order_cannot_be_paid_again(alice):
    order = make_paid_order(hold=make_hold(customer=alice))
    assert press(browser_of(alice), order)["Location"] == order.get_absolute_url()
    assert Payment.objects.count() == 1


def test_nothing_is_paid_once_the_places_are_no_longer_held(alice):
    order = make_order(hold=make_hold(customer=alice))
    age_hold(order.hold, minutes=9)
    assert press(browser_of(alice), order)["Location"] == order.get_absolute_url()
    assert not Payment.objects.exists()


def test_get_requests_are_rejected(alice):
    order = make_order(hold=make_hold(customer=alice))
    assert browser_of(alice).get(f"{order.get_absolute_url()}pay/").status_code == 405


def test_other_visitors_get_404(alice):
    order = make_order(hold=make_hold(customer=alice))
    for stranger in (Client(), browser_of(make_customer())):
        assert press(stranger, order).status_code == 404
    assert not Payment.objects.exists()
