"""The account pages on a phone and a desktop, without JavaScript, by keyboard."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from core.testing.page_faults import faults_of

from .factories import PASSWORD, code_in, make_user

pytestmark = [pytest.mark.both_sizes, pytest.mark.django_db(transaction=True)]

OPEN_PAGES = ["/accounts/login/?next=/basket/x/", "/accounts/signup/", "/accounts/password/reset/"]
OWN_PAGES = [
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.fixture
def device(browser_context, live_server, screen):
    """Open a page on a phone or a desktop."""

    def make(**options):
        options |= {"phone": screen["width"] < 500, "viewport": screen}
        return browser_context(base_url=live_server.url, **options).new_page()

    return make


def log_in(page, email="alice@example.com"):
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_pages_are_accessible(device, alice):
    page = device()
    faults = {}
    for path in OPEN_PAGES:
        page.goto(path)
        faults[path] = faults_of(page)
        # Required is what does not say “(optional)”, here as in the basket.
        assert "*" not in page.locator("main").inner_text()
    log_in(page)
    for path in OWN_PAGES:
        page.goto(path)
        faults[path] = faults_of(page)
    assert not {path: found for path, found in faults.items() if found}


def test_pages_with_errors_are_accessible(device, alice):
    page = device()
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail address").fill("new@example.com")
    page.get_by_label("Password").fill("password123")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_text("This password is too common.", exact=True)).to_be_visible()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    described = page.get_by_label("Password").get_attribute("aria-describedby").split()
    for name in described:
        expect(page.locator(f"#{name}")).to_have_count(1)
    assert faults_of(page) == []


def test_it_signs_up_without_javascript_and_by_keyboard(device, mailoutbox, settings):
    page = device(javascript=False)
    page.goto("/accounts/signup/?next=/accounts/profile/")
    page.get_by_label("E-mail address").focus()
    for words in ["new@example.com", "correct horse battery", "Nell"]:
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/confirm-email/")

    page.get_by_label("Code").focus()
    page.keyboard.type(code_in(mailoutbox[0]).lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/profile/")
    expect(page.get_by_label("Name")).to_have_value("Nell")
    assert User.objects.get().email == "new@example.com"


def test_it_sets_up_two_step_verification_and_asks_for_the_code(device, alice):
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    def code_for(secret):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    page = device()
    log_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert faults_of(page) == []
    secret = page.get_by_label("Secret key").input_value()
    page.get_by_label("Code from the app").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("Wrong code. Please try again.", exact=True)).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Code from the app").fill(code_for(secret))
    page.get_by_role("button", name="Turn on").click()
    page.wait_for_url("**/recovery-codes/")
    expect(page.get_by_text("You'll now need a code from your authenticator app")).to_be_visible()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert faults_of(page) == []

    page.context.clear_cookies()
    log_in(page)
    page.wait_for_url("**/2fa/authenticate/")
    assert faults_of(page) == []
    codes = alice.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    page.get_by_role("main").get_by_role("textbox").fill(codes[0])
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/accounts/profile/")
    make_codes_and_turn_off(page, codes[1])


def make_codes_and_turn_off(page, code):
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Create new codes").click()
    page.get_by_role("link", name="Use a code").click()
    expect(page.get_by_role("link", name="Use your password")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_label("Code from your authenticator app, or a recovery code").fill(code)
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Your old codes will no longer work.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Create new codes").click()
    expect(page.get_by_text("Recovery codes have been created.")).to_be_visible()
    expect(page.get_by_text("10 of 10 recovery codes left.")).to_be_visible()
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("link", name="Turn off").click()
    assert faults_of(page) == []
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("You no longer need a code from an authenticator")).to_be_visible()


def test_staff_see_a_link_to_the_admin(device):
    make_user("superuser@example.com", is_staff=True, is_superuser=True)
    page = device()
    log_in(page, "superuser@example.com")
    expect(page.get_by_role("link", name="Box office")).to_have_attribute("href", "/admin/")
