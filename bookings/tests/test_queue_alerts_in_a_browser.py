"""The queue page in the background, the time to buy, and the account page, in a browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts.tests.browser import log_in
from accounts.tests.factories import make_user
from bookings.models import Place
from core.testing.page_faults import faults_at_both_sizes, faults_of
from waitingroom.models import Pass, TurnAlert, WaitingRoom
from waitingroom.tests.factories import join_queue
from waitingroom.turn_alerts import confirmation_url

from .factories import make_sale, seated
from .test_queue_in_a_browser import join, make_queue, poll_soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HIDE = "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})"
SHOW = "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
# Waits by itself: wait_for_function takes the promise of an asynchronous function for true.
SHOWN = """async (title) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const worker = await navigator.serviceWorker.getRegistration();
    if ((await worker.getNotifications()).some((one) => one.title === title)) return true;
    await new Promise((go) => setTimeout(go, 100));
  }
}"""
COUNT_TONES = """
  window.tones = 0;
  const { createOscillator } = AudioContext.prototype;
  AudioContext.prototype.createOscillator = function () {
    window.tones += 1;
    return createOscillator.call(this);
  };
"""


def fill_sale(room):
    """Let somebody else into the sale, in which no more fit."""
    Pass.objects.create(
        performance_id=room.pk,
        visitor="x",
        entered_at=room.opened_at,
        expires_at="2100-01-01T00:00Z",
    )


@pytest.mark.both_sizes
@pytest.mark.service_workers
@pytest.mark.windows
def test_a_page_in_the_background_waits_and_says_so(page):
    room = make_queue()
    page.add_init_script(HIDE + COUNT_TONES)
    fill_sale(room)
    join_queue(room)
    join(page, room)
    page.get_by_text("1 person ahead of you.").wait_for()
    assert faults_of(page) == []
    sound = page.get_by_role("button", name="Play a sound")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.context.grant_permissions(["notifications"])
    notification = page.get_by_role("button", name="Show a notification")
    notification.click()
    expect(notification).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(notification).to_have_attribute("aria-pressed", "true")
    page.get_by_text("1 person ahead of you.").click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    # The first is called in.
    WaitingRoom.objects.update(capacity=2)
    assert page.evaluate(SHOWN, "Almost your turn")
    assert page.evaluate("tones") == 3
    WaitingRoom.objects.update(capacity=3)
    page.wait_for_function("() => document.title.startsWith('● ')")
    assert "/place/" in page.url
    assert page.evaluate(SHOWN, "It's your turn")
    expect(page.get_by_text("We keep your place for 30 minutes").first).to_be_visible()
    assert page.evaluate("tones") == 6
    assert Pass.objects.count() == 1
    page.evaluate(SHOW)
    page.wait_for_url(f"**/performances/{room.pk}/")
    expect(page.get_by_role("region", name="Your time to buy")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(page.get_by_text("You've already extended once.")).to_have_count(1)
    expect(page.locator("#sale-session")).to_be_focused()
    page.wait_for_function(
        "() => document.querySelector('#sale-session [data-clock]').textContent.startsWith('14:')"
    )


@pytest.mark.both_sizes
def test_an_email_before_the_turn_is_asked_for_confirmed_and_declined(page):
    room = make_queue()
    fill_sale(room)
    join(page, room)
    address = page.get_by_label("E-mail me about ten minutes before (optional)")
    address.fill("anna@")
    page.get_by_role("button", name="E-mail me", exact=True).click()
    expect(address).to_have_attribute("aria-invalid", "true")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:") and faults_of(page) == []
    summary.get_by_role("link", name="E-mail address").click()
    expect(address).to_be_focused()
    address.fill("anna@example.com")
    page.get_by_role("button", name="E-mail me", exact=True).click()
    expect(page.get_by_text("We've sent a link to anna@example.com.")).to_be_visible()
    waiting = page.url
    page.goto(urlsplit(confirmation_url(TurnAlert.objects.get())).path)
    assert faults_of(page) == []
    page.get_by_role("button", name="Confirm address").click()
    expect(page.get_by_role("heading", name="Your address is confirmed")).to_be_visible()
    page.goto(waiting)
    expect(page.get_by_text("We'll e-mail anna@example.com about ten minutes")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Don't e-mail me").click()
    expect(page.get_by_text("have deleted your address")).to_be_visible()
    assert not TurnAlert.objects.exists()


@pytest.mark.both_sizes
def test_the_queue_page_tells_what_is_sold_out_or_back(page):
    sections = [seated(), seated(name="Circle", category="Silver")]
    room = make_queue(performance=make_sale(sections=sections))
    fill_sale(room)
    join(page, room)
    page.get_by_text("You're next.").wait_for()
    news = page.locator("[data-category-news]")
    expect(news).to_be_empty()
    cells = page.locator("[data-category-left]")
    # The page has the names in the visitor's language, the status as staff have entered them.
    cells.nth(1).evaluate("it => { it.dataset.name = 'Silber' }")
    circle = Place.objects.filter(section__name="Circle").order_by("pk")
    for left, text in (
        (10, "Silber: only a few left."),
        (0, "Silber: just sold out."),
        (20, "Silber: tickets are available again."),
    ):
        circle.update(state=Place.State.BLOCKED)
        free = circle.filter(pk__in=list(circle.values_list("pk", flat=True)[:left]))
        free.update(state=Place.State.AVAILABLE)
        poll_soon(page)
        expect(news).to_have_text(text)
        expect(cells).to_have_text(["50", str(left or "none")])


def test_the_account_page_is_accessible_and_fits(page):
    make_user()
    log_in(page, email="alice@example.com", path="/accounts/")
    page.get_by_text("Delete account", exact=True).first.click()
    assert faults_at_both_sizes(page) == []
    page.get_by_label("Name").fill("Alice A.")
    page.locator("#profile").get_by_role("button").click()
    page.get_by_text("Saved.").wait_for()
    expect(page.get_by_label("Name")).to_have_value("Alice A.")
