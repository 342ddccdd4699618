"""The account pages on a phone, in dark mode, without JavaScript, by keyboard."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from core.testing.page_faults import faults_of

from .factories import PASSWORD, code_in, make_user

pytestmark = pytest.mark.django_db(transaction=True)

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
def phone(browser_context, live_server):
    """Open a page on a phone."""

    def make(**options):
        return browser_context(phone=True, base_url=live_server.url, **options).new_page()

    return make


def log_in(page, email="alice@example.com"):
    page.goto("/accounts/login/?next=/accounts/profile/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def test_pages_are_accessible_on_a_phone(phone, alice):
    page = phone()
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


def test_pages_with_errors_are_accessible(phone, alice):
    page = phone()
    page.goto("/accounts/signup/")
    page.get_by_label("E-mail address").fill("new@example.com")
    page.get_by_label("Password").fill("password123")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_text("This password is too common.", exact=True)).to_be_visible()
    described = page.get_by_label("Password").get_attribute("aria-describedby").split()
    for name in described:
        expect(page.locator(f"#{name}")).to_have_count(1)
    assert faults_of(page) == []


def test_it_signs_up_without_javascript_and_by_keyboard(phone, mailoutbox, settings):
    page = phone(javascript=False)
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


def test_it_sets_up_two_step_verification_and_asks_for_the_code(phone, alice):
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    def code_for(secret):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    page = phone()
    log_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("img.qr")).to_be_visible()
    assert faults_of(page) == []
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_for(secret))
    page.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/recovery-codes/")
    assert faults_of(page) == []

    page.context.clear_cookies()
    log_in(page)
    page.wait_for_url("**/2fa/authenticate/")
    assert faults_of(page) == []
    recovery = alice.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    page.get_by_role("main").get_by_role("textbox").fill(recovery)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/accounts/profile/")


def test_staff_see_a_link_to_the_admin(phone):
    make_user("superuser@example.com", is_staff=True, is_superuser=True)
    page = phone()
    log_in(page, "superuser@example.com")
    expect(page.get_by_role("link", name="Box office")).to_have_attribute("href", "/admin/")
