"""The page of the door in browser tests, also on a phone whose camera sees a QR code."""

import io
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from core.testing.browser import QUIET, find_chromium


def enter_text(page, text):
    page.get_by_label("Ticket code, order number or name").fill(text)
    page.keyboard.press("Enter")


def answer(page, tone):
    return page.locator(f"#answer [data-answer={tone}]")


PHONE = {"width": 360, "height": 740}


@contextmanager
def open_camera_page(browser, url, code):
    """Open a page in a browser of its own, before whose camera the picture of a code is held.

    The camera is an option of Chromium's start, so this starts another one.
    """
    picture = Image.new("RGB", (640, 480), "white")
    square = Image.open(io.BytesIO(code)).convert("RGB")
    square = ImageOps.contain(square, (440, 440))
    picture.paste(square, (100, 20))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "camera.mjpeg"
        picture.save(file, "JPEG", quality=90)
        arguments = [
            *QUIET,
            "--no-sandbox",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={file}",
        ]
        chromium = browser.browser_type.launch(executable_path=find_chromium(), args=arguments)
        try:
            yield chromium.new_context(base_url=url, viewport=PHONE).new_page()
        finally:
            chromium.close()
