"""Passkeys in a real browser, with Chromium's virtual authenticator."""

import re

import pytest
from allauth.mfa.models import Authenticator

from accounts.tests.factories import PASSWORD, make_user

HOME = re.compile(r"//[^/]+/$")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_user(email="alice@example.com", name="Alice Archer")


@pytest.fixture
def device(page):
    """A page whose browser has an authenticator with a fingerprint reader."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def go(page, live_server, path):
    # Browsers offer passkeys to names only, not to addresses such as 127.0.0.1.
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + path)


def log_in_by_password(page, live_server):
    go(page, live_server, "/accounts/login/")
    page.get_by_label("E-mail").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(HOME)


def add_passkey(page, live_server):
    go(page, live_server, "/accounts/2fa/")
    page.get_by_role("link", name="Add passkey").click()
    if page.get_by_label("Password").count():  # "Confirm it's you"
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill("Alice’s phone")
    page.get_by_role("button", name="Create passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.get_by_text("The passkey has been added.").wait_for()


def log_out(page, live_server):
    go(page, live_server, "/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.wait_for_url(HOME)


@pytest.mark.both_sizes
def test_a_passkey_is_added_used_and_removed(device, live_server, alice, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    log_in_by_password(device, live_server)
    add_passkey(device, live_server)
    passkey = Authenticator.objects.get(user=alice, type=Authenticator.Type.WEBAUTHN)
    assert passkey.wrap().is_passwordless

    log_out(device, live_server)
    go(device, live_server, "/accounts/login/")
    device.get_by_role("button", name="Log in with a passkey").click()
    device.wait_for_url(HOME)
    go(device, live_server, "/accounts/2fa/webauthn/")
    assert device.get_by_role("heading", name="Alice’s phone").is_visible()

    device.get_by_role("link", name="Remove").click()
    device.get_by_role("heading", name="Confirm it's you").wait_for()
    device.get_by_role("button", name="Use a passkey").click()
    device.get_by_role("button", name="Remove passkey").click()
    device.wait_for_url("**/accounts/2fa/webauthn/")
    device.get_by_text("The passkey has been removed.").wait_for()
    assert not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists()


@pytest.mark.both_sizes
def test_with_a_passkey_the_password_alone_is_not_enough(device, live_server, alice, settings):
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    log_in_by_password(device, live_server)
    add_passkey(device, live_server)
    log_out(device, live_server)
    go(device, live_server, "/accounts/login/")
    device.get_by_label("E-mail").fill("alice@example.com")
    device.get_by_label("Password").fill(PASSWORD)
    device.get_by_role("button", name="Log in", exact=True).click()
    device.get_by_role("button", name="Use a passkey").click()
    device.wait_for_url(HOME)
    assert device.get_by_role("link", name="Account").is_visible()


@pytest.mark.both_sizes
def test_without_a_passkey_the_page_says_so(page, live_server, alice):
    go(page, live_server, "/accounts/login/")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_text("That didn't work.").wait_for()
