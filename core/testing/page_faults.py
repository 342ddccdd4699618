"""What is wrong with a page for those who see, hear or hold it differently."""

from axe_playwright_python.base import AXE_SCRIPT

# What is passed over is not sent back; it is most of it.
RUN = """options => axe.run({resultTypes: ["violations"], ...options}).then(
    ({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html)]))"""
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def faults_of(page):
    """Return what axe finds wrong with a page, also in its other colours, and a page too wide.

    Going from light to dark or back changes colours and nothing else, so only they are looked at.
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
