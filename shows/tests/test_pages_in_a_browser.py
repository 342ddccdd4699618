"""The catalogue in a real browser: live search, history, no JavaScript, accessibility."""

from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.testing.page_faults import faults_at_both_sizes
from shows.posters import set_poster
from shows.search import index_shows
from shows.tests.factories import (
    make_performance,
    make_plan,
    make_review,
    make_show,
    make_user,
    make_venue,
)
from shows.tests.pages import open_filters
from venues.models import Venue
from venues.pictures import set_picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    berlin, koeln = make_venue(city="Berlin"), make_venue(name="Tanzbrunnen", city="Köln")
    set_picture(venue=berlin, image=Image.new("RGB", (1200, 800), "#335577"))
    plans = [make_plan(venue=berlin), make_plan(venue=koeln)]
    for number, (title, tag) in enumerate([("Blue Hour", "Jazz"), ("Loud Hour", "Metal")]):
        show = make_show(title=title, slug=title.lower().replace(" ", "-"), tags=[tag, "Evening"])
        show.artists.create(name=f"Artist {title}", slug=f"artist-{number}")
        set_poster(show=show, image=Image.new("RGB", (900, 1260), ["#2244aa", "#aa2222"][number]))
        performance = make_performance(show=show, plan=plans[number], starts_in=timedelta(days=-9))
        make_review(
            performance=performance, author=make_user(name="Ada"), text="Yes.", status="published"
        )
        type(show).objects.filter(pk=show.pk).update(rating_sum=5, rating_count=1)
        make_performance(show=show, plan=plans[number], starts_in=timedelta(days=5 + number))
        make_performance(
            show=show, plan=plans[number], starts_in=timedelta(days=9), places_left=number
        )
    index_shows()


def cards(page):
    return page.locator("#results .card-show :is(h2, h3)")


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_the_menu_is_one_line_on_a_phone_also_with_a_basket(browser_context, live_server, locale):
    phone = {"width": 360, "height": 740}
    page = browser_context(base_url=live_server.url, locale=locale, viewport=phone).new_page()
    page.goto("/venues/")
    links = page.locator(".site-nav a")
    expect(links).to_have_count(5)
    page.locator("[data-basket-count]").evaluate("it => { it.hidden = false; it.textContent = 8 }")
    expect(page.locator("[data-basket-count]")).to_be_visible()
    tops = links.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "es-ES"])
def test_the_menu_is_legible_on_the_narrowest_phone(browser_context, live_server, locale):
    """On one line, or on two that begin at the left with words of a usual size."""
    phone = {"width": 320, "height": 640}
    page = browser_context(base_url=live_server.url, locale=locale, viewport=phone).new_page()
    page.goto("/venues/")
    links = page.locator(".site-nav a")
    boxes = links.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ x, y }) => [x, y])"
    )
    lines = {y: x for x, y in reversed(boxes)}  # Where each line begins.
    size = float(links.first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)"))
    assert len(lines) <= 2 and set(lines.values()) == {16} and size >= 12
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.both_sizes
def test_the_list_updates_while_typing(page, world):
    page.goto("/shows/")
    expect(cards(page)).to_have_count(2)
    search = page.get_by_role("searchbox")

    search.press_sequentially("loud")

    expect(cards(page)).to_have_text(["Loud Hour"])
    expect(page).to_have_url("/shows/?q=loud")
    expect(page.get_by_role("status").filter(has_text="1 show")).to_be_visible()
    expect(search).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)

    open_filters(page)
    page.get_by_label("City").select_option("Berlin")
    expect(page.get_by_text("No shows found")).to_be_visible()
    expect(page.locator("#used-filters")).to_have_text("Berlin")
    expect(page).to_have_url("/shows/?city=Berlin&q=loud")

    page.go_back()
    expect(page).to_have_url("/shows/?q=loud")
    expect(cards(page)).to_have_text(["Loud Hour"])
    expect(page.get_by_role("banner")).to_have_count(1)

    # Going back from a show shows the whole page of the list.
    page.get_by_role("link", name="Loud Hour").click()
    expect(page).to_have_url("/shows/loud-hour/")
    page.go_back()
    expect(page.get_by_role("banner")).to_be_visible()
    expect(cards(page)).to_have_text(["Loud Hour"])


@pytest.mark.both_sizes
def test_errors_are_shown_beside_their_field_and_the_list_stays(page, world):
    page.goto("/shows/?city=Berlin")
    open_filters(page)
    price = page.get_by_label("Max. price")
    price.fill("-5")
    price.press("Enter")
    expect(page.locator("#max_price-error")).to_contain_text("greater than or equal to 0")
    expect(cards(page)).to_have_text(["Blue Hour"])
    price.fill("50")
    price.press("Enter")
    expect(page.locator("#max_price-error")).to_be_empty()
    # On a phone the filters are one line, unless one of them has an error.
    is_phone = page.viewport_size["width"] < 600
    for path, is_open in {"/shows/?city=Berlin": False, "/shows/?max_price=-5": True}.items():
        page.goto(path)
        expect(page.get_by_text("Filter and sort")).to_be_visible(visible=is_phone)
        expect(price).to_be_visible(visible=is_open or not is_phone)


@pytest.mark.both_sizes
def test_it_can_be_searched_without_javascript(browser_context, live_server, world, screen):
    options = {"base_url": live_server.url, "viewport": screen}
    page = browser_context(javascript=False, **options).new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("jazz")
    page.get_by_role("searchbox").press("Enter")
    expect(cards(page)).to_have_text(["Blue Hour"])
    page.get_by_role("searchbox").fill("")
    open_filters(page)
    page.get_by_label("City").select_option("Köln")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(cards(page)).to_have_text(["Loud Hour"])


PATHS = [
    "/",
    "/shows/",
    "/shows/?q=opera&max_price=cheap",
    "/shows/?when=past",
    "/shows/blue-hour/",
    "/artists/artist-0/",
    "/venues/",
    "/venues/{venue}/",
    "/shows/no-such-show/",
]


def test_axe_finds_nothing_and_no_page_is_too_wide(page, world, subtests):
    venue = Venue.objects.first().slug
    for path in PATHS:
        with subtests.test(path):
            page.goto(path.format(venue=venue))
            assert faults_at_both_sizes(page) == []
