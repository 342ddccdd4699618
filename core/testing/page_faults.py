"""Accessibility checks of pages."""

from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

from .browser import SIZES

# Only violations are returned; the full result is large. A change of theme can start transitions of
# colours, in the middle of which they have no contrast; endless animations cannot be finished.
RUN = """options => {
    for (const animation of document.getAnimations()) { try { animation.finish(); } catch {} }
    return axe.run({resultTypes: ["violations"], ...options}).then(
    ({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]));
}"""
# These rules need no style sheets, which axe would parse first.
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"], "preload": False}


def faults_of(page: Any) -> list[Any]:
    """Return axe's violations in the light and dark theme, and whether the page is too wide.

    In the other theme only colours are checked.
    """
    found = _faults_in_this_theme(page)
    with _other_theme(page):
        return found + page.evaluate(RUN, COLORS)


def faults_at_both_sizes(page: Any) -> list[Any]:
    """Return the faults of a page on a phone, and in the other theme on a desktop; load it once.

    Leaves it at the size of the desktop.
    """
    phone, desktop = SIZES.values()
    page.set_viewport_size(phone)
    found = _faults_in_this_theme(page)
    page.set_viewport_size(desktop)
    with _other_theme(page):
        return found + _faults_in_this_theme(page)


def _faults_in_this_theme(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, {})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(["wider than the screen", []])
    return found


@contextmanager
def _other_theme(page):
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    yield
    page.emulate_media(color_scheme="dark" if is_dark else "light")
