"""A load test of an on-sale: many visitors buy at once, over HTTP, from a server on this machine.

They buy free tickets for an unlisted performance that is created for the test: no money moves, and
no e-mail is sent, because the addresses are reserved (RFC 2606). Afterwards the performance is
cancelled. Its entries stay in the transaction log.
"""

import http.client
import ipaddress
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from bookings.staff_operations.put_on_sale import put_on_sale
from shows.models import Performance, PriceCategory, Show
from venues.models import Venue
from venues.plans import add_plan_version
from venues.simple_plans import SectionSpec, simple_plan
from waitingroom.households import household_at

MAX_VISITORS = 2000
MAX_CONCURRENT = 64
MAX_SECONDS = 300  # Seconds.
TIMEOUT = 30  # Seconds for one response.
TICKETS = 2  # For each visitor.
VENUE = "load-test"
STEPS = ("page", "hold", "basket", "buy", "tickets")
CATEGORY = "Regular"
FIELD = re.compile(r'name="(csrfmiddlewaretoken|quote|seen_quote|terms_version)" value="([^"]*)"')


class WrongServer(Exception):
    """The server is not on this machine, or is not this site's."""


class TooManyVisitors(Exception):
    """They would hold more places at once than one network address may."""


class UnexpectedResponse(Exception):
    """A response that ends a visitor's purchase."""


@dataclass
class LoadTest:
    """The results. `times` are seconds by step; `errors` counts by message."""

    performance_id: int
    places: int
    visitors: int
    seconds: float = 0.0
    bought: int = 0
    sold_out: int = 0
    times: dict = field(default_factory=lambda: {step: [] for step in STEPS})
    errors: dict = field(default_factory=dict)


def check_server(address: str) -> tuple[str, int]:
    """Return (host, port) of an address such as http://127.0.0.1:8000. Raises `WrongServer`.

    Only the loopback interface, so that nobody else's site is tested by mistake.
    """
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = parts.hostname or "", parts.port or 80
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here or parts.scheme not in ("", "http"):
        raise WrongServer("The server must be on this machine, such as http://127.0.0.1:8000.")
    return ("127.0.0.1" if host == "localhost" else host), port


def check_household_limit(*, visitors: int, concurrent: int, places: int) -> None:
    """Refuse a load test that the limit by household would stop. Raises `TooManyVisitors`.

    All visitors come from this machine's address, and each holds `TICKETS` places. The server
    is assumed to have the same settings as this process.
    """
    held = TICKETS * min(visitors, concurrent)
    person = Performance._meta.get_field("customer_limit").default
    household = household_at(
        "127.0.0.1", performance_id=0, size=places, person=person, family=2 * person
    )
    if household and household.limit < held:
        message = (
            f"{held} of {places} places would be held at once from one address, which may hold"
            f" {household.limit}. Use a lower --concurrent, or set LIFT_ADDRESS_LIMITS=true for"
            " the server and for this command."
        )
        raise TooManyVisitors(message)


def run_load_test(
    *,
    server: tuple[str, int],
    visitors: int,
    concurrent: int,
    seconds: int,
    places: int,
    progress: Callable[[int, int], None] | None = None,
) -> LoadTest:
    """Let visitors buy two tickets each; return the `LoadTest`.

    `server` as `check_server` gave it. Ends after so many visitors, or seconds, whichever comes
    first. `progress(done, total)` is called after each visitor. The performance is always
    cancelled at the end. Raises `WrongServer` where the server does not know the performance, and
    `TooManyVisitors` as `check_household_limit` does.
    """
    check_household_limit(visitors=visitors, concurrent=concurrent, places=places)
    performance = _make_performance(places)
    found = LoadTest(performance.pk, performance.places_total, visitors)
    try:
        _check_site(server, performance.pk)
        _run_visitors(server, found, concurrent=concurrent, seconds=seconds, progress=progress)
    finally:
        cancel_performance(
            performance=performance, actor="load-test", reason="The load test has ended."
        )
        refund_cancelled_performances()
    return found


