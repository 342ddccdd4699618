"""The Chromium that scenarios drive."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from core.testing.browser import QUIET, find_chromium


@contextmanager
def open_browser():
    """Run Chromium while the context lasts; yield it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*QUIET, "--no-sandbox"]
        )
        yield browser
        browser.close()
