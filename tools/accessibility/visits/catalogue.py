"""Home, search, shows, venues and texts."""

from collections.abc import Callable, Iterator
from typing import Any

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
    yield Visit("search", "second page", "/shows/?page=2")
    for name in ("theatre", "sold_out", "cancelled", "rescheduled", "announced", "past"):
        label = "on sale" if name == "theatre" else name.replace("_", " ")
        yield Visit("show", label, getattr(demo, name).show.get_absolute_url())
    residency = demo.residency.get_absolute_url()
    yield Visit("show", "calendar", residency)
    yield Visit("show", "calendar, another month", residency, open_next_month)
    follow = f"{demo.announced.show.get_absolute_url()}follow/"
    yield Visit("show", "follow", follow, is_known=True)
    artist = demo.theatre.show.artists.first().get_absolute_url()
    yield Visit("show", "artist", artist)
    yield Visit("show", "follow an artist", f"{artist}follow/", is_known=True)
    yield Visit("venue", "all venues", "/venues/")
    yield Visit("venue", "one venue", demo.theatre.venue.get_absolute_url())
    yield Visit("texts", "help", "/help/")
    for kind in ("terms", "privacy", "imprint", "refunds"):
        yield Visit("texts", kind, f"/{kind}/")
    yield Visit("texts", "earlier terms", "/legal/terms/en/1/")
    yield Visit("texts", "accessibility", "/accessibility/")
    yield Visit("texts", "accessibility report", "/accessibility/report/")
    yield Visit("texts", "page not found", "/no-such-page/", status=404)
    yield Visit("texts", "form has expired", "/accounts/login/", send_without_cookies)
    for name, template in (("fault of the server", "500.html"), ("out of service", "503.html")):
        yield Visit("texts", name, "/help/", show_fault(template))
    yield Visit("texts", "no connection", "/help/", reload_offline, needs_script=True)


def send_without_cookies(page):
    page.context.clear_cookies()
    page.locator("main form .btn-primary").first.click()
    page.locator(".error-page").wait_for()


def show_fault(template: str) -> Callable[[Any], None]:
    """Return an act: show the page that the server answers with when something is wrong."""

    def act(page):
        from django.template.loader import render_to_string

        page.set_content(render_to_string(template, {"back": "/"}))

    return act


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
