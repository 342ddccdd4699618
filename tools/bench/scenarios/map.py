"""Move over the seat map of an arena with 16,000 places, at a quarter of the processor's speed.

By mouse on a desktop, by fingers on a phone. Each action is traced in Chromium. Counted is what the
page itself costs in a frame: scripting, style and layout. Painting happens elsewhere and is shown
beside it. Playwright's locators and its mouse are not used: they run scripts in the page, which
would be counted.

As root, the page's main thread has priority: DevTools makes it slower by the clock on the wall, so
that time in which another program, or Chromium's painting, has the processor would count fourfold.
What a page costs that has nothing but one element to move is measured as well.
"""

import os
from contextlib import suppress

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
                page.set_content(ONE_ELEMENT)
                _give_priority(browser)
                steps[f"{screen}: one element"] = _trace(move_one_element, page, hand(page))
                page.close()
                page = browser.new_page(**settings)
                sections = _count_drawings(page)
                page.goto(f"http://{host}:{port}/performances/{performance.pk}/")
                page.wait_for_timeout(1000)
                _give_priority(browser)
                user = hand(page)
                for action, act in ACTIONS.items():
                    steps[f"{screen}: {action}"] = _trace(act, page, user)
                page.close()
    most = max(step["most"] for label, step in steps.items() if "one element" not in label)
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


# Moved by the wheel, by dragging and by one of two fingers.
ONE_ELEMENT = """<!doctype html><body style="margin: 0">
<div style="height: 640px; overflow: hidden; touch-action: none">
<div data-canvas style="width: 600px; height: 600px; background: silver; will-change: transform">
</div></div><script>
let x = 0, scale = 1, last = null, frame = 0;
const element = document.querySelector("[data-canvas]"), ground = element.parentNode;
const draw = () => { frame = 0; element.style.transform = `translate(${x}px) scale(${scale})`; };
const move = () => { frame ||= requestAnimationFrame(draw); };
ground.addEventListener("wheel", (event) => {
  event.preventDefault();
  scale = Math.max(.2, Math.min(5, scale * Math.exp(-event.deltaY / 300)));
  move();
}, { passive: false });
ground.addEventListener("pointerdown", (event) => { last = event.clientX; });
ground.addEventListener("pointermove", (event) => {
  if (last === null) return;
  x += event.clientX - last;
  last = event.clientX;
  move();
});
ground.addEventListener("pointerup", () => { last = null; });
</script>"""


def move_one_element(page, user):
    """Zoom and drag a page that has nothing else, which shows what Chromium itself costs here."""
    user.zoom(180, 300, inwards=True)
    for way in ((0, 1), (1, 0), (-1, 0)):
        user.drag(180, 300, *way)
    page.wait_for_timeout(500)


def _trace(act, page, user):
    with Trace(page, slowdown=SLOWDOWN) as trace:
        act(page, user)
    return summary(frames_of(trace.events))


def _give_priority(browser):
    """Let nothing else have the processor while a page wants it; only root can do so."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    renderers = [one["id"] for one in found["processInfo"] if one["type"] == "renderer"]
    for process in renderers:
        # Not permitted, ended by now, or not on Linux.
        with suppress(OSError, AttributeError):
            os.sched_setscheduler(process, os.SCHED_FIFO, os.sched_param(10))


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
