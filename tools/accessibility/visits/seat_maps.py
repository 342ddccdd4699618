"""The page of a performance: the map in its states."""

from collections.abc import Iterator

from .demo_objects import DemoObjects
from .visit import Visit

SEAT = "[data-plan] input[type=checkbox]:not(:disabled)"


def visits(demo: DemoObjects) -> Iterator[Visit]:
    theatre = demo.theatre.get_absolute_url()
    yield Visit("map", "theatre", theatre)
    arena = demo.arena.get_absolute_url()
    yield Visit("map", "arena", arena)
    yield Visit("map", "section of the arena open", arena, open_listed_section)
    yield Visit("map", "standing places", demo.standing.get_absolute_url())
    yield Visit("map", "section open", theatre, open_section)
    yield Visit("map", "seats selected", theatre, select_seats)
    yield Visit("map", "selected seat just sold", theatre, lose_seat, needs_script=True)
    yield Visit("map", "filtered", theatre, show_wheelchair_spaces, needs_script=True)
    yield Visit("map", "view from a section", theatre, open_view, needs_script=True)
    yield Visit("map", "nothing selected", theatre, press_hold, is_error=True)
    yield Visit("map", "nothing found", theatre, find_nothing, is_error=True)
    yield Visit("map", "with a basket", theatre, return_with_basket)
    yield Visit("map", "without a network", theatre, find_offline, needs_script=True)
    for name in ("sold_out", "cancelled", "rescheduled", "announced", "past"):
        yield Visit("map", name.replace("_", " "), getattr(demo, name).get_absolute_url())


def open_section(page):
    page.locator(".section-list [data-section-link]").first.click()
    page.locator(SEAT).first.wait_for(state="attached")


def open_listed_section(page):
    """Open a section of a venue that has too many to list them at once."""
    page.locator("details:has([data-section-link]) > summary").click()
    open_section(page)


def select_seats(page):
    open_section(page)
    for number in range(2):
        # The control is covered by its drawing.
        page.locator(SEAT).nth(number).check(force=True)


def lose_seat(page):
    """Select a seat and let somebody else buy it."""
    from bookings.models import Place

    select_seats(page)
    seat = page.locator("input.seat:checked").first.input_value()
    performance = page.locator("[data-seats-form]").get_attribute("data-performance")
    Place.objects.filter(seat_id=seat, performance_id=performance).update(state="blocked")
    page.locator("[data-seat-notice]").wait_for()


def show_wheelchair_spaces(page):
    page.locator("[data-filter-accessible]").check()


def open_view(page):
    page.locator("details:has([data-view-of]) > summary").click()
    page.locator("main [data-view-of]").first.click()


def press_hold(page):
    page.locator("[data-hold-button]").click()
    page.locator("#answer [role=alert]").wait_for()


def find_nothing(page):
    """Ask for the best seats of an expensive category at the lowest price."""
    page.locator("#best [name=max_price]").select_option(index=1)
    page.locator("#best [name=category]").select_option(index=1)
    page.locator("#best button").click()
    page.locator("#answer [role=alert]").wait_for()


def find_seats(page):
    page.locator("#best button").click()
    page.locator("#aside-title, #checkout").first.wait_for()


def return_with_basket(page):
    address = page.url
    find_seats(page)
    page.goto(address)


def find_offline(page):
    page.context.set_offline(True)
    page.locator("#best button").click()
    page.locator("#connection-note:not(:empty)").wait_for()
