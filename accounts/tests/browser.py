"""Log in with a browser in tests."""

import re

from .factories import PASSWORD


def log_in(page, *, email, path):
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
