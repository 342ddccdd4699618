"""A phone whose camera sees the QR code of a ticket."""

import io
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from core.testing.browser import QUIET, find_chromium

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
