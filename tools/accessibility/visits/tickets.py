"""Bookings and tickets: shown, changed, cancelled, reviewed."""

from collections.abc import Iterator

from .demo_objects import DemoObjects
from .orders import buy, cancel_first, reference_of
from .visit import Visit, press_first


def visits(demo: DemoObjects) -> Iterator[Visit]:
    theatre = demo.theatre.get_absolute_url()
    yield Visit("ticket", "no bookings", "/orders/")
    yield Visit("ticket", "unknown booking", "/orders/UNKNOWN/", status=404)
    yield Visit("ticket", "bookings", "/orders/", is_known=True)
    yield Visit("ticket", "past bookings", "/orders/?when=past", is_known=True)
    yield Visit("ticket", "no tickets", "/tickets/")
    yield Visit("ticket", "list of tickets", "/tickets/", is_known=True)
    yield Visit("ticket", "tickets of a guest", theatre, show_tickets)
    yield Visit("ticket", "cancelled ticket", theatre, show_cancelled_ticket)
    yield Visit("ticket", "confirm to change", theatre, choose_concession)
    yield Visit("ticket", "change to be paid", theatre, leave_change_unpaid)
    yield from _bookings(demo)
    review = f"{demo.visited_show.get_absolute_url()}review/"
    yield Visit("ticket", "review", review, is_known=True)
    yield Visit("ticket", "review, errors", review, press_first, is_error=True, is_known=True)
    own = f"{demo.reviewed_show.get_absolute_url()}review/"
    yield Visit("ticket", "own review", own, is_known=True)
    unseen = f"{demo.announced.show.get_absolute_url()}review/"
    yield Visit("ticket", "review, not been there", unseen, is_known=True, status=403)


def _bookings(demo):
    order = demo.order.get_absolute_url()
    ticket = demo.order.tickets.valid().order_by("pk").first()
    codes = f"/tickets/{demo.order.reference}/"
    confirm = f"{order}cancel/?ticket={ticket.pk}"
    known = {"is_known": True}
    yield Visit("ticket", "order", order, **known)
    for name in ("past", "cancelled", "rescheduled"):
        other = getattr(demo, f"{name}_order")
        of = {"account": other.user.email}
        yield Visit("ticket", f"order of a show: {name}", other.get_absolute_url(), **of)
    yield Visit("ticket", "codes", codes, **known)
    yield Visit(
        "ticket", "codes, without a network", codes, show_offline, needs_script=True, **known
    )
    yield Visit("ticket", "receipt", f"{order}receipt/", **known)
    yield Visit("ticket", "invoice", f"{order}invoice/", **known)
    yield Visit(
        "ticket", "invoice, errors", f"{order}invoice/", press_first, is_error=True, **known
    )
    yield Visit("ticket", "change", f"{order}change/", **known)
    yield Visit(
        "ticket", "change, errors", f"{order}change/", enter_long_name, is_error=True, **known
    )
    yield Visit("ticket", "cancel", f"{order}cancel/", **known)
    yield Visit("ticket", "confirm to cancel", confirm, **known)
    yield Visit("ticket", "cancel, errors", confirm, cancel_nothing, is_error=True, **known)


def show_tickets(page):
    buy(page)
    page.locator("a[href^='/tickets/']").first.click()
    page.locator(".ticket-screen").first.wait_for()


def show_cancelled_ticket(page):
    cancel_first(page)
    page.locator("a[href^='/tickets/']").first.click()
    page.locator(".ticket-screen.is-void").first.wait_for(state="attached")


def show_offline(page):
    page.locator("[data-opens-offline]").wait_for()
    page.context.set_offline(True)
    page.reload()


def enter_long_name(page):
    name = page.locator("main input[name^=holder-]").first
    name.evaluate("it => it.removeAttribute('maxlength')")
    name.fill("x" * 200)
    press_first(page)
    page.locator("[data-error-summary]").wait_for()


def choose_concession(page):
    buy(page)
    page.goto(f"{page.url.split('?')[0]}change/")
    page.locator("main select[name^=concession-]").first.select_option(index=1)
    press_first(page)


def leave_change_unpaid(page):
    """Buy a ticket, and leave a change of it unpaid."""
    from bookings.models import Order, TicketChange

    buy(page)
    reference = reference_of(page)
    order = Order.objects.get(reference=reference)
    own = {"number": 1, "reference": f"{reference}-1", "lines": []}
    TicketChange.objects.create(order=order, difference=5, **own)
    page.goto(order.get_absolute_url())
    page.locator("form[action$='change/drop/']").wait_for()


def cancel_nothing(page):
    page.locator("main input[name=ticket]").evaluate_all("all => all.forEach(it => it.remove())")
    page.locator("main .btn-danger").click()
    page.locator("[data-error-summary]").wait_for()
