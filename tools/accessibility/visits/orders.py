"""From the order to the payment."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from .baskets import fill_basket
from .demo_objects import DemoObjects
from .visit import Visit, press_first

number = count(1)


def visits(demo: DemoObjects) -> Iterator[Visit]:
    theatre = demo.theatre.get_absolute_url()
    yield Visit("order", "payment at the bank", theatre, place_order)
    yield Visit("order", "to pay", theatre, leave_bank_with("EXPIRED"))
    yield Visit("order", "waiting for the payment", theatre, answer_bank("never"))
    yield Visit("order", "payment declined", theatre, answer_bank("decline"))
    arena = demo.arena.get_absolute_url()
    yield Visit("order", "bank transfer", arena, order_by_transfer)
    partly, by_link = reserve_and(received=Decimal(5)), reserve_and(pays_by_link=True)
    yield Visit("order", "bank transfer, a part received", arena, partly)
    yield Visit("order", "reserved, to pay online", arena, by_link)
    yield Visit("order", "payment takes days", theatre, leave_bank_with("PENDING"))
    yield Visit("order", "expired", theatre, let_expire)
    yield Visit("order", "paid", theatre, buy)
    yield Visit("order", "a ticket cancelled", theatre, cancel_first)


def enter_details(page):
    """Fill a basket, and enter what an order needs."""
    fill_basket(page)
    page.locator("#id_name").fill("Gina Guest")
    # No customer has more than the limit of a performance.
    page.locator("#id_email").fill(f"guest{next(number)}@example.org")
    page.locator("#id_terms").check()


def place_order(page):
    enter_details(page)
    page.locator("#pay button").first.click()
    page.locator(".demo-bank-main").wait_for()


def leave_bank(page):
    """Order, and look at the order without paying."""
    from bookings.models import Order

    place_order(page)
    page.goto(Order.objects.latest("pk").get_absolute_url())


def leave_bank_with(status: str) -> Callable[[Any], None]:
    """Return an act: order, and look at the order when its payment has got this status."""

    def act(page):
        from payments.models import Payment

        leave_bank(page)
        payments = Payment.objects.filter(purpose=reference_of(page))
        payments.update(status=Payment.Status[status])
        page.reload()

    return act


def order_by_transfer(page):
    enter_details(page)
    page.locator("#pay button[value=transfer]").click()
    page.wait_for_url("**/orders/*/**")


def reserve_and(**fields: Any) -> Callable[[Any], None]:
    """Return an act: order by bank transfer, change these fields of the order, and look again."""

    def act(page):
        order_by_transfer(page)
        _update_order(page, **fields)
        page.reload()

    return act


def let_expire(page):
    from bookings.models import Hold, Place

    leave_bank(page)
    past = timezone.now() - timedelta(minutes=1)
    created = {"created_at": past - timedelta(minutes=20), "expires_at": past}
    holds = Hold.objects.filter(order__reference=reference_of(page))
    Place.objects.filter(hold__in=holds).update(held_until=past)
    Hold.objects.filter(pk__in=list(holds.values_list("pk", flat=True))).update(**created)
    page.reload()


def _update_order(page, **fields):
    from bookings.models import Order

    Order.objects.filter(reference=reference_of(page)).update(**fields)


def reference_of(page: Any) -> str:
    """Return the reference of the order that the page is about."""
    return re.search(r"/orders/([^/?]+)/", page.url)[1]


def answer_bank(answer: str) -> Callable[[Any], None]:
    """Return an act: order, and press a button of the demo bank."""

    def act(page):
        place_order(page)
        page.locator(f"button[value={answer}]").click()
        page.wait_for_url("**/orders/*/**")

    return act


def buy(page):
    answer_bank("pay")(page)
    page.locator("article.ticket").first.wait_for()


def cancel_first(page):
    buy(page)
    page.goto(f"{page.url.split('?')[0]}cancel/")
    page.locator("main input[name=ticket]").first.check()
    press_first(page)
    page.locator("main .btn-danger").click()
    page.locator("article.ticket.is-void").wait_for()
