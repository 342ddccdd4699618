"""Staff and tickets for door tests."""

from datetime import timedelta
from decimal import Decimal

from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from finance.till.sessions import open_till

HTMX = {"HTTP_HX_REQUEST": "true"}


def make_performance_tonight(**fields):
    """Put a performance on sale that starts in two hours."""
    return make_sale(starts_in=timedelta(hours=2), **fields)


def make_ticket(performance=None, labels=("A1",), **fields):
    """Return the first ticket of a new paid order, by default for a performance tonight."""
    hold = make_hold(performance=performance or make_performance_tonight(), labels=labels)
    return make_paid_order(hold=hold, **fields).tickets.order_by("pk").first()


def with_till(user, currency="EUR", opening_float=100):
    """Open a till for the member of staff, and return them."""
    till = f"Till {user.pk}"
    open_till(cashier=user, till=till, currency=currency, opening_float=Decimal(opening_float))
    return user


def door_client(role=Role.DOOR, *, till=False):
    client = Client()
    user = make_staff(role)
    client.force_login(with_till(user) if till else user)
    return client
