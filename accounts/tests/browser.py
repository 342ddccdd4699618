"""Log in with a browser in tests."""

import re

from django.conf import settings
from django.test import Client

from accounts.models import User

from .factories import PASSWORD


def log_in(page, *, email, path=None):
    """Log in by the cookie of a session, without the login page; open the page at `path`."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "path": "/"}
    page.context.add_cookies([cookie | {"domain": host} for host in ("localhost", "127.0.0.1")])
    if path:
        page.goto(path)


def log_in_by_form(page, *, email, path):
    """Open the login page, log in, and wait for the page at `path`."""
    page.goto(f"/accounts/login/?next={path}")
    submit_log_in(page, email=email, path=path)


def submit_log_in(page, *, email, path):
    """Log in on the login page that is open, and wait for the page at `path`."""
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    # The login page is no match, although its address may end with the path.
    page.wait_for_url(re.compile(rf"//[^/?]+{re.escape(path)}$"))
    page.wait_for_load_state()
