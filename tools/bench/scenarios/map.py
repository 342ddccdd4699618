"""Move over the seat map of an arena with 16,000 places, at a quarter of the processor's speed.

By mouse on a desktop, by fingers on a phone. Each action is traced in Chromium. Counted is what the
page itself costs in a frame: scripting, style and layout. Painting happens elsewhere and is shown
beside it. Playwright's locators and its mouse are not used: they run scripts in the page, which
would be counted.
"""

from demo.seating_plans import arena

from ...chromium import open_browser
from ..frames import Trace, frames_of, summary
from ..halls import make_plan, open_sale
from ..hands import Fingers, Mouse

SLOWDOWN = 4
MOST = 8  # Milliseconds of a frame.
PHONE = {"viewport": {"width": 375, "height": 740}, "is_mobile": True, "has_touch": True}
SCREENS = {
    "desktop": ({"viewport": {"width": 1440, "height": 900}}, Mouse),
    "phone": (PHONE, Fingers),
}


def run(context):
    performance = open_sale(make_plan(arena()))
    steps = {}
    with context.site(worker=False) as site, open_browser() as browser:
        host, port = site.front
        for screen, (settings, hand) in SCREENS.items():
            with context.console.status(f"Moving over the map on a {screen}"):
                page = browser.new_page(**settings)
                sections = _count_drawings(page)
                page.goto(f"http://{host}:{port}/performances/{performance.pk}/")
                page.wait_for_timeout(1000)
                user = hand(page)
                for action, act in ACTIONS.items():
                    with Trace(page, slowdown=SLOWDOWN) as trace:
                        act(page, user)
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


def zoom_in(page, user):
    """Zoom into a section, from the whole venue down to single seats."""
    _scroll_to_map(page)
    user.zoom(*_middle_of(page, ".section-shape[href*='section=106']"), inwards=True)
    page.wait_for_timeout(1200)


def pan(page, user):
    """Drag the plan to and fro, over the section and its neighbours."""
    _scroll_to_map(page)
    at = _middle_of(page, "[data-canvas]")
    for way in ((0, -1), (1, 0), (0, 1), (0, 1), (-1, 0)):
        user.drag(*at, *way)
    page.wait_for_timeout(1200)


def zoom_out(page, user):
    """Zoom out to the whole venue."""
    _scroll_to_map(page)
    user.zoom(*_middle_of(page, "[data-canvas]"), inwards=False)
    page.wait_for_timeout(1200)


def open_section(page, user):
    """Open a section from the whole venue, by its shape."""
    _scroll_to_map(page)
    user.press(*_middle_of(page, "[data-zoom='0']"))
    page.wait_for_timeout(1000)
    user.press(*_middle_of(page, ".section-shape[href*='section=112']"))
    page.wait_for_timeout(1800)


def walk(page, _user):
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
    page.evaluate("document.querySelector('[data-frame]').scrollIntoView({behavior: 'instant'})")
    page.wait_for_timeout(500)


def _middle_of(page, selector):
    at = page.evaluate(
        """selector => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }""",
        selector,
    )
    # The question is the driver's, and no part of the frame that follows.
    page.wait_for_timeout(50)
    return at
