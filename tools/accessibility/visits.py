"""The pages of customers in the states that the accessibility check visits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

BUYER, PASSWORD = "alice@concert.example", "concert-demo"
SLOW_ENOUGH = 900  # Milliseconds. A quicker click on a queue's button would count as a bot.


@dataclass(frozen=True)
class Visit:
    """A page in a state. `open` leads a new browser there, from `path` if that is not all."""

    area: str
    name: str
    path: str
    act: Callable[[Any], None] | None = None
    is_error: bool = False
    # Whether the customer is logged in.
    is_known: bool = False
    # Returns what is wrong with what was typed before, if the state is about that.
    kept: Callable[[Any], list[str]] | None = None

    @property
    def state(self) -> str:
        return f"{self.area}: {self.name}"

    def open(self, page: Any) -> None:
        page.goto(self.path)
        if self.act:
            self.act(page)
        page.wait_for_load_state("load")
        page.wait_for_timeout(400)


def find_world() -> dict[str, Any]:
    """Return the ids of the demo's performances and the order of a customer."""
    from django.utils import timezone

    from bookings.models import Order
    from shows.models import Performance
    from waitingroom.models import WaitingRoom

    now = timezone.now()
    selling = Performance.objects.selling().order_by("starts_at")
    orders = Order.objects.filter(user__email=BUYER, status=Order.Status.PAID)
    queued = WaitingRoom.objects.order_by("-opened_at").first()
    upcoming = Performance.objects.filter(starts_at__gt=now)
    later = upcoming.filter(on_sale_from__gt=now)
    return {
        "theatre": selling.filter(venue__slug="teatro-aurora").last(),
        "arena": selling.filter(venue__slug="lakeside-arena").last(),
        "cancelled": upcoming.filter(status="cancelled").first(),
        "announced": later.first(),
        "queued": queued.performance if queued else None,
        "order": orders.filter(performance__starts_at__gt=now + timedelta(days=3)).first(),
    }


def all_visits(world: dict[str, Any]) -> Iterator[Visit]:
    """Return every page in every state, area by area."""
    yield from _catalogue(world)
    yield from _maps(world)
    yield from _baskets(world)
    yield from _queues(world)
    yield from _tickets(world)
    yield from _accounts()


def _catalogue(world):
    yield Visit("home", "with shows", "/")
    yield Visit("search", "all shows", "/shows/")
    yield Visit("search", "nothing found", "/shows/?q=zzzzqqq")
    yield Visit("search", "errors", "/shows/?max_price=cheap&from=2026-12-09&to=2026-12-01")
    yield Visit("search", "past shows", "/shows/?when=past")
    yield Visit("show", "on sale", world["theatre"].show.get_absolute_url())
    yield Visit("venue", "all venues", "/venues/")
    yield Visit("venue", "one venue", world["theatre"].venue.get_absolute_url())
    yield Visit("texts", "help", "/help/")
    yield Visit("texts", "accessibility report", "/accessibility/report/")
    yield Visit("texts", "page not found", "/no-such-page/")


def _maps(world):
    theatre = world["theatre"].get_absolute_url()
    yield Visit("map", "theatre", theatre)
    yield Visit("map", "arena", world["arena"].get_absolute_url())
    if world["cancelled"]:
        yield Visit("map", "cancelled", world["cancelled"].get_absolute_url())
    if world["announced"]:
        yield Visit("map", "not yet on sale", world["announced"].get_absolute_url())
    yield Visit("map", "nothing selected", theatre, press_hold, is_error=True)
    yield Visit("map", "with a basket", theatre, find_seats)


