"""The seat map in browser tests: what is on it, and how far it is zoomed in."""

from bookings.models import Place
from venues.models import SectionView

from .factories import seated, standing

KINDS = {"A1": "wheelchair", "A2": "companion", "C10": "restricted"}
# Most seats are in a section that no test opens: adding check boxes takes seconds.
BIG = [
    seated(name="Stalls", category="Gold", rows=8, seats=20),
    seated(name="Balcony", category="Silver", rows=16, seats=30),
    seated(name="Circle", category="Silver", rows=6, seats=20),
    standing(name="Floor", category="Floor", capacity=50),
]


def address_of(performance):
    return f"/performances/{performance.pk}/"


def make_view(performance, **fields):
    """Add the view from the stalls. There is no file of its picture unless one is given."""
    fields = {"picture": "views/stalls.webp", "text": "From the middle"} | fields
    names = {"plan_name": performance.plan.name, "section_name": "Stalls"}
    return SectionView.objects.create(venue=performance.venue, **names, **fields)


def seat(page, label, state="available", section=None):
    """Return a seat by the attribute: of a large map, computing names by role takes seconds.

    A large map may show those of several sections.
    """
    row, number = label[0], label[1:]
    name = f"[aria-label*='row {row}, '][aria-label*=' {number}, '][aria-label$=', {state}']"
    if section:
        name += f"[aria-label^='{section}, ']"
    return page.locator(f"input[type=checkbox]{name}")


BASKET = "#checkout"  # The page to which adding selected seats leads.


def held():
    places = Place.objects.held_at().select_related("seat").order_by("pk")
    return [f"{p.seat.row}{p.seat.number}" if p.seat else p.section.name for p in places]


def touch_page(browser_context, live_server, screen):
    """Return a page on a touch screen: a phone's, or a desktop's, which can have one, too."""
    options = {"base_url": live_server.url, "viewport": screen, "has_touch": True}
    return browser_context(phone=screen["width"] < 600, **options).new_page()


def middle_of(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tap_map(page, locator):
    """Tap where something is on the map, also on what is too small to be hit for sure."""
    page.touchscreen.tap(*middle_of(locator))


def wait_for_size(page, label, least):
    page.wait_for_function(
        "([input, least]) => input.getBoundingClientRect().width >= least",
        arg=[seat(page, label).element_handle(), least],
    )


def scale_of(page):
    """Return the scale of the plan when it stands still."""
    return page.evaluate(
        """async () => {
            const { view } = document.querySelector("[data-seatmap]");
            await new Promise(requestAnimationFrame); // A click moves the plan in the next frame.
            while (view.isMoving()) await new Promise((go) => setTimeout(go, 20));
            return view.scale();
        }"""
    )
