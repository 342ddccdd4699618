"""Logged-in browsers for door tests, with a camera where needed."""

import io
from contextlib import ExitStack

import pytest
import segno

from accounts.roles import Role
from accounts.tests.browser import log_in
from accounts.tests.factories import make_staff

from .door_page import open_camera_page


@pytest.fixture
def open_door_page():
    """Log a page in as Dora, and open the page of a performance."""

    def open_door(page, performance, role=Role.DOOR):
        log_in(page, email=make_staff(role).email, path=f"/door/{performance.pk}/")

    return open_door


@pytest.fixture
def camera_page(browser, live_server):
    """Return a function that opens a page whose camera shows the QR code of a text."""
    with ExitStack() as started:

        def start(text):
            code = io.BytesIO()
            segno.make(text, error="m").save(code, kind="png", scale=6, border=6)
            page = open_camera_page(browser, live_server.url, code.getvalue())
            return started.enter_context(page)

        yield start


@pytest.fixture
def alice():
    return make_staff(Role.DOOR, "alice@concert.example")


@pytest.fixture
def bob():
    return make_staff(Role.BOX_OFFICE, "bob@concert.example")