def _make_performance(places):
    venue, _made = Venue.objects.get_or_create(
        slug=VENUE,
        defaults={
            "name": "Load test",
            "address": "Nowhere",
            "city": "Nowhere",
            "country": "DE",
            "time_zone": "UTC",
        },
    )
    rows = max(1, places // 20)
    plan = venue.plans.filter(name=f"{rows} rows").first()
    if plan is None:
        section = SectionSpec(name="Stalls", category=CATEGORY, rows=rows, seats=20)
        draft = simple_plan(f"{rows} rows", [section])
        plan = add_plan_version(venue=venue, name=draft.name, draft=draft)
    now = timezone.now()
    show = Show.objects.create(
        title=f"Load test, {now:%Y-%m-%d %H:%M}",
        slug=f"load-test-{now:%Y%m%d}-{secrets.token_hex(4)}",
        description="A technical test. This performance does not take place.",
        is_unlisted=True,
    )
    performance = Performance.objects.create(
        show=show,
        venue=venue,
        plan=plan,
        starts_at=now + timedelta(days=1),
        on_sale_from=now - timedelta(minutes=1),
        allow_single_gaps=True,
    )
    PriceCategory.objects.create(performance=performance, name=CATEGORY, price=0, fee=0)
    return put_on_sale(performance=performance, actor="load-test")


def _check_site(server, performance_id):
    """Request the performance that was just created in the database."""
    visitor = _Visitor(server)
    try:
        visitor.ask("GET", f"/performances/{performance_id}/")
    except (OSError, http.client.HTTPException) as error:
        raise WrongServer(f"No server answers there ({error}).") from None
    except UnexpectedResponse as answer:
        message = f"That server does not show the performance ({answer}). Has it another database?"
        raise WrongServer(message) from None
    finally:
        visitor.close()


def _run_visitors(server, found, *, concurrent, seconds, progress):
    lock, start = threading.Lock(), threading.Barrier(min(concurrent, found.visitors) + 1)
    numbers = iter(range(found.visitors))
    done = [0]

    def buy_until_done():
        start.wait(TIMEOUT)
        until = began + seconds
        while time.perf_counter() < until:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            times, outcome = _visit(server, found.performance_id, number)
            with lock:
                _count(found, times, outcome)
                done[0] += 1
            if progress:
                progress(done[0], found.visitors)

    threads = [threading.Thread(target=buy_until_done) for _ in range(start.parties - 1)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    start.wait(TIMEOUT)
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began


def _count(found, times, outcome):
    if outcome == "":
        found.bought += 1
    elif outcome.startswith("hold answered 409"):
        found.sold_out += 1  # Others were faster: not an error.
    else:
        found.errors[outcome] = found.errors.get(outcome, 0) + 1
    for step, taken in times.items():
        found.times[step].append(taken)


def _visit(server, performance_id, number):
    """Buy as one visitor; return the times by step, and the error, or ""."""
    visitor, times = _Visitor(server), {}

    def step(name, method, path, form=None):
        began = time.perf_counter()
        try:
            return visitor.ask(method, path, form)
        except UnexpectedResponse as answer:
            raise UnexpectedResponse(f"{name} answered {answer}") from None
        finally:
            times[name] = time.perf_counter() - began

    try:
        page = f"/performances/{performance_id}/"
        step("page", "GET", page)
        held = step("hold", "POST", f"{page}hold/", {"best": "1", "quantity": TICKETS})
        basket = step("basket", "GET", held.location)
        form = [*FIELD.findall(basket.text), ("name", "Load Test"), ("terms", "on")]
        form.append(("email", f"visitor-{number}@load-test.invalid"))
        bought = step("buy", "POST", held.location, form)
        step("tickets", "GET", bought.location)
    except UnexpectedResponse as answer:
        return times, str(answer)
    except (OSError, http.client.HTTPException) as error:
        return times, f"{type(error).__name__}: {error}"[:120]
    finally:
        visitor.close()
    return times, ""


@dataclass
class _Page:
    text: str
    location: str


class _Visitor:
    """A visitor's browser: a persistent connection, and cookies."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection(*server, timeout=TIMEOUT)
        self.cookies = {}

    def ask(self, method, path, form=None):
        """Return the page. Raises `UnexpectedResponse` unless it is a page or a redirect."""
        headers = {"Host": urlsplit(settings.SITE_URL).netloc, "Sec-Fetch-Site": "same-origin"}
        if settings.SECURE:
            headers["X-Forwarded-Proto"] = "https"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Referer"] = settings.SITE_URL + path
            body = urlencode(form)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode(errors="replace")
        for cookie in answer.msg.get_all("Set-Cookie", []):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in (200, 302, 303):
            raise UnexpectedResponse(str(answer.status))
        parts = urlsplit(answer.headers.get("Location", ""))
        return _Page(text, parts.path + (f"?{parts.query}" if parts.query else ""))

    def close(self):
        self.connection.close()
