"""Accessibility checks of pages."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

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
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(RUN, {})
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.emulate_media(color_scheme="light" if is_dark else "dark")
    found += page.evaluate(RUN, COLORS)
    page.emulate_media(color_scheme="dark" if is_dark else "light")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(["wider than the screen", []])
    return found
