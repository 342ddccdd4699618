"""Home, search, shows, venues and texts."""

from collections.abc import Iterator

from .demo_objects import DemoObjects
from .visit import Visit


def empty_visits() -> Iterator[Visit]:
    """Return the pages of a site that has nothing yet."""
    yield Visit("home", "empty", "/")
    yield Visit("search", "empty", "/shows/")
    yield Visit("venue", "empty", "/venues/")
    yield Visit("texts", "help, empty", "/help/")


def visits(demo: DemoObjects) -> Iterator[Visit]:
    yield Visit("home", "with shows", "/")
    yield Visit("home", "of an account", "/", is_known=True)
    yield Visit("search", "all shows", "/shows/")
    yield Visit("search", "suggestions", "/", type_search, needs_script=True)
    yield Visit("search", "filtered", "/shows/?q=jaz&sort=price")
    yield Visit("search", "nothing found", "/shows/?q=zzzzqqq")
    yield Visit("search", "errors", "/shows/?max_price=cheap&from=2026-12-09&to=2026-12-01")
    yield Visit("search", "past shows", "/shows/?when=past")
    for name in ("theatre", "sold_out", "cancelled", "rescheduled", "announced", "past"):
        label = "on sale" if name == "theatre" else name.replace("_", " ")
        yield Visit("show", label, getattr(demo, name).show.get_absolute_url())
    residency = demo.residency.get_absolute_url()
    yield Visit("show", "calendar", residency)
    yield Visit("show", "calendar, another month", residency, open_next_month)
    follow = f"{demo.announced.show.get_absolute_url()}follow/"
    yield Visit("show", "follow", follow, is_known=True)
    yield Visit("show", "artist", demo.theatre.show.artists.first().get_absolute_url())
    yield Visit("venue", "all venues", "/venues/")
    yield Visit("venue", "one venue", demo.theatre.venue.get_absolute_url())
    yield Visit("texts", "help", "/help/")
    yield Visit("texts", "terms", "/terms/")
    yield Visit("texts", "accessibility", "/accessibility/")
    yield Visit("texts", "accessibility report", "/accessibility/report/")
    yield Visit("texts", "page not found", "/no-such-page/")
    yield Visit("texts", "no connection", "/help/", reload_offline, needs_script=True)


def open_next_month(page):
    month = page.locator("#calendar-month").inner_text()
    page.locator("#calendar-following").click()
    page.locator("#calendar-month").filter(has_not_text=month).wait_for()


def reload_offline(page):
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.context.set_offline(True)
    page.reload()


def type_search(page):
    page.locator("#site-search").press_sequentially("salt", delay=30)
    page.locator("[role=option]").first.wait_for()
