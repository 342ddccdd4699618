"""From the order to the payment."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from .baskets import fill_basket
from .demo_objects import DemoObjects
from .visit import Visit, press_first

number = count(1)


def visits(demo: DemoObjects) -> Iterator[Visit]:
    theatre = demo.theatre.get_absolute_url()
    yield Visit("order", "payment at the bank", theatre, place_order)
    yield Visit("order", "to pay", theatre, leave_bank)
    yield Visit("order", "waiting for the payment", theatre, answer_bank("never"))
    yield Visit("order", "payment declined", theatre, answer_bank("decline"))
    yield Visit("order", "paid", theatre, buy)
    yield Visit("order", "a ticket cancelled", theatre, cancel_first)


def place_order(page):
    fill_basket(page)
    page.locator("#id_name").fill("Gina Guest")
    # No customer has more than the limit of a performance.
    page.locator("#id_email").fill(f"guest{next(number)}@example.org")
    page.locator("#id_terms").check()
    page.locator("#pay button").first.click()
    page.locator(".demo-bank-main").wait_for()


def leave_bank(page):
    place_order(page)
    page.goto("/orders/")
    page.locator("main a[href^='/orders/']").first.click()


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