def _baskets(world):
    theatre = world["theatre"].get_absolute_url()
    yield Visit("basket", "empty", "/basket/")
    yield Visit("basket", "filled", theatre, fill_basket)
    yield Visit("basket", "errors", theatre, order_wrongly, is_error=True, kept=keeps_name)
    yield Visit("basket", "expiring", theatre, age_basket(timedelta(minutes=6, seconds=40)))
    yield Visit("basket", "expired", theatre, age_basket(timedelta(minutes=20)))
    yield Visit("basket", "of an account", theatre, fill_basket, is_known=True, kept=knows_address)


def _queues(world):
    if world["queued"]:
        address = f"/queue/{world['queued'].pk}/"
        yield Visit("queue", "before joining", address)
        yield Visit("queue", "waiting", address, join_queue)


def _tickets(world):
    yield Visit("ticket", "no bookings", "/orders/")
    yield Visit("ticket", "unknown booking", "/orders/UNKNOWN/")
    yield Visit("ticket", "bookings", "/orders/", is_known=True)
    if not world["order"]:
        return
    order = world["order"].get_absolute_url()
    ticket = world["order"].tickets.valid().order_by("pk").first()
    yield Visit("ticket", "tickets", order, is_known=True)
    yield Visit("ticket", "change", f"{order}change/", is_known=True)
    yield Visit("ticket", "cancel", f"{order}cancel/", is_known=True)
    confirm = f"{order}cancel/?ticket={ticket.pk}"
    yield Visit("ticket", "confirm to cancel", confirm, is_known=True)
    yield Visit("ticket", "cancel, errors", confirm, cancel_nothing, is_error=True, is_known=True)


def _accounts():
    yield Visit("account", "log in", "/accounts/login/")
    yield Visit("account", "log in, errors", "/accounts/login/", press_first, is_error=True)
    yield Visit("account", "sign up", "/accounts/signup/")
    yield Visit("account", "sign up, errors", "/accounts/signup/", press_first, is_error=True)
    yield Visit("account", "forgotten password", "/accounts/password/reset/")
    yield Visit("account", "resend tickets", "/orders/send-again/")
    yield Visit("account", "resend, errors", "/orders/send-again/", press_first, is_error=True)
    yield Visit("account", "profile", "/accounts/profile/", is_known=True)
    yield Visit("account", "e-mail preferences", "/accounts/email-preferences/", is_known=True)
    yield Visit("account", "two-step verification", "/accounts/2fa/", is_known=True)


# --- What a customer does ------------------------------------------------------------------


def press_first(page):
    page.locator("main form .btn-primary").first.click()
    page.wait_for_load_state("load")


def press_hold(page):
    page.locator("[data-hold-button]").click()
    page.locator("#answer [role=alert]").wait_for()


def find_seats(page):
    page.locator("#best button").click()
    page.wait_for_function("() => document.cookie.includes('basket=')")


def fill_basket(page):
    find_seats(page)
    page.goto("/basket/")
    page.locator("#checkout").wait_for()


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


def age_basket(by):
    """Return an act: fill the basket, let so much of its time pass, and look again."""

    def act(page):
        from bookings.models import Hold, Place

        fill_basket(page)
        hold = Hold.objects.get(token=re.search(r"/basket/([^/]+)/", page.url)[1])
        ends = {"expires_at": hold.expires_at - by, "created_at": hold.created_at - by}
        Hold.objects.filter(pk=hold.pk).update(**ends)
        Place.objects.filter(hold=hold).update(held_until=ends["expires_at"])
        page.reload()

    return act


def join_queue(page):
    page.wait_for_timeout(SLOW_ENOUGH)
    page.locator(".queue-join button").click()
    page.wait_for_load_state("load")


def cancel_nothing(page):
    page.locator("main input[name=ticket]").evaluate_all("all => all.forEach(it => it.remove())")
    page.locator("main .btn-danger").click()
    page.locator("[data-error-summary]").wait_for()


def log_in(page):
    page.goto("/accounts/login/")
    page.locator("input[type=email]").fill(BUYER)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form .btn-primary").first.click()
    page.wait_for_url(re.compile("^(?!.*login).*$"))
