"""Factories of the sale. They call the operations, as the views do."""

import secrets
from unittest.mock import patch

from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats, hold_standing
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from bookings.staff_operations.put_on_sale import put_on_sale
from payments.charges import pay_url, settle_payment
from payments.models import DemoCharge
from shows.terms import clear_cached_terms
from shows.tests.factories import make_performance, make_plan, make_user, seated, standing

__all__ = ["make_performance", "make_plan", "make_user", "seated", "standing"]


def make_sale(*, sections=None, plan=None, **fields):
    """Make a performance and put it on sale. Without `sections`: 50 seats at 45.00.

    The search does not find its show before `index_show`, which costs a third of all this.
    """
    plan = plan or make_plan(sections=sections)
    performance = make_performance(plan=plan, opened=False, **fields)
    with patch("bookings.staff_operations.put_on_sale.index_show", lambda show: None):
        performance = put_on_sale(performance=performance, actor="test")
    clear_cached_terms(performance.pk)
    return performance


def seats_of(performance, *labels):
    """Return seat ids by label ("A1"), or all of them in the order of the plan."""
    seats = performance.plan.seats.order_by("section__ordinal", "ordinal")
    if not labels:
        return [seat.pk for seat in seats]
    by_label = {f"{seat.row}{seat.number}": seat.pk for seat in seats}
    return [by_label[label] for label in labels]


def section_of(performance, name):
    return performance.plan.sections.get(name=name)


def make_customer(*, user=None):
    return Customer(visitor=secrets.token_urlsafe(8), user=user)


def make_hold(*, performance=None, labels=("A1", "A2"), customer=None, standing=0):
    """Hold seats by label, or `standing` places of the section "Floor"."""
    performance = performance or make_sale()
    customer = customer or make_customer()
    if standing:
        section = section_of(performance, "Floor")
        return hold_standing(
            performance_id=performance.pk,
            section_id=section.pk,
            quantity=standing,
            customer=customer,
        ).hold
    return hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, *labels),
        customer=customer,
    ).hold


def make_order(*, hold=None, email="alice@example.org", user=None, **fields):
    """Make a pending order of a hold; a free order is paid at once."""
    hold = hold or make_hold(**fields)
    return place_order(
        hold=hold,
        quote_token=quote_hold(hold).token,
        customer=Customer(hold.visitor, user),
        email=email,
        name="Alice Archer",
    )


def pay(order):
    """Pay an order at the simulated provider; return the settled payment."""
    payment = start_order_payment(order=order, return_url="/back/")
    pay_url(payment)
    DemoCharge.objects.filter(key=payment.key).update(status=DemoCharge.Status.PAID)
    return settle_payment(payment)


def make_paid_order(**fields):
    order = make_order(**fields)
    pay(order)
    order.refresh_from_db()
    return order


def age_hold(hold, **by):
    """Move a hold and its places into the past, as if they had been made earlier."""
    from datetime import timedelta

    from bookings.models import Hold, Place

    hold.refresh_from_db()
    hold.expires_at -= timedelta(**by)
    hold.created_at -= timedelta(**by)
    Hold.objects.filter(pk=hold.pk).update(expires_at=hold.expires_at, created_at=hold.created_at)
    Place.objects.filter(hold=hold).update(held_until=hold.expires_at)
