"""Logged-in browsers for door tests, with a camera where needed."""

import pytest
import segno
from PIL import Image

from accounts.roles import Role
from accounts.tests.browser import log_in
from accounts.tests.factories import make_staff
from core.testing.browser import QUIET, find_chromium


@pytest.fixture
def open_door_page():
    """Log a page in as Dora, and open the page of a performance."""

    def open_door(page, performance, role=Role.DOOR):
        log_in(page, email=make_staff(role).email, path=f"/door/{performance.pk}/")

    return open_door


@pytest.fixture
def camera_page(browser, live_server, tmp_path):
    """Return a function that opens a page whose camera shows the QR code of a text."""
    started = []

    def start(text):
        file = tmp_path / "camera.mjpeg"
        code = tmp_path / "code.png"
        segno.make(text, error="m").save(str(code), scale=6, border=6)
        picture = Image.new("RGB", (640, 480), "white")
        square = Image.open(code).convert("RGB")
        square.thumbnail((440, 440))
        picture.paste(square, (100, 20))
        picture.save(file, "JPEG", quality=90)
        arguments = [
            *QUIET,
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={file}",
        ]
        chromium = browser.browser_type.launch(executable_path=find_chromium(), args=arguments)
        started.append(chromium)
        return chromium.new_context(base_url=live_server.url).new_page()

    yield start
    for chromium in started:
        chromium.close()


@pytest.fixture
def alice():
    return make_staff(Role.DOOR, "alice@concert.example")


@pytest.fixture
def bob():
    return make_staff(Role.BOX_OFFICE, "bob@concert.example")
