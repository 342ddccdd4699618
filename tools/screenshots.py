"""Take the screenshots of the documentation in Chromium, with new demo data: `make screenshots`.

To look at them in another language: `make screenshots ARGS="--language de --to var/pictures"`.
"""

import argparse
import io
import os
import sys
import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image

from tools.bench.servers import open_environment, web_server
from tools.chromium import open_browser

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
BUYER = "alice@example.org"
PASSWORD = "concert-demo"
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",  # A click must not hit what is still scrolling.
}


def main():
    options = read_options()
    os.environ["MEDIA_ROOT"] = tempfile.mkdtemp(prefix="concert-media-")
    # Playwright runs an event loop in this thread, in which Django refuses to use the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    options.to.mkdir(parents=True, exist_ok=True)
    with (
        open_browser() as browser,
        open_environment(),
        web_server(workers=2, threads=4) as (host, port),
    ):
        address = f"http://{host}:{port}"
        desktop = Photographer(browser, address, "desktop", DESKTOP, options)
        phone = Photographer(browser, address, "phone", PHONE, options)
        take_setup(desktop, options.language)
        take_all(desktop, phone, create_demo_data(options.language))


def read_options():
    """Return the language of the pictures, and the folder to save them in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="en")
    parser.add_argument("--to", type=Path, default=PICTURES)
    return parser.parse_args()


def take_all(desktop, phone, performances):
    for window in (desktop, phone):
        window.take_purchase(performances)
    take_documents(phone, performances)
    phone.take_door(performances)
    take_queue(desktop, phone, performances)
    desktop.take_admin(performances)
    desktop.take_sale(performances)
    desktop.take_editor(performances)


def take_setup(desktop, language):
    """Take the set-up assistant of an empty box office, and empty it again."""
    from accounts.models import User
    from demo.organisation import fill_organisation
    from organisation.models import Organisation
    from venues.models import SeatingPlan, Venue

    fill_organisation()
    boss = User.objects.create_superuser("manager@concert.example", PASSWORD, language=language)
    hall = {"address": "Mill Lane 1", "city": "Leeds", "country": "GB"}
    Venue.objects.create(name="Old Mill", slug="old-mill", time_zone="Europe/London", **hall)
    desktop.log_in("manager", "/admin/setup/plan/")
    for name, number in {"rows": "9", "seats": "22", "spaces": "2"}.items():
        desktop.page.fill(f"[name=seated-{name}]", number)
    desktop.page.check("[name=seated-bent]")
    desktop.page.locator("[name=seated-rows]").press("Enter")
    desktop.page.wait_for_load_state("networkidle")
    desktop.take("setup", "/admin/setup/plan/")
    desktop.page.context.clear_cookies()
    for rows in (SeatingPlan.objects, Venue.objects, Organisation.objects):
        rows.all().delete()
    boss.delete()


def create_demo_data(language):
    """Create the demo data; return the ids of the performances to show."""
    from django.core.management import call_command

    from accounts.models import User
    from shows.models import Performance
    from waitingroom.models import WaitingRoom

    call_command("demo")
    User.objects.filter(is_staff=True).update(language=language)
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
    tickets = tickets_pdf(order=order, tickets=list(order.tickets.all()))
    with pypdfium2.PdfDocument(tickets) as sheets:
        phone.save("ticket-pdf", sheets[0].render(scale=1.4).to_pil())
    # Those of the demo data would take minutes.
    OutboxEmail.objects.exclude(to=BUYER).delete()
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
    phone.visit(f"/queue/{room.pk}/")
    phone.page.wait_for_timeout(700)  # A quicker click would count as a bot.
    phone.page.locator("main .btn-primary").click()
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

    def __init__(self, browser, address, size, window, options):
        self.size = size
        self.address = address
        self.folder = options.to
        context = browser.new_context(base_url=address, locale=options.language, **window)
        self.page = context.new_page()

    def take_purchase(self, performances):
        self.take("home", "/")
        self.take("shows", "/shows/")
        self.visit(f"/performances/{performances['theatre']}/")
        show = self.page.locator('a[href^="/shows/"]:not([href="/shows/"])').first
        self.take("show", show.get_attribute("href"))
        self.take("arena", f"/performances/{performances['arena']}/", at=".map-column")
        self.buy(performances["theatre"])

    def buy(self, performance):
        """Choose two seats by hand, and take the map, the basket and the tickets."""
        page = self.page
        self.visit(f"/performances/{performance}/?section=stalls")
        page.wait_for_timeout(1500)
        for seat in self._pair():
            # A tap on a seat that is drawn too small would only zoom in.
            page.locator(f'input[name=seat][value="{seat}"]').press("Space")
            page.wait_for_timeout(500)
        page.evaluate("document.activeElement.blur()")  # What it says would cover the map.
        self.save_window("seats", at=".seatmap")
        page.locator("#hold-button").click()
        page.wait_for_url("**/basket/*/")
        self.take("basket", page.url)
        page.fill("#id_email", BUYER)
        page.fill("#id_name", "Alice Archer")
        page.locator("#id_terms").check(force=True)
        page.locator("#checkout .btn-primary").click()
        page.locator("button[value=pay]").click()
        page.wait_for_load_state("networkidle")
        self.save_window("order")
        page.locator("main a[href^='/tickets/']:not([href$='.pdf'])").first.click()
        page.wait_for_load_state("networkidle")
        self.save_window("tickets")

    def take_door(self, performances):
        """Scan the first ticket of the buyer, as if the performance were about to begin."""
        from django.utils import timezone

        from bookings.documents.ticket_codes import code_of
        from shows.models import Performance

        performance = Performance.objects.filter(pk=performances["theatre"])
        times = performance.values("starts_at", "doors_at").get()
        soon = timezone.now() + timedelta(minutes=25)
        performance.update(starts_at=soon, doors_at=soon - timedelta(hours=1))
        ticket = order_for(performances["theatre"]).tickets.first()
        self.log_in("door", f"/door/{performances['theatre']}/")
        self.page.fill("#text", code_of(ticket))
        self.page.keyboard.press("Enter")
        self.page.locator("#answer [data-answer]").wait_for()
        self.save_window("door")
        performance.update(**times)
        self.page.context.clear_cookies()

    def take_admin(self, performances):
        self.log_in("manager", "/admin/")
        self.take("admin", "/admin/")
        self.take("admin-orders", "/admin/bookings/order/")
        self.take("admin-seat-map", f"/admin/shows/performance/{performances['theatre']}/seat-map/")

    def take_sale(self, performances):
        """Sell two seats at the counter, up to the payment."""
        self.log_in("boxoffice", f"/admin/shows/performance/{performances['theatre']}/sale/")
        page = self.page
        page.locator("[name=best]").fill("2")
        page.locator("button[value=best]").click()
        page.wait_for_load_state("networkidle")
        page.fill("[name=name]", "Alice Archer")
        page.fill("[name=email]", BUYER)
        page.check("[name=method][value=link]")
        page.set_viewport_size({"width": 1440, "height": 1200})
        self.save_window("counter", at=".counter-sale")
        page.set_viewport_size(DESKTOP["viewport"])

    def take_editor(self, performances):
        """Edit a copy of the theatre's plan."""
        from shows.models import Performance
        from venues.edited_plans import start_draft

        plan = Performance.objects.get(pk=performances["theatre"]).plan
        draft = start_draft(venue=plan.venue, name=plan.name, plan=plan)
        self.log_in("manager", f"/admin/venues/editedplan/{draft.pk}/change/")
        self.page.wait_for_selector("[data-plan-editor][data-ready]")
        self.save_window("plan-editor")

    def log_in(self, role, path):
        page = self.page
        page.context.clear_cookies()
        self.visit(f"/accounts/login/?next={path}")
        page.fill("input[type=email]", f"{role}@concert.example")
        page.fill("input[type=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{self.address}{path}")
        self.visit(path)  # Again, without a welcome.
        page.wait_for_load_state("networkidle")

    def visit(self, path):
        """Open a page. Raises RuntimeError if there is none at the path."""
        response = self.page.goto(path)
        if response.status >= 400:
            raise RuntimeError(f"{path} answers {response.status}.")

    def take(self, name, path, *, at=None):
        self.visit(path)
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
        from django.conf import settings

        html = html.replace(settings.SITE_URL, self.address)
        shop_page, self.page = self.page, self.page.context.new_page()
        self.page.set_content(html)
        self.save_window(name)
        self.page.close()
        self.page = shop_page

    def save(self, name, picture):
        picture.save(self.folder / f"{name}.webp", "WEBP", quality=82, method=6)
        print(name, flush=True)

    def _pair(self):
        """Return the ids of the first two of four or more free seats beside each other.

        So no single seat is left, which the sale would refuse. In the middle of the section, if
        possible, where numbers are low.
        """
        ordinary = "input[name=seat]:not([disabled]):not([data-with])"
        seats = self.page.locator(ordinary).evaluate_all(
            "all => all.map(it => [it.value, it.getAttribute('aria-label'), +it.dataset.n])"
        )
        rows = [label.split(", ")[:2] for _seat, label, _number in seats]
        steps = [abs(one[2] - other[2]) for one, other in pairwise(seats)]
        found = [
            n
            for n in range(1, len(seats) - 3)
            if rows[n : n + 4] == [rows[n]] * 4
            and steps[n : n + 3] == [2] * 3
            and (rows[n - 1] != rows[n] or steps[n - 1] != 2)
        ]
        central = [n for n in found if seats[n][2] < 10] or found
        first = central[len(central) // 2]
        return [seats[first][0], seats[first + 1][0]]


if __name__ == "__main__":
    main()
