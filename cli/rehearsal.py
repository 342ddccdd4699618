"""Rehearsing an on-sale: a crowd that buys at once, over HTTP, at a server on this machine.

What is sold is a performance made for it, in no list, for nothing: no money moves, and no letter
leaves, because the addresses are nobody's (RFC 2606). Afterwards it is called off, which gives
everything back. Its lines stay in the log, as every line does.
"""

import http.client
import ipaddress
import re
import secrets
import threading
import time
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

MOST_VISITORS = 2000
MOST_AT_ONCE = 64
LONGEST = 300  # Seconds.
PATIENCE = 30  # Seconds for one answer.
WANTED = 2  # Places, by each visitor.
VENUE = "rehearsal-stage"
STEPS = ("page", "hold", "basket", "buy", "tickets")
CATEGORY = "Regular"
FIELD = re.compile(r'name="(csrfmiddlewaretoken|quote|saw)" value="([^"]*)"')


class NotHere(Exception):
    """The server is not on this machine, or does not answer as ours would."""


class CrowdTooLarge(Exception):
    """More would hold places at once than one address may."""


class GoneElsewhere(Exception):
    """A visitor was answered what a buyer does not want to hear."""


@dataclass
class Rehearsal:
    """What the crowd met with. Times are seconds by step; `errors` counts by what was said."""

    performance_id: int
    places: int
    visitors: int
    seconds: float = 0.0
    bought: int = 0
    too_late: int = 0
    times: dict = field(default_factory=lambda: {step: [] for step in STEPS})
    errors: dict = field(default_factory=dict)


def check_server(address):
    """Return (host, port) of an address such as http://127.0.0.1:8000. Raises `NotHere`.

    Only the loopback interface: a crowd is let loose on nobody else's machine.
    """
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host, port = parts.hostname or "", parts.port or 80
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here or parts.scheme not in ("", "http"):
        words = "A rehearsal is for a server on this machine, such as http://127.0.0.1:8000."
        raise NotHere(words)
    return ("127.0.0.1" if host == "localhost" else host), port


def check_crowd(*, visitors, at_once, places):
    """Refuse a crowd that the limit by household would stop. Raises `CrowdTooLarge`.

    All of it comes from this machine's address, and each visitor holds `WANTED` places. The server
    is taken to have the same settings as this process.
    """
    crowd = WANTED * min(visitors, at_once)
    person = Performance._meta.get_field("customer_limit").default
    household = household_at(
        "127.0.0.1", performance_id=0, size=places, person=person, family=2 * person
    )
    if household and household.limit < crowd:
        words = (
            f"{crowd} of {places} places would be held at once from one address, which may hold"
            f" {household.limit}. Let fewer come at once, or set HOUSEHOLD_LIMIT_PERCENT=100 for"
            " the server and for this command."
        )
        raise CrowdTooLarge(words)


def rehearse(*, server, visitors, at_once, seconds, places, progress=None):
    """Let a crowd buy two places each; return the `Rehearsal`.

    `server` as `check_server` gave it. Ends after so many visitors, or seconds, whichever comes
    first. `progress(done, total)` is called as visitors leave. Whatever happens, the performance
    is called off in the end. Raises `NotHere` where that server does not know the performance, and
    `CrowdTooLarge` as `check_crowd` does.
    """
    check_crowd(visitors=visitors, at_once=at_once, places=places)
    performance = _make_performance(places)
    found = Rehearsal(performance.pk, performance.places_total, visitors)
    try:
        _knock(server, performance.pk)
        _let_in(server, found, at_once=at_once, seconds=seconds, progress=progress)
    finally:
        cancel_performance(
            performance=performance, actor="rehearsal", reason="The rehearsal is over."
        )
        refund_cancelled_performances()
    return found


def _make_performance(places):
    venue, _made = Venue.objects.get_or_create(
        slug=VENUE,
        defaults={
            "name": "Rehearsal stage",
            "address": "Nowhere",
            "city": "Nowhere",
            "country": "DE",
            "time_zone": "UTC",
        },
    )
    rows = max(1, places // 20)
    plan = venue.plans.filter(name=f"{rows} rows").first()
    if plan is None:
        wish = SectionSpec(name="Stalls", category=CATEGORY, rows=rows, seats=20)
        draft = simple_plan(f"{rows} rows", [wish])
        plan = add_plan_version(venue=venue, name=draft.name, draft=draft)
    now = timezone.now()
    show = Show.objects.create(
        title=f"Rehearsal, {now:%Y-%m-%d %H:%M}",
        slug=f"rehearsal-{now:%Y%m%d}-{secrets.token_hex(4)}",
        description="A trial of the box office. Nothing is played, and nothing can be paid.",
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
    return put_on_sale(performance=performance, actor="rehearsal")


def _knock(server, performance_id):
    """Ask the server for the performance that was just made in the database."""
    visitor = _Visitor(server)
    try:
        visitor.ask("GET", f"/performances/{performance_id}/")
    except (OSError, http.client.HTTPException) as error:
        raise NotHere(f"No server answers there ({error}).") from None
    except GoneElsewhere as answer:
        words = f"That server does not show the rehearsal ({answer}): has it another database?"
        raise NotHere(words) from None
    finally:
        visitor.close()


def _let_in(server, found, *, at_once, seconds, progress):
    lock, start = threading.Lock(), threading.Barrier(min(at_once, found.visitors) + 1)
    numbers = iter(range(found.visitors))
    left = [0]

    def stand_in_line():
        start.wait(PATIENCE)
        until = began + seconds
        while time.perf_counter() < until:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            times, outcome = _visit(server, found.performance_id, number)
            with lock:
                _count(found, times, outcome)
                left[0] += 1
            if progress:
                progress(left[0], found.visitors)

    threads = [threading.Thread(target=stand_in_line) for _ in range(start.parties - 1)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    start.wait(PATIENCE)
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - began


def _count(found, times, outcome):
    if outcome == "":
        found.bought += 1
    elif outcome.startswith("hold answered 409"):
        found.too_late += 1  # Somebody else was quicker, which is what a rush is.
    else:
        found.errors[outcome] = found.errors.get(outcome, 0) + 1
    for step, taken in times.items():
        found.times[step].append(taken)


def _visit(server, performance_id, number):
    """Come, choose, buy; return the times by step, and what went wrong, or ""."""
    visitor, times = _Visitor(server), {}

    def step(name, method, path, form=None):
        began = time.perf_counter()
        try:
            return visitor.ask(method, path, form)
        except GoneElsewhere as answer:
            raise GoneElsewhere(f"{name} answered {answer}") from None
        finally:
            times[name] = time.perf_counter() - began

    try:
        page = f"/performances/{performance_id}/"
        step("page", "GET", page)
        held = step("hold", "POST", f"{page}hold/", {"best": "1", "quantity": WANTED})
        basket = step("basket", "GET", held.location)
        form = [*FIELD.findall(basket.text), ("name", "Rehearsal"), ("terms", "on")]
        form.append(("email", f"visitor-{number}@rehearsal.invalid"))
        bought = step("buy", "POST", held.location, form)
        step("tickets", "GET", bought.location)
    except GoneElsewhere as answer:
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
    """One person's browser: a kept connection, and cookies."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection(*server, timeout=PATIENCE)
        self.cookies = {}

    def ask(self, method, path, form=None):
        """Return the page. Raises `GoneElsewhere` for what is neither a page nor a way on."""
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
            raise GoneElsewhere(str(answer.status))
        parts = urlsplit(answer.headers.get("Location", ""))
        return _Page(text, parts.path + (f"?{parts.query}" if parts.query else ""))

    def close(self):
        self.connection.close()
