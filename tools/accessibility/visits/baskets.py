"""Baskets: filled, with errors, expiring, expired."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from .demo_objects import BUYER, DemoObjects
from .seat_maps import find_seats
from .visit import Visit


def visits(demo: DemoObjects) -> Iterator[Visit]:
    theatre = demo.theatre.get_absolute_url()
    soon, over = timedelta(minutes=7, seconds=20), timedelta(minutes=20)
    yield Visit("basket", "empty", "/basket/")
    yield Visit("basket", "filled", theatre, fill_basket)
    yield Visit("basket", "several", theatre, fill_two(demo.arena.get_absolute_url()))
    yield Visit("basket", "wheelchair space", theatre, reserve_wheelchair_space)
    yield Visit("basket", "concession chosen", theatre, choose_concession, needs_script=True)
    yield Visit("basket", "invoice", theatre, ask_for_invoice, needs_script=True)
    yield Visit("basket", "errors", theatre, order_wrongly, is_error=True, kept=keeps_name)
    yield Visit("basket", "expiring", theatre, age_basket(soon))
    yield Visit("basket", "extended", theatre, extend_basket)
    yield Visit("basket", "expired", theatre, age_basket(over))
    yield Visit("basket", "expired and sold", theatre, age_basket(over, is_sold=True))
    yield Visit("basket", "emptied", theatre, empty_basket)
    arena = demo.arena.get_absolute_url()
    yield Visit("basket", "bank transfer offered", arena, fill_basket)
    own = Visit("basket", "of an account", theatre, fill_anew, is_known=True, kept=knows_address)
    yield own


def fill_basket(page):
    find_seats(page)
    page.goto("/basket/")
    page.locator("#checkout").wait_for()


def fill_anew(page):
    """Empty the basket of the account that an earlier visit has filled, and fill it."""
    address = page.url
    page.goto("/basket/")
    if page.locator("button[form=release]").count():
        page.locator("button[form=release]").click()
        page.locator("#checkout").wait_for(state="detached")
    page.goto(address)
    fill_basket(page)


def fill_two(other: str) -> Callable[[Any], None]:
    """Return an act: put seats of this and another performance into baskets."""

    def act(page):
        find_seats(page)
        page.goto(other)
        find_seats(page)
        page.goto("/basket/")

    return act


def reserve_wheelchair_space(page):
    page.locator("#best [name=accessible]").check()
    fill_basket(page)


def choose_concession(page):
    fill_basket(page)
    with page.expect_response("**/concessions/"):
        page.locator("select[name^=concession-]").first.select_option(index=1)


def ask_for_invoice(page):
    fill_basket(page)
    page.locator("#id_wants_invoice").check()
    page.locator("#invoice-fields input").first.wait_for()


def order_wrongly(page):
    fill_basket(page)
    page.locator("#id_name").fill("Alice Archer")
    page.locator("#id_email").fill("alice")
    page.locator("#pay button").first.click()
    page.locator("[data-error-summary]").wait_for()


def keeps_name(page):
    kept = page.locator("#id_name").input_value() == "Alice Archer"
    return [] if kept else ["the name has to be entered again"]


def knows_address(page):
    known = page.locator("#id_email").input_value() == BUYER
    return [] if known else ["the address of the account has to be entered again"]


def age_basket(by: timedelta, *, is_sold: bool = False) -> Callable[[Any], None]:
    """Return an act: fill the basket, let so much of its time pass, and look again.

    With `is_sold`, others have bought its seats.
    """

    def act(page):
        from bookings.models import Hold, Place

        fill_basket(page)
        hold = Hold.objects.get(token=re.search(r"/basket/([^/]+)/", page.url)[1])
        ends = {"expires_at": hold.expires_at - by, "created_at": hold.created_at - by}
        Hold.objects.filter(pk=hold.pk).update(**ends)
        places = Place.objects.filter(hold=hold)
        if is_sold:
            places.update(state="blocked", hold=None, held_until=None)
        else:
            places.update(held_until=ends["expires_at"])
        page.reload()

    return act


def extend_basket(page):
    fill_basket(page)
    page.locator("button[data-extend]").click()
    page.locator("button[data-extend]").wait_for(state="detached")


def empty_basket(page):
    fill_basket(page)
    page.locator("button[form=release]").click()
    page.locator("#checkout").wait_for(state="detached")
