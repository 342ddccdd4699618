"""Load the pages of customers on a phone, and count requests and compressed bytes.

Every page is loaded by Chromium with an empty cache. Bytes are those of the compressed contents on
the network, without headers. Basket, order and ticket are reached by buying two tickets, the page
of a place in the queue by joining it, and those of an account by logging in. The service worker,
which a browser fetches once a page has loaded, is measured apart.
"""

import gzip
import os
import re
import tempfile

from django.test.utils import override_settings
from django.utils import timezone

from ...chromium import open_browser
from ..report import check_rules

PHONE = {
    "viewport": {"width": 390, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",  # A click must not hit what is still scrolling.
}
# A customer of the demo data who has bookings.
CUSTOMER, PASSWORD = "alice@concert.example", "concert-demo"
# Milliseconds. A quicker click on a queue's button would count as a bot.
SLOW_ENOUGH = 900
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "scripts", "Image": "pictures"}
OTHER = "other"
MOST_OWN_SCRIPTS = 25_000
MOST_ARENA = 80_000
NGINX_LEVEL = 5  # As in deploy/nginx.


def run(context):
    paths = make_demo()
    # Chromium trusts no certificate here; an order is paid at the demo bank of the site itself.
    with context.site(worker=False, nginx=False) as site:
        pages, worker = _measure(site, paths)
    return {
        "title": "Requests and compressed bytes of a page",
        "figures": {name: _line(page) for name, page in pages.items()}
        | {"service worker": f"{worker / 1000:.1f} kB as nginx compresses it"},
        "pages": {
            name: page["bytes"] | {"requests": page["requests"]} for name, page in pages.items()
        },
        "checks": check_rules(_limits(pages)),
    }


