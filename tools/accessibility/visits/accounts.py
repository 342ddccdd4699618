"""Accounts: log-in, sign-up, and what a customer can set."""

import re
from collections.abc import Iterator
from itertools import count

from .demo_objects import BUYER, PASSWORD, DemoObjects
from .visit import Visit, press_first

number = count(1)


def visits(demo: DemoObjects) -> Iterator[Visit]:
    login, signup, again = "/accounts/login/", "/accounts/signup/", "/orders/send-again/"
    yield Visit("account", "log in", login)
    yield Visit("account", "log in, errors", login, press_first, is_error=True)
    yield Visit("account", "log in, wrong password", login, enter_wrong_password, is_error=True)
    yield Visit("account", "sign up", signup)
    yield Visit("account", "sign up, errors", signup, press_first, is_error=True)
    yield Visit("account", "code", signup, sign_up)
    yield Visit("account", "code, errors", signup, enter_wrong_code, is_error=True)
    forgotten = "/accounts/password/reset/"
    yield Visit("account", "forgotten password", forgotten)
    yield Visit("account", "code for a new password", forgotten, ask_for_code)
    errors = Visit("account", "new password, errors", forgotten, enter_code_wrongly, is_error=True)
    yield errors
    yield Visit("account", "resend tickets", again)
    yield Visit("account", "resend, errors", again, press_first, is_error=True)
    yield Visit("account", "resent", again, resend_tickets)
    yield from _own_pages()


def _own_pages():
    known = {"is_known": True}
    yield Visit("account", "overview", "/accounts/", **known)
    yield Visit("account", "profile", "/accounts/profile/", **known)
    yield Visit("account", "e-mail addresses", "/accounts/email/", **known)
    password = "/accounts/password/change/"
    yield Visit("account", "password", password, **known)
    yield Visit("account", "password, errors", password, press_first, is_error=True, **known)
    yield Visit("account", "e-mail preferences", "/accounts/email-preferences/", **known)
    yield Visit("account", "follows", "/accounts/follows/", **known)
    yield Visit("account", "two-step verification", "/accounts/2fa/", **known)
    yield Visit("account", "authenticator app", "/accounts/2fa/totp/activate/", **known)
    yield Visit("account", "passkeys", "/accounts/2fa/webauthn/", **known)
    yield Visit("account", "new passkey", "/accounts/2fa/webauthn/add/", **known)
    yield Visit("account", "confirm it's you", "/accounts/reauthenticate/", **known)
    data = "/accounts/data/"
    yield Visit("account", "data", data, **known)
    yield Visit("account", "data, errors", data, delete_without_password, is_error=True, **known)
    yield Visit("account", "log out", "/accounts/logout/", **known)


def log_in(page):
    """Log in as the customer of the demo data who has bookings."""
    page.goto("/accounts/login/")
    page.locator("input[type=email]").fill(BUYER)
    page.locator("input[type=password]").fill(PASSWORD)
    press_first(page)
    page.wait_for_url(re.compile("^(?!.*login).*$"))


def enter_wrong_password(page):
    page.locator("input[type=email]").fill(f"nobody{next(number)}@example.org")
    page.locator("input[type=password]").fill("wrong")
    press_first(page)


def sign_up(page):
    page.locator("input[type=email]").fill(f"new{next(number)}@example.org")
    for field in page.locator("main input[type=text]:visible").all():
        field.fill("Nora New")
    for field in page.locator("main input[type=password]").all():
        field.fill("a long enough sentence 17")
    for field in page.locator("main input[type=checkbox][required]").all():
        field.check()
    press_first(page)
    page.wait_for_url(re.compile("^(?!.*signup).*$"))


def enter_wrong_code(page):
    sign_up(page)
    page.locator("main input[name=code]").fill("XXXXXX")
    press_first(page)


def ask_for_code(page):
    page.locator("main input[type=email]").fill(f"nobody{next(number)}@example.org")
    press_first(page)
    page.locator("main input[name=code]").wait_for()


def enter_code_wrongly(page):
    ask_for_code(page)
    page.locator("main input[name=code]").fill("XXXXXX")
    press_first(page)


def resend_tickets(page):
    page.locator("main input[type=email]").fill("nobody@example.org")
    press_first(page)


def delete_without_password(page):
    page.locator("main form .btn").last.click()
    page.wait_for_load_state("load")
