"""The Chromium that the tools drive."""

import sys
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from core.testing.browser import QUIET, find_chromium


@contextmanager
def open_browser(*, windows=True):
    """Run Chromium while the context lasts; yield it. Exits with a message if there is none.

    Without `windows`, prefer a Chromium that has none, which takes less time.
    """
    program = find_chromium(windows=windows)
    if program is None:
        sys.exit("No Chromium was found. On Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, "--no-sandbox"])
        yield browser
        browser.close()