def make_demo():
    """Create the demo data, to be looked at by Playwright; return {name of a page: its path}."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop.
    os.environ["MEDIA_ROOT"] = media = tempfile.mkdtemp(prefix="concert-media-")
    with override_settings(MEDIA_ROOT=media):
        return _make_demo()


def _make_demo():
    from django.core.management import call_command

    from shows.models import Performance
    from waitingroom.models import WaitingRoom

    call_command("demo")
    # With a queue, the page has no forms to buy.
    queued = WaitingRoom.objects.values("performance")
    room = WaitingRoom.objects.filter(opened_at__isnull=False).order_by("pk").first()
    selling = Performance.objects.selling().filter(places_left__gt=100).exclude(pk__in=queued)
    selling = selling.order_by("starts_at")
    theatre = selling.filter(venue__slug="teatro-aurora").first()
    arena = selling.filter(venue__slug="lakeside-arena").first()
    announced = Performance.objects.filter(on_sale_from__gt=timezone.now()).first()
    return {
        "home": "/",
        "list": "/shows/",
        "show": theatre.show.get_absolute_url(),
        "performance, theatre": theatre.get_absolute_url(),
        "performance, arena": arena.get_absolute_url(),
        "performance, before the sale": announced.get_absolute_url(),
        "queue": f"/queue/{room.pk}/",
        "log in": "/accounts/login/",
    }


def _measure(site, paths):
    host, port = site.front
    with open_browser() as browser:
        window = Window(browser, f"http://{host}:{port}")
        pages = {name: window.load(path) for name, path in paths.items()}
        pages["basket"] = window.load(window.choose(paths["performance, theatre"]))
        order = window.buy()
        pages["order"] = window.load(order)
        pages["ticket"] = window.load(order.split("?")[0].replace("/orders/", "/tickets/"))
        pages["queue, waiting"] = window.load(window.join(paths["queue"]))
        window.log_in()
        pages["account"] = window.load("/accounts/")
        pages["bookings"] = window.load("/orders/")
        pages["e-mail preferences"] = window.load("/accounts/email-preferences/")
        worker = window.page.request.get("/worker-en.js").body()
    return pages, len(gzip.compress(worker, NGINX_LEVEL))


class Window:
    """A browser window that counts what it loads."""

    def __init__(self, browser, address):
        # What passes through a service worker is not counted by the page.
        options = PHONE | {"base_url": address, "service_workers": "block"}
        self.page = browser.new_context(**options).new_page()
        self.responses = {}
        network = self.page.context.new_cdp_session(self.page)
        network.on("Network.responseReceived", self._received)
        network.on("Network.loadingFinished", self._finished)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def load(self, path):
        """Load a page; return its requests, and the bytes by kind and of our own scripts."""
        self.page.goto("about:blank")
        self.responses = {}
        self.page.goto(path, wait_until="networkidle")
        # A data: address is a part of what holds it.
        found = [one for one in self.responses.values() if not one["url"].startswith("data:")]
        sizes = dict.fromkeys((*KINDS.values(), OTHER, "own scripts"), 0)
        for one in found:
            sizes[KINDS.get(one["kind"], OTHER)] += one["size"]
            if one["kind"] == "Script" and "/static/js/" in one["url"]:
                sizes["own scripts"] += one["size"]
        return {"requests": len(found), "bytes": sizes}

    def choose(self, performance):
        """Take the two best seats; return the path of the basket."""
        self.page.goto(performance)
        self.page.locator("#best [name=quantity]").select_option("2")
        self.page.locator("#best button").click()
        link = self.page.locator("#basket-aside a.btn-primary")
        link.wait_for(state="attached")
        return link.get_attribute("href")

    def buy(self):
        """Buy what is in the basket that is shown; return the path of the order."""
        self.page.fill("#id_email", "alice@example.org")
        self.page.fill("#id_name", "Alice Archer")
        self.page.locator("#id_terms").check(force=True)
        self.page.locator("#checkout .btn-primary").click()
        self.page.locator("button[value=pay]").click()
        self.page.wait_for_url(re.compile(r"/orders/[0-9A-Z]+/"))
        self.page.locator(".ticket").first.wait_for()
        return _path_of(self.page)

    def join(self, queue):
        """Join a queue; return the path of the page that waits in it."""
        self.page.goto(queue)
        self.page.wait_for_timeout(SLOW_ENOUGH)
        self.page.locator(".queue-join button").click()
        self.page.locator("[data-queue]").wait_for()
        return _path_of(self.page)

    def log_in(self):
        self.page.goto("/accounts/login/")
        self.page.locator("input[type=email]").fill(CUSTOMER)
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile("^(?!.*login).*$"))

    def _received(self, event):
        response = event["response"]
        # An icon is a picture, too.
        kind = "Image" if response["mimeType"].startswith("image/") else event["type"]
        headers = int(response["encodedDataLength"])
        self.responses[event["requestId"]] = {
            "url": response["url"],
            "kind": kind,
            "size": 0,
            "headers": headers,
        }

    def _finished(self, event):
        if one := self.responses.get(event["requestId"]):
            one["size"] = int(event["encodedDataLength"]) - one["headers"]


def _path_of(page):
    return re.sub(r"^https?://[^/]+", "", page.url)


def _total(page):
    return sum(page["bytes"][kind] for kind in (*KINDS.values(), OTHER))


def _line(page):
    sizes, total = page["bytes"], _total(page)
    parts = [f"{kind} {sizes[kind] / 1000:.1f}" for kind in (*KINDS.values(), OTHER)]
    return (
        f"{page['requests']:>3} requests, {total / 1000:5.1f} kB ({', '.join(parts)};"
        f" all but pictures {(total - sizes['pictures']) / 1000:.1f},"
        f" own scripts {sizes['own scripts'] / 1000:.1f})"
    )


def _limits(pages):
    own = max(page["bytes"]["own scripts"] for page in pages.values())
    arena = _total(pages["performance, arena"])
    return [
        ("No page has more than 25 kB of our own scripts.", own <= MOST_OWN_SCRIPTS),
        ("The page of the arena has at most 80 kB, with logo and icon.", arena <= MOST_ARENA),
    ]
