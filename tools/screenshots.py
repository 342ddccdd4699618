"""Take the screenshots of the documentation in Chromium, with new demo data: `make screenshots`."""

import io
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image
from playwright.sync_api import sync_playwright

from core.testing.browser import QUIET, find_chromium
from tools.bench.servers import open_environment, web_server

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
BUYER = "alice@example.org"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",  # A click must not hit what is still scrolling.
}


def main():
    chromium = find_chromium()
    if chromium is None:
        sys.exit("No Chromium was found. On Debian: apt-get install chromium.")
    os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="concert-media-")
    # Playwright runs an event loop in this thread, in which Django refuses to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    PICTURES.mkdir(exist_ok=True)
    with open_environment():
        performances = create_demo_data()
        with web_server(workers=2, threads=4) as (host, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=[*QUIET, "--no-sandbox"]
            )
            address = f"http://{host}:{port}"
            desktop = Photographer(browser, address, "desktop", DESKTOP)
            phone = Photographer(browser, address, "phone", PHONE)
            for window in (desktop, phone):
                window.take_purchase(performances)
            take_documents(phone, performances)
            phone.take_door(performances)
            take_queue(desktop, phone, performances)
            desktop.take_admin(performances)
            browser.close()


def create_demo_data():
    """Create the demo data; return the ids of the performances to show."""
    from django.core.management import call_command

    from shows.models import Performance
    from waitingroom.models import WaitingRoom

    call_command("demo")
    selling = Performance.objects.selling().order_by("starts_at")
    return {
        "theatre": selling.filter(venue__slug="teatro-aurora").first().pk,
        "arena": selling.filter(venue__slug="lakeside-arena").first().pk,
        "queued": WaitingRoom.objects.get(opened_at=None).pk,
    }


def take_documents(phone, performances):
    """Save a ticket's PDF and the confirmation e-mail as pictures."""
    import pypdfium2

    from bookings.documents.ticket_pdf import tickets_pdf
    from emails.models import OutboxEmail
    from emails.rendering import render_due_emails

    order = order_for(performances["theatre"])
    sheet = pypdfium2.PdfDocument(tickets_pdf(order=order, tickets=list(order.tickets.all())))
    phone.save("ticket-pdf", sheet[0].render(scale=1.4).to_pil())
    while render_due_emails():
        pass
    email = OutboxEmail.objects.filter(to=BUYER, kind="order_confirmation").latest("pk")
    phone.take_email("email", email.html)


def take_queue(desktop, phone, performances):
    """Let customers join a queue and open it; take the page of one of them and that of staff."""
    from waitingroom import controls
    from waitingroom.admission import admit
    from waitingroom.joining import join
    from waitingroom.models import WaitingRoom

    room = WaitingRoom.objects.get(pk=performances["queued"])
    phone.take("queue-before", f"/queue/{room.pk}/")
    controls.set_pace(room=room, capacity=120, rate=None)
    for number in range(90):
        join(performance_id=room.pk, visitor=f"early-{number}")
    controls.open_now(room=room)
    for number in range(310):
        join(performance_id=room.pk, visitor=f"late-{number}")
    phone.page.goto(f"/queue/{room.pk}/")
    phone.page.wait_for_timeout(700)  # A quicker click would count as a bot.
    phone.page.get_by_role("button", name="Join the queue").click()
    admit(room.pk)
    phone.page.wait_for_timeout(2500)
    phone.save_window("queue")
    desktop.log_in("manager", f"/admin/waitingroom/waitingroom/{room.pk}/live/")
    desktop.save_window("queue-staff")


def order_for(performance):
    """Return the order of the screenshots for the performance."""
    from bookings.models import Order

    return Order.objects.filter(email=BUYER, performance=performance).latest("pk")


class Photographer:
    """A browser window of one size that takes screenshots."""

    def __init__(self, browser, address, size, options):
        self.size = size
        self.address = address
        self.page = browser.new_context(base_url=address, **options).new_page()

    def take_purchase(self, performances):
        self.take("home", "/")
        self.take("shows", "/shows/")
        self.page.goto(f"/performances/{performances['theatre']}/")
        show = self.page.locator('a[href^="/shows/"]:not([href="/shows/"])').first
        self.take("show", show.get_attribute("href"))
        self.take("arena", f"/performances/{performances['arena']}/", at=".map-column")
        self.buy(performances["theatre"])

    def buy(self, performance):
        """Choose two seats by hand, and take the map, the basket and the tickets."""
        page = self.page
        page.goto(f"/performances/{performance}/?section=stalls")
        page.wait_for_timeout(1500)
        seats = page.locator("input[name=seat]:not([disabled])")
        first = self._pair(seats)
        for number in (first, first + 1):
            seats.nth(number).check(force=True)
        self.save_window("seats", at=".seatmap")
        page.get_by_role("button", name="Add to basket").click()
        page.wait_for_timeout(1500)
        self.take("basket", "/basket/")
        page.fill("#id_email", BUYER)
        page.fill("#id_name", "Alice Archer")
        page.locator("#id_terms").check(force=True)
        page.locator("#checkout .btn-primary").click()
        page.locator("button[value=pay]").click()
        page.wait_for_load_state("networkidle")
        self.save_window("tickets")

    def take_door(self, performances):
        """Scan the first ticket of the buyer."""
        from bookings.documents.ticket_codes import code_of

        ticket = order_for(performances["theatre"]).tickets.first()
        self.log_in("door", f"/door/{performances['theatre']}/")
        self.page.fill("#text", code_of(ticket))
        self.page.keyboard.press("Enter")
        self.page.locator("#answer [data-answer]").wait_for()
        self.save_window("door")
        self.page.context.clear_cookies()

    def take_admin(self, performances):
        self.log_in("manager", "/admin/")
        self.take("admin", "/admin/")
        self.take("admin-orders", "/admin/bookings/order/")
        self.take("admin-seat-map", f"/admin/shows/performance/{performances['theatre']}/seat-map/")

    def log_in(self, role, path):
        page = self.page
        page.context.clear_cookies()
        page.goto(f"/accounts/login/?next={path}")
        page.fill("input[type=email]", f"{role}@concert.example")
        page.fill("input[type=password]", "concert-demo")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{path}")
        page.wait_for_load_state("networkidle")

    def take(self, name, path, *, at=None):
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        self.save_window(name, at=at)

    def save_window(self, name, *, at=None):
        """Save what the window shows, scrolled to the first element that `at` selects."""
        if at:
            self.page.locator(at).first.scroll_into_view_if_needed()
            self.page.evaluate("s => document.querySelector(s).scrollIntoView()", at)
        self.page.wait_for_timeout(600)
        self.save(f"{name}-{self.size}", Image.open(io.BytesIO(self.page.screenshot())))

    def take_email(self, name, html):
        """Take an e-mail as a mail program shows it, on a page of its own."""
        shop_page, self.page = self.page, self.page.context.new_page()
        self.page.set_content(html)
        self.save_window(name)
        self.page.close()
        self.page = shop_page

    def save(self, name, picture):
        picture.save(PICTURES / f"{name}.webp", "WEBP", quality=82, method=6)
        print(name, flush=True)

    def _pair(self, seats):
        """Return the position of two adjacent free seats with two more beside them."""
        labels = seats.evaluate_all("all => all.map(seat => seat.getAttribute('aria-label'))")
        rows = [label.rsplit(", seat ", 1)[0] for label in labels]
        return next(n for n in range(len(rows)) if rows[n : n + 4] == [rows[n]] * 4)


if __name__ == "__main__":
    main()
