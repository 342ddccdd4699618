"""Staff and tickets for the tests of the door."""

from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale

HTMX = {"HTTP_HX_REQUEST": "true"}


def make_ticket(performance=None, labels=("A1",), **fields):
    """Return the first ticket of a new paid order."""
    hold = make_hold(performance=performance or make_sale(), labels=labels)
    return make_paid_order(hold=hold, **fields).tickets.order_by("pk").first()


def browser_at_the_door(role=Role.DOOR):
    client = Client()
    client.force_login(make_staff(role))
    return client
