"""The page of a show in a real browser: sharing, times of two zones, pictures, accessibility."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from core.pictures import as_webp
from core.testing.page_faults import faults_of
from organisation.models import HelpEntry
from organisation.tests.factories import publish_texts, set_organisation
from shows.models import Artist, MediaLink, ShowPicture
from shows.tests.factories import make_performance, make_plan, make_show, make_venue
from venues.models import VenuePicture

pytestmark = [pytest.mark.both_sizes, pytest.mark.django_db(transaction=True)]

# How much the page has moved since it was painted first; the seat map moves by itself.
SHIFTED = """() => new Promise((done) => {
  let sum = 0;
  const inMap = ({ node }) =>
    !node || (node.closest ? node : node.parentElement)?.closest(".seatmap");
  const observer = new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.sources.every(inMap)) sum += shift.value;
  });
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""

YEAR = timezone.now().year + 1


@pytest.fixture
def show(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    venue = make_venue(name="Kumo", latitude="50.735", longitude="7.1", is_step_free=True)
    show = make_show(title="Blue Hour", slug="blue-hour", artists=["Ida Blank"])
    Artist.objects.update(description="Born loud.", website="https://ida.example/")
    make_performance(
        show=show, plan=make_plan(venue=venue), starts_at=datetime(YEAR, 1, 20, 19, tzinfo=UTC)
    )
    file = as_webp(Image.new("RGB", (600, 900), "#225577"), 600)
    ShowPicture.objects.create(show=show, picture=file, text="On stage")
    VenuePicture.objects.create(venue=venue, picture=file, text="The door")
    MediaLink.objects.create(show=show, kind="video", title="Live", url="https://video.example/1")
    return show


@pytest.fixture
def page_in(browser_context, live_server, screen):
    def open_page(zone="Europe/Berlin", **options):
        context = browser_context(
            base_url=live_server.url, timezone_id=zone, viewport=screen, **options
        )
        return context.new_page()

    return open_page


def test_it_has_no_faults_and_loads_nothing_from_elsewhere(page_in, live_server, show):
    set_organisation(email="help@venue.example")
    publish_texts()
    HelpEntry.objects.create(language="en", question="Can I bring a bag?", answer="Yes.")
    page, elsewhere = page_in(), []
    page.on(
        "request",
        lambda request: (
            elsewhere.append(request.url) if not request.url.startswith(live_server.url) else None
        ),
    )
    page.goto("/shows/blue-hour/")
    for name in ("Watch and listen", "Pictures", "Ida Blank", "Getting to Kumo", "Access at Kumo"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    for name in ("Live", "Add to calendar", "Show on OpenStreetMap", "Can I bring a bag?"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    for name in ("help@venue.example", "Imprint"):
        expect(page.get_by_role("contentinfo").get_by_role("link", name=name)).to_be_visible()
    assert faults_of(page) == []
    assert elsewhere == [] and page.context.cookies() == []


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "20:00 local time · 14:00 your time"),
        ("Asia/Tokyo", "20:00 local time · 21 Jan, 04:00 your time"),
    ],
)
def test_visitors_elsewhere_read_both_times(page_in, show, zone, said):
    page, performance = page_in(zone), show.performances.get()
    # A card, and a row on a phone, has the venue's time just above.
    short = said.partition(" · ")[2]
    row = short if page.viewport_size["width"] < 600 else said
    for path, notes in {
        show.get_absolute_url(): [row],
        performance.get_absolute_url(): [said],
        # The hero and the row of its date.
        "/": [said, row],
        "/shows/": [short],
    }.items():
        page.goto(path)
        found = page.locator(".your-time:visible")
        expect(found).to_have_text(notes, use_inner_text=True)
        # Its place was kept.
        assert page.evaluate(SHIFTED) < 0.02
    # It is one line below the date.
    page.goto(performance.get_absolute_url())
    lines = page.locator(".your-time:visible").evaluate("note => note.getClientRects().length")
    assert lines == 1


def test_visitors_with_the_same_time_read_one(page_in, show):
    page = page_in("Europe/Madrid")
    page.goto("/shows/blue-hour/")
    expect(page.get_by_role("link", name="20:00 CET")).to_be_visible()
    expect(page.locator(".your-time")).to_be_hidden()


def test_without_javascript_the_zone_is_named(page_in, show):
    page = page_in("Asia/Tokyo", javascript=False)
    page.goto("/shows/blue-hour/")
    expect(page.get_by_role("link", name="20:00 CET")).to_be_visible()
    expect(page.locator(".your-time")).to_be_hidden()
    expect(page.get_by_text("Share", exact=True)).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    assert download.value.suggested_filename.endswith(".ics")


def test_it_is_shared_by_the_system(page_in, show, settings):
    page = page_in()
    page.add_init_script("navigator.share = (what) => { window.shared = what; };")
    page.goto("/shows/blue-hour/")
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert shared == {"title": "Blue Hour", "url": f"{settings.SITE_URL}/shows/blue-hour/"}


def test_without_a_dialog_of_the_system_the_link_is_copied(page_in, show, settings):
    page = page_in()
    page.add_init_script("Object.defineProperty(navigator, 'share', {value: undefined});")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/shows/blue-hour/")
    button = page.get_by_role("button", name="Share")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{settings.SITE_URL}/shows/blue-hour/"
    # Where nothing may be copied, the link is shown.
    page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error() } }")
    button.click()
    expect(page.locator(".share [role=status]")).to_have_text(copied)


def test_phones_open_the_map_app(browser_context, live_server, show):
    page = browser_context(phone=True, base_url=live_server.url).new_page()
    page.goto("/shows/blue-hour/")
    link = page.get_by_role("link", name="Open in map app")
    expect(link).to_have_attribute("href", "geo:50.735,7.1?q=50.735,7.1(Kumo)")
    desktop = browser_context(base_url=live_server.url).new_page()
    desktop.goto("/shows/blue-hour/")
    expect(desktop.get_by_role("link", name="Open in map app")).to_be_hidden()
