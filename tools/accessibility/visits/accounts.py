"""Accounts: log-in, sign-up, and what a customer can set."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from .demo_objects import (
    BUYER,
    PASSWORD,
    PASSWORDLESS,
    PROTECTED,
    WAITING,
    WITH_PASSKEY,
    DemoObjects,
)
from .visit import Visit, press_first

number = count(1)
FAILED = "/accounts/3rdparty/login/error/"
ORGANISATION_CACHED = 1500  # Milliseconds, and some more.


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
    errors = {"is_error": True}
    yield Visit("account", "forgotten password, errors", forgotten, press_first, **errors)
    wrongly = Visit("account", "code for a new password, errors", forgotten, enter_code_wrongly)
    yield replace(wrongly, is_error=True)
    yield Visit("account", "new password", forgotten, enter_right_code)
    yield Visit("account", "new password, errors", forgotten, enter_weak_password, **errors)
    yield Visit("account", "new password saved", "/accounts/password/reset/done/")
    yield Visit("account", "deactivated", "/accounts/inactive/")
    yield Visit("account", "logged in elsewhere, cancelled", "/accounts/3rdparty/login/cancelled/")
    yield Visit("account", "logged in elsewhere, failed", FAILED, status=401)
    yield Visit("account", "two-step verification, code", login, enter_password)
    yield Visit("account", "two-step verification, errors", login, enter_wrong_token, **errors)
    unsubscribe = Visit("account", "unsubscribe from e-mails", "/", follow_unsubscribe_link)
    yield unsubscribe
    yield replace(unsubscribe, name="unsubscribed from e-mails", act=unsubscribe_by_link)
    yield Visit("account", "resend tickets", again)
    yield Visit("account", "resend, errors", again, press_first, is_error=True)
    yield Visit("account", "resent", again, resend_tickets)
    yield from _own_pages()
    yield from _pages_of_others()


def _pages_of_others():
    """Return the pages that depend on how an account is protected, and those of a new one."""
    own, waiting, keyed = ({"account": one} for one in (PROTECTED, WAITING, WITH_PASSKEY))
    steps, passkeys = "/accounts/2fa/", "/accounts/2fa/webauthn/"
    yield Visit("account", "two-step verification, in use", steps, **own)
    yield Visit("account", "authenticator app, turn off", f"{steps}totp/deactivate/", **own)
    yield Visit("account", "recovery codes", f"{steps}recovery-codes/", **own)
    yield Visit("account", "new recovery codes", f"{steps}recovery-codes/generate/", **own)
    yield Visit("account", "passkeys, in use", passkeys, **keyed)
    yield Visit("account", "rename a passkey", passkeys, open_passkey("edit"), **keyed)
    yield Visit("account", "remove a passkey", passkeys, open_passkey("remove"), **keyed)
    yield Visit("account", "new e-mail address, code", "/accounts/email/", change_email, **own)
    repeat = {"is_error": True, **own}
    yield Visit("account", "new e-mail address, errors", "/accounts/email/", press_first, **repeat)
    yield Visit("account", "set a password", "/accounts/password/set/", account=PASSWORDLESS)
    yield Visit("account", "other ways to log in", "/accounts/3rdparty/", **waiting)
    yield Visit("account", "overview of a new account", "/accounts/", **waiting)
    yield Visit("account", "waits for approval", "/accounts/", show_as_unapproved, **waiting)


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
    # Browsers make passkeys by scripts only.
    passkey = "/accounts/2fa/webauthn/add/"
    app, recent = "/accounts/2fa/totp/activate/", {"account": BUYER}
    yield Visit("account", "authenticator app", app, **recent)
    yield Visit("account", "authenticator app, errors", app, press_first, is_error=True, **recent)
    yield Visit("account", "passkeys", "/accounts/2fa/webauthn/", **known)
    yield Visit("account", "new passkey", passkey, needs_script=True, **recent)
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


def enter_right_code(page):
    """Ask for a new password, and enter the code of the e-mail."""
    from emails.models import OutboxEmail
    from emails.secrets import unseal

    address = f"regular{next(number)}@concert.example"
    page.locator("main input[type=email]").fill(address)
    press_first(page)
    page.locator("main input[name=code]").wait_for()
    email = OutboxEmail.objects.filter(to=address).latest("created_at")
    page.locator("main input[name=code]").fill(unseal(email.sealed_secrets)["code"])
    press_first(page)
    page.locator("main input[type=password]").first.wait_for()


def enter_weak_password(page):
    enter_right_code(page)
    for field in page.locator("main input[type=password]").all():
        field.fill("12345")
    press_first(page)
    page.locator("main [aria-invalid=true]").first.wait_for()


def enter_password(page):
    """Log in with the password of an account that needs a second step."""
    page.locator("input[type=email]").fill(PROTECTED)
    page.locator("input[type=password]").fill(PASSWORD)
    press_first(page)
    page.wait_for_url("**/2fa/authenticate/**")


def enter_wrong_token(page):
    enter_password(page)
    page.locator("main input[name=code]").fill("000000")
    press_first(page)
    page.locator("main [aria-invalid=true]").wait_for()


def follow_unsubscribe_link(page):
    from emails.kinds import optional_kinds
    from emails.opt_outs import opt_in, unsubscribe_url

    about = {"email": f"reader{next(number)}@example.org", "kind": optional_kinds()[0].name}
    opt_in(**about)
    page.goto(urlsplit(unsubscribe_url(**about)).path)


def unsubscribe_by_link(page):
    follow_unsubscribe_link(page)
    page.locator("main form button").click()
    page.locator("main input[name=wants][value=yes]").wait_for(state="attached")


def open_passkey(action: str) -> Callable[[Any], None]:
    """Return an act: follow the link of a passkey to this action."""

    def act(page):
        page.locator(f"main a[href$='/{action}/']").first.click()
        page.wait_for_load_state("load")

    return act


def change_email(page):
    page.locator("main input[name=email]").last.fill(f"new{next(number)}@example.org")
    press_first(page)
    page.locator("main input[name=code]").wait_for()


def show_as_unapproved(page):
    """Look at an account that waits for its approval, on a site that approves new ones."""
    from organisation.models import Organisation

    organisations = Organisation.objects.filter(pk=1)
    organisations.update(account_approval_required=True)
    try:
        page.wait_for_timeout(ORGANISATION_CACHED)
        page.goto("/accounts/waiting/")
        page.locator("h1").wait_for()
    finally:
        organisations.update(account_approval_required=False)


def resend_tickets(page):
    page.locator("main input[type=email]").fill("nobody@example.org")
    press_first(page)


def delete_without_password(page):
    page.locator("main form .btn").last.click()
    page.wait_for_load_state("load")
