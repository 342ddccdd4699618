"""Staff, tickets and tills for door tests."""

from datetime import timedelta
from decimal import Decimal

from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import cancel_tickets
from bookings.staff_operations.counter_payments import take_payment
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from door.sales import DoorSaleRequest, start_sale
from finance.tests.factories import with_till
from finance.till.sessions import open_till
from payments.models import Refund
from payments.refunds import send_refunds

HTMX = {"HTTP_HX_REQUEST": "true"}


def make_performance_tonight(**fields):
    """Put a performance on sale that starts in two hours."""
    return make_sale(starts_in=timedelta(hours=2), **fields)


def make_ticket(performance=None, labels=("A1",), **fields):
    """Return the first ticket of a new paid order, by default for a performance tonight."""
    hold = make_hold(performance=performance or make_performance_tonight(), labels=labels)
    return make_paid_order(hold=hold, **fields).tickets.order_by("pk").first()


def door_client(role=Role.DOOR, *, till=False):
    client = Client()
    user = make_staff(role)
    client.force_login(with_till(user) if till else user)
    return client


def opened(cashier, till="Main door", currency="EUR", opening_float="100.00"):
    amount = Decimal(opening_float)
    return open_till(cashier=cashier, till=till, currency=currency, opening_float=amount)


def sell(performance, staff, key="k1", method="cash", quantity=2):
    order = start_sale(
        performance_id=performance.pk, request=DoorSaleRequest(quantity), staff=staff, key=key
    )
    return take_payment(order=order, method=method, staff=staff)


def refund_of(order):
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    return Refund.objects.get(payment__purpose=order.reference)
