"""The calendar of a show with many dates in a real browser: months, keyboard, accessibility."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.testing.page_faults import faults_of
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from shows.tests.pages import open_filters

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = timezone.now().year + 1


@pytest.fixture
def show():
    plan = make_plan(venue=make_venue(name="Kumo"))
    show = make_show(title="Long Run", slug="long-run")
    for month, days in ((3, range(1, 13)), (5, range(1, 5))):
        for day in days:
            starts_at = datetime(YEAR, month, day, 19, tzinfo=UTC)
            make_performance(show=show, plan=plan, starts_at=starts_at)
    sold_out, cancelled, *_ = show.performances.order_by("starts_at")
    Performance.objects.filter(pk=sold_out.pk).update(places_left=0)
    Performance.objects.filter(pk=cancelled.pk).update(status=Performance.Status.CANCELLED)
    return show


@pytest.mark.both_sizes
def test_months_follow_each_other_by_keyboard(page, show):
    page.goto("/shows/long-run/")
    expect(page.get_by_role("table", name=f"March {YEAR}")).to_be_visible()
    page.get_by_role("link", name="May").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name=f"May {YEAR}")).to_be_visible()
    expect(page).to_have_url(f"/shows/long-run/?month={YEAR}-05")
    expect(page.locator("#calendar-status")).to_have_text(f"May {YEAR}: 4 dates")
    # The focus stays on what was pressed, also where no month follows.
    expect(page.locator("#calendar-following")).to_be_focused()
    page.get_by_role("link", name="March").click()
    expect(page.get_by_role("table", name=f"March {YEAR}")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("table", name=f"May {YEAR}")).to_be_visible()
    page.get_by_role("link", name=f"2 May {YEAR}").click()
    expect(page).to_have_url(show.performances.order_by("starts_at")[13].get_absolute_url())


def test_it_has_no_faults_and_says_each_state(page, show):
    page.goto("/shows/long-run/")
    for name in (f"1 March {YEAR}, 20:00 .*Sold out", f"3 March {YEAR}, 20:00 from €45 .*On sale"):
        expect(page.get_by_role("link", name=re.compile(name))).to_be_visible()
    for width in (1440, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert faults_of(page) == [], width
        boxes = page.locator("a.calendar-date").evaluate_all(
            "links => links.map((link) => link.getBoundingClientRect()).map(({height}) => height)"
        )
        assert len(boxes) == 12 and min(boxes) >= 44


@pytest.mark.both_sizes
def test_of_several_venues_each_has_a_letter_on_a_phone(page, show, screen):
    studio = make_plan(venue=make_venue(name="Kumo Studio"))
    make_performance(show=show, plan=studio, starts_at=datetime(YEAR, 5, 9, 19, tzinfo=UTC))
    page.goto(f"/shows/long-run/?month={YEAR}-05")
    link = page.get_by_role("link", name=re.compile(f"9 May {YEAR}, 21:00 .*Kumo Studio"))
    expect(link).to_be_visible()
    is_phone = screen["width"] < 768
    shown = link.evaluate("it => getComputedStyle(it.querySelector('.calendar-sign')).display")
    assert (shown != "none") == is_phone
    expect(link.locator("time")).to_have_text("21:00")
    head = page.locator(".calendar-head")
    expect(head).to_contain_text(
        "A Kumo · B Kumo Studio · CEST" if is_phone else "CEST", use_inner_text=True
    )
    assert link.locator(".calendar-place").bounding_box()["width"] > (1 if not is_phone else 0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.both_sizes
def test_visitors_elsewhere_read_their_time_if_it_is_that_of_all_dates(
    browser_context, live_server, show, screen
):
    # After the clocks of New York have changed, and before those of the venue do.
    make_performance(
        show=show,
        plan=show.performances.first().plan,
        starts_at=datetime(YEAR, 3, 20, 19, tzinfo=UTC),
    )
    for zone, notes in {
        "Asia/Tokyo": ["20:00 local time · 04:00 your time (the next day)"],
        "America/New_York": [],
    }.items():
        page = browser_context(
            base_url=live_server.url, timezone_id=zone, viewport=screen
        ).new_page()
        page.goto("/shows/long-run/")
        page.wait_for_load_state()
        said = page.locator("#calendar .your-time:visible")
        expect(said).to_have_text(notes, use_inner_text=True)


@pytest.mark.both_sizes
def test_it_works_without_javascript(browser_context, live_server, show, screen):
    options = {"base_url": live_server.url, "viewport": screen}
    page = browser_context(javascript=False, **options).new_page()
    page.goto("/shows/long-run/")
    page.get_by_role("link", name="May").click()
    expect(page.get_by_role("table", name=f"May {YEAR}")).to_be_visible()
    page.get_by_role("link", name="Show as a list").click()
    expect(page.locator(".agenda-row")).to_have_count(16)


@pytest.mark.both_sizes
def test_the_city_chosen_last_is_a_shortcut(page):
    for city in ("Berlin", "Köln"):
        make_performance(
            show=make_show(title=f"In {city}"), plan=make_plan(venue=make_venue(city=city))
        )
    page.goto("/")
    page.get_by_text("Near me").click()
    page.locator("#shortcuts").get_by_role("link", name="Köln").click()
    expect(page).to_have_url("/shows/?city=K%C3%B6ln")
    page.goto("/")
    page.locator("#shortcuts").get_by_role("link", name="Köln").click()
    expect(page.locator("#results h2")).to_have_text(["In Köln"])
    # Another choice replaces it, also among the filters.
    open_filters(page)
    page.get_by_label("City").select_option("Berlin")
    expect(page.locator("#results h2")).to_have_text(["In Berlin"])
    expect(page.locator("#shortcuts > li:not([hidden]) > a")).to_have_text(
        ["Tonight", "This weekend", "Berlin"]
    )
    expect(page.get_by_role("link", name="Tonight")).to_have_attribute(
        "href", "/shows/?when=tonight&city=Berlin"
    )
    assert page.context.cookies() == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_hint_of_the_search_fits_a_phone(browser_context, live_server, language):
    page = browser_context(phone=True, base_url=live_server.url, locale=language).new_page()
    page.goto("/")
    missing = page.locator("#site-search").evaluate(
        """field => {
            const style = getComputedStyle(field), text = document.createElement("span");
            Object.assign(text.style, {font: style.font, position: "absolute", whiteSpace: "pre"});
            text.textContent = field.placeholder;
            document.body.append(text);
            const room = field.clientWidth - parseFloat(style.paddingLeft)
                - parseFloat(style.paddingRight);
            return text.getBoundingClientRect().width - room;
        }"""
    )
    assert missing <= 0
