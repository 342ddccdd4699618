"""`make screenshots`: the README's pictures, taken of a fresh demo world in a real browser."""

import io
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.house import open_house, web_server
from concert.testing.browser import QUIET, find_chromium

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def main():
    chromium = find_chromium()
    if chromium is None:
        sys.exit("No Chromium was found. On Debian: apt-get install chromium.")
    os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="concert-media-")
    PICTURES.mkdir(exist_ok=True)
    with open_house():
        performances = _fill()
        with web_server(workers=2, threads=4) as (host, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=[*QUIET, "--no-sandbox"]
            )
            address = f"http://{host}:{port}"
            for name, options in (("desktop", DESKTOP), ("phone", PHONE)):
                _Photographer(browser, address, name, options).take_all(performances)
            browser.close()


def _fill():
    """Make the demo world; return the ids of performances worth a picture, by what they show."""
    from django.core.management import call_command

    from shows.models import Performance

    call_command("demo")
    selling = Performance.objects.selling().order_by("starts_at")
    return {
        "theatre": selling.filter(venue__slug="teatro-aurora").first().pk,
        "arena": selling.filter(venue__slug="lakeside-arena").first().pk,
    }


class _Photographer:
    """Walks through the site at one size and keeps what it sees."""

    def __init__(self, browser, address, size, options):
        self.size = size
        self.address = address
        self.page = browser.new_context(base_url=address, **options).new_page()

    def take_all(self, performances):
        self.take("home", "/")
        self.take("shows", "/shows/")
        self.page.goto(f"/performances/{performances['theatre']}/")
        show = self.page.locator('a[href^="/shows/"]:not([href="/shows/"])').first
        self.take("show", show.get_attribute("href"))
        self.take("arena", f"/performances/{performances['arena']}/", at=".overview")
        self.buy(performances["theatre"])
        if self.size == "desktop":
            self.take_admin()

    def buy(self, performance):
        """Choose two seats by hand, and keep the map, the basket and the tickets."""
        page = self.page
        page.goto(f"/performances/{performance}/?section=stalls")
        page.wait_for_timeout(1500)
        seats = page.locator("input[name=seat]:not([disabled])")
        first = self._pair(seats)
        for number in (first, first + 1):
            seats.nth(number).check(force=True)
        self.keep("seats", at=".seatmap")
        page.get_by_role("button", name="Hold these places").click()
        page.wait_for_timeout(1500)
        self.take("basket", "/basket/")
        page.fill("#id_email", "alice@example.org")
        page.fill("#id_name", "Alice Archer")
        page.locator("#id_terms").check(force=True)
        page.locator("#checkout .btn-primary").click()
        page.locator("button[value=pay]").click()
        page.wait_for_load_state("networkidle")
        self.keep("tickets")

    def take_admin(self):
        page = self.page
        page.goto("/accounts/login/?next=/admin/")
        page.fill("input[type=email]", "manager@concert.example")
        page.fill("input[type=password]", "concert-demo")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}/admin/")
        self.take("admin", "/admin/")
        self.take("admin-orders", "/admin/bookings/order/")

    def take(self, name, path, *, at=None):
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        self.keep(name, at=at)

    def keep(self, name, *, at=None):
        """Keep what the window shows, scrolled to the first element that `at` selects."""
        if at:
            self.page.locator(at).first.scroll_into_view_if_needed()
            self.page.evaluate("s => document.querySelector(s).scrollIntoView()", at)
        self.page.wait_for_timeout(600)
        picture = Image.open(io.BytesIO(self.page.screenshot()))
        picture.save(PICTURES / f"{name}-{self.size}.webp", "WEBP", quality=82, method=6)
        print(f"{name}-{self.size}", flush=True)

    def _pair(self, seats):
        """Return the position of two free neighbours in one row, with two more beside them."""
        labels = seats.evaluate_all("all => all.map(seat => seat.getAttribute('aria-label'))")
        rows = [label.rsplit(", seat ", 1)[0] for label in labels]
        return next(n for n in range(len(rows)) if rows[n : n + 4] == [rows[n]] * 4)


if __name__ == "__main__":
    main()
