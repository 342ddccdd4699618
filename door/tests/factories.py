"""Staff and tickets for door tests."""

from datetime import timedelta

from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from finance.tests.factories import with_till

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
