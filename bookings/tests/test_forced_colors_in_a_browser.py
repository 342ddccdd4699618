"""The states of seats can be told apart in forced colours (Windows high contrast)."""

import io
from itertools import combinations

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image, ImageChops
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Place
from bookings.staff_operations.blocking import block_places
from core.testing.browser import SIZES

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale, seated
from .seat_map import scale_of

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {"A1": "wheelchair", "A2": "companion"}
SIDE = 56  # Pixels of each picture: a seat with its outline.
ENOUGH = 75  # Pixels that must differ clearly between two states.
INSIDE = (SIDE / 2 - 7, SIDE / 2 - 7, SIDE / 2 + 7, SIDE / 2 + 7)  # Of a seat, without its ring.

SHOW_ALONE = """(input) => {
  for (const seat of document.querySelectorAll('.seat')) {
    seat.style.visibility = seat === input ? 'visible' : 'hidden';
    seat.dataset.n = '8';
  }
  for (const other of document.querySelectorAll('.row-name, .overview-plan, .seat-tip')) {
    other.style.visibility = 'hidden';
  }
}"""


# The same on the map of the admin.
SHOW_ALONE_IN_THE_ADMIN = """(input) => {
  for (const seat of document.querySelectorAll('.seat-map-seat')) {
    seat.style.visibility = seat === input.parentNode ? 'visible' : 'hidden';
    seat.querySelector('span').textContent = '8';
    seat.querySelector('b').style.display = 'none';
  }
}"""


def show_basket(page, customer, live_server):
    """Become the customer; pages fetch the basket only where its cookie says that there is one."""
    basket = {"name": "basket", "value": f"2.{2**31 - 1}"}
    cookies = [cookie | {"url": live_server.url} for cookie in (cookie_of(customer), basket)]
    page.context.add_cookies(cookies)


def show_closely(page, checkbox):
    """Zoom in until seats are 30 pixels apart, also on a phone."""
    page.locator("[data-frame]").evaluate("frame => frame.scrollIntoView()")
    view = "document.querySelector('[data-seatmap]').view"
    checkbox.evaluate(f"({{ seat }}) => {view}.fly(seat.x, seat.y, 30 / {view}.PITCH)")
    scale_of(page)


def picture_of(page, checkbox, script=SHOW_ALONE):
    checkbox.evaluate(script)
    box = checkbox.bounding_box()
    x, y = box["x"] + box["width"] / 2 - SIDE / 2, box["y"] + box["height"] / 2 - SIDE / 2
    clip = {"x": round(x), "y": round(y), "width": SIDE, "height": SIDE}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")


def difference(one, other):
    clear = ImageChops.difference(one, other).point(lambda value: 255 if value > 60 else 0)
    return clear.histogram()[255]


@pytest.mark.parametrize(
    ("scheme", "screen"),
    [("light", SIZES["375px"]), ("dark", SIZES["1440px"])],
    ids=["light-375px", "dark-1440px"],
    indirect=["screen"],
)
def test_seat_states_differ_in_forced_colors(page, live_server, scheme):
    sections = [seated(kinds=KINDS), seated(name="Circle", category="Silver", rows=1)]
    performance = make_sale(sections=sections, prices={"Regular": 40, "Silver": 80})
    make_hold(performance=performance, labels=["B2"])
    alice = make_customer()
    make_hold(performance=performance, labels=["C1", "C2"], customer=alice)
    show_basket(page, alice, live_server)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"/performances/{performance.pk}/")
    seats = {
        name: page.locator(
            f"input[name=seat][aria-label^=Stalls]"
            f"[aria-label*='row {label[0]},'][aria-label*=' {label[1:]},']"
        )
        for name, label in {
            "available": "B6",
            "unavailable": "B2",
            "selected": "B4",
            "in the basket": "C2",
            "wheelchair": "A1",
            "companion": "A2",
            "focused": "C4",
        }.items()
    }
    seats["selected"].check()
    expect(page.locator("[data-summary]")).to_contain_text("1 seat")
    expect(page.locator(".seat.is-in-basket")).to_have_count(2)
    show_closely(page, seats["selected"])
    page.mouse.move(0, 0)
    pictures = {name: picture_of(page, checkbox) for name, checkbox in seats.items()}
    page.keyboard.press("Tab")  # The focus is visible after a key press.
    seats["focused"].focus()
    pictures["focused"] = picture_of(page, seats["focused"])
    page.get_by_label("Lowest price").press("End")
    expect(page.locator(".seat.is-dimmed")).not_to_have_count(0)
    show_closely(page, seats["selected"])
    pictures["dimmed"] = picture_of(page, seats["available"])
    alike = [
        (one, other)
        for one, other in combinations(pictures, 2)
        if difference(pictures[one], pictures[other]) < ENOUGH
    ]
    assert not alike
    # What is in the basket does not look selected: not only their rings differ. The same goes for
    # other colours.
    inside = [pictures[name].crop(INSIDE) for name in ("selected", "in the basket")]
    assert difference(*inside) >= ENOUGH
    page.emulate_media(forced_colors="none", color_scheme=scheme)
    inside = [picture_of(page, seats[name]).crop(INSIDE) for name in ("selected", "in the basket")]
    assert difference(*inside) >= ENOUGH


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_seat_states_on_the_map_of_the_admin_differ_in_forced_colors(page, live_server, scheme):
    performance = make_sale(sections=[seated(kinds={"A1": "wheelchair"})])
    make_hold(performance=performance, labels=["B2"])
    make_paid_order(hold=make_hold(performance=performance, labels=["B3"]))
    (blocked,) = Place.objects.filter(seat__row="B", seat__number="5")
    block_places(performance=performance, place_ids=[blocked.pk], actor="test")
    log_in(page, live_server)
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.goto(f"{live_server.url}/admin/shows/performance/{performance.pk}/seat-map/")
    seats = {
        name: page.locator(
            f".seat-map-seat input[aria-label*='row {label[0]},'][aria-label*=' {label[1:]},']"
        )
        for name, label in {
            "available": "D6",
            "in a basket": "B2",
            "sold": "B3",
            "blocked": "B5",
            "wheelchair": "A1",
            "selected": "D2",
            "focused": "D4",
        }.items()
    }
    seats["selected"].check()
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    script = SHOW_ALONE_IN_THE_ADMIN
    pictures = {name: picture_of(page, checkbox, script) for name, checkbox in seats.items()}
    page.keyboard.press("Tab")
    seats["focused"].focus()
    pictures["focused"] = picture_of(page, seats["focused"], script)
    alike = [
        (one, other)
        for one, other in combinations(pictures, 2)
        if difference(pictures[one], pictures[other]) < ENOUGH
    ]
    assert not alike


def log_in(page, live_server):
    browser = Client()
    browser.force_login(make_staff(Role.BOX_OFFICE))
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
