"""The queue page in the background, the time to buy, and the account page, in a browser."""

import pytest
from playwright.sync_api import expect

from accounts.tests.browser import log_in
from accounts.tests.factories import make_user
from core.testing.page_faults import faults_of
from waitingroom.models import Pass

from .test_queue_in_a_browser import join, make_queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HIDE = "Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})"
SHOW = "delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))"
SHOWN = """async (title) => {
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker.getNotifications()).some((one) => one.title === title);
}"""
SIZES = [{"width": 1440, "height": 900}, {"width": 375, "height": 740}]


def faults_in_all_sizes_of(page):
    faults = []
    for size in SIZES:
        page.set_viewport_size(size)
        faults += faults_of(page)
    return faults


def test_a_page_in_the_background_waits_and_says_so(page):
    room = make_queue()
    page.add_init_script(HIDE)
    Pass.objects.create(
        performance_id=room.pk,
        visitor="x",
        entered_at=room.opened_at,
        expires_at="2100-01-01T00:00Z",
    )
    join(page, room)
    page.get_by_text("ahead of you").or_(page.get_by_text("You're next.")).first.wait_for()
    assert faults_in_all_sizes_of(page) == []
    sound = page.get_by_role("button", name="Play a sound")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.context.grant_permissions(["notifications"])
    notification = page.get_by_role("button", name="Show a notification")
    notification.click()
    expect(notification).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(notification).to_have_attribute("aria-pressed", "true")
    Pass.objects.all().delete()
    page.wait_for_function("() => document.title.startsWith('● ')")
    assert "/place/" in page.url
    page.wait_for_function(SHOWN, arg="It's your turn")
    expect(page.get_by_text("We keep your place for 30 minutes").first).to_be_visible()
    assert not Pass.objects.exists()
    page.evaluate(SHOW)
    page.wait_for_url(f"**/performances/{room.pk}/")
    expect(page.get_by_role("region", name="Your time to buy")).to_be_visible()
    assert faults_in_all_sizes_of(page) == []
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(page.get_by_text("You've already extended once.")).to_have_count(1)
    page.wait_for_function(
        "() => document.querySelector('#sale-session [data-clock]').textContent.startsWith('14:')"
    )


def test_the_account_page_is_accessible_and_fits(page):
    make_user()
    log_in(page, email="alice@example.com", path="/accounts/")
    page.get_by_text("Delete account", exact=True).first.click()
    assert faults_in_all_sizes_of(page) == []
    page.get_by_label("Name").fill("Alice A.")
    page.locator("#profile").get_by_role("button").click()
    page.get_by_text("Saved.").wait_for()
    expect(page.get_by_label("Name")).to_have_value("Alice A.")
