"""Orders of an account belong to the account, those of a guest to the guest."""

import pytest
from django.test import Client

from accounts.tests.factories import PASSWORD, make_user
from api.tests.callers import Program, logged_in, make_account
from bookings.sale.customers import COOKIE
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_paid_order,
    make_sale,
    seats_of,
)
from core.visitors import signed_visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_account()


def test_an_order_of_an_account_is_not_shown_to_its_visitor(alice):
    customer = make_customer(user=alice)
    order = make_paid_order(hold=make_hold(customer=customer), user=alice)
    program = Program(**{"X-Visitor": signed_visitor(customer.visitor)})
    assert program.get(f"/orders/{order.reference}").status_code == 404
    assert program.post(f"/orders/{order.reference}/cancel").status_code == 404
    assert program.post(f"/orders/{order.reference}/payment").status_code == 404
    assert program.get("/orders").json()["items"] == []
    assert program.get(f"/holds/{order.hold.token}").status_code == 404
    assert program.get(f"/orders/{order.reference}", {"key": order.key}).status_code == 200


def test_an_order_of_a_guest_is_shown_to_the_guest_and_to_the_account_of_its_address(alice):
    customer = make_customer()
    order = make_paid_order(hold=make_hold(customer=customer), email=alice.email)
    guest = Program(**{"X-Visitor": signed_visitor(customer.visitor)})
    for program in (guest, logged_in(alice)):
        assert program.get(f"/orders/{order.reference}").status_code == 200
        assert program.get("/orders").json()["count"] == 1
    bob = logged_in(make_account())
    assert bob.get(f"/orders/{order.reference}").status_code == 404
    assert bob.get("/orders").json()["count"] == 0


def test_a_cookie_bound_to_an_account_is_not_accepted_as_x_visitor():
    user, browser, sale = make_user(), Client(), make_sale()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post(f"/performances/{sale.pk}/hold/", {"seat": seats_of(sale, "A1")})
    program = Program(**{"X-Visitor": browser.cookies[COOKIE].value})
    assert program.get("/orders").status_code == 401
