"""Move over the seat map of an arena with 16,000 places, at a quarter of the processor's speed.

Each action is traced in Chromium. Counted is what the page itself costs in a frame: scripting,
style and layout. Painting happens elsewhere and is shown beside it. Locators are not used: they add
listeners of Playwright's to the page, which would be counted.
"""

from demo.seating_plans import arena

from ...chromium import open_browser
from ..frames import Trace, frames_of, summary
from ..halls import make_plan, open_sale

SLOWDOWN = 4
MOST = 8  # Milliseconds of a frame.
SCREENS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 375, "height": 740}}


def run(context):
    performance = open_sale(make_plan(arena()))
    steps = {}
    with context.site(worker=False) as site, open_browser() as browser:
        host, port = site.front
        for screen, viewport in SCREENS.items():
            with context.console.status(f"Moving over the map on a {screen}"):
                page = browser.new_page(viewport=viewport)
                sections = _count_drawings(page)
                page.goto(f"http://{host}:{port}/performances/{performance.pk}/")
                page.wait_for_timeout(1000)
                for action, move in ACTIONS.items():
                    with Trace(page, slowdown=SLOWDOWN) as trace:
                        move(page)
                    steps[f"{screen}: {action}"] = summary(frames_of(trace.events))
                page.close()
    most = max(step["most"] for step in steps.values())
    return {
        "title": f"The seat map of 16,000 places, {SLOWDOWN} times slower",
        "figures": {
            label: f"{step['frames']:>4} frames, scripting and layout p50 {step['p50']:.1f},"
            f" p95 {step['p95']:.1f}, longest {step['most']:.1f} ms (painting {step['paint']:.1f})"
            for label, step in steps.items()
        },
        "checks": [
            {
                "promise": f"Scripting and layout take {MOST} ms of a frame at most.",
                "holds": most <= MOST,
                "found": f"{most:.1f} ms",
            },
            {
                "promise": "The seats of one section at a time are fetched.",
                "holds": sections.most == 1,
                "found": f"{sections.number} sections",
            },
        ],
    }


def zoom_in(page):
    """Turn the wheel over a section, from the whole venue down to single seats."""
    _over_the_map(page, 0.33, 0.35)
    for _step in range(30):
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(40)
    page.wait_for_timeout(1200)


def zoom_out(page):
    """Turn the wheel back to the whole venue."""
    for _step in range(40):
        page.mouse.wheel(0, 60)
        page.wait_for_timeout(40)
    page.wait_for_timeout(1200)


def pan(page):
    """Drag the plan to and fro, over the neighbouring sections."""
    x, y = _over_the_map(page, 0.5, 0.5)
    for dx, dy in ((0, -1), (1, 0), (0, 1), (0, 1), (-1, 0)):
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, 21):
            page.mouse.move(x + dx * step * 8, y + dy * step * 8)
            page.wait_for_timeout(16)
        page.mouse.up()
    page.wait_for_timeout(1200)


def open_section(page):
    """Open a section from the whole venue, by its shape."""
    _scroll_to_map(page)
    page.mouse.click(*_middle_of(page, "[data-zoom='0']"), delay=80)
    page.wait_for_timeout(1000)
    page.mouse.click(*_middle_of(page, ".section-shape[href*='section=112']"), delay=80)
    page.wait_for_timeout(1800)


def walk(page):
    """Walk along the seats by the arrow keys, out of the frame."""
    page.evaluate("document.querySelector('.seat:enabled').focus()")
    for key in ["ArrowRight"] * 12 + ["ArrowDown"] * 12:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
    page.wait_for_timeout(800)


ACTIONS = {
    "zoom in": zoom_in,
    "pan": pan,
    "zoom out": zoom_out,
    "open a section": open_section,
    "walk by keys": walk,
}


class _count_drawings:
    """Counts the drawings that a page fetches, and how many at the same time at most."""

    def __init__(self, page):
        self.number = self.open = self.most = 0
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request):
        if "/drawing/" in request.url:
            self.number += 1
            self.open += 1
            self.most = max(self.most, self.open)

    def _end(self, request):
        if "/drawing/" in request.url:
            self.open -= 1


def _scroll_to_map(page):
    page.evaluate("document.querySelector('[data-frame]').scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)


def _over_the_map(page, across, down):
    _scroll_to_map(page)
    at = _point_in(page, "[data-canvas]", across, down)
    page.mouse.move(*at)
    return at


def _middle_of(page, selector):
    return _point_in(page, selector, 0.5, 0.5)


def _point_in(page, selector, across, down):
    left, top, width, height = page.evaluate(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return [box.left, box.top, box.width, box.height];
        }""",
        selector,
    )
    # The question is the driver's, and no part of the frame that follows.
    page.wait_for_timeout(50)
    return left + width * across, top + height * down
