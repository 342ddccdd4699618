"""The load: customers who buy pair after pair as people do, trying again when they are asked to."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tools.bench.purchases import QUOTE, TOKEN, checkout_form

from .answers import COME_BACK, CUT_OFF, Seen

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAUSE = 0.3  # Seconds until somebody who was told to come back does. People are not patient.
PATIENCE = 45  # Seconds after which they give a step up.
ANSWER_WITHIN = 20


class GaveUp(Exception):
    """A step was not answered in time."""


class Refused(Exception):
    """The house said no, in its own words: the pair has gone, the basket has lapsed."""


@dataclass
class Crowd:
    """So many customers, buying from `world` at any of `addresses`, until it is told to stop."""

    addresses: list
    world: object
    customers: int = 4
    think: float = 0.15  # Seconds between two purchases of one customer.
    seen: Seen = field(default_factory=Seen)
    bought: list = field(default_factory=list)  # (began, ended, order reference)
    refused: list = field(default_factory=list)
    gave_up: list = field(default_factory=list)

    def __enter__(self):
        self._lock = threading.Lock()
        self._pairs = iter(self.world.seats)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._buy_on, args=[number], daemon=True)
            for number in range(self.customers)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE + ANSWER_WITHIN)

    def close(self):
        """Let everybody finish their purchase and leave."""
        self.__exit__()

    def send_to(self, addresses):
        """Have every request from now on go to these servers in turn."""
        self.addresses[:] = addresses

    def move_to(self, world):
        """Sell something else from now on."""
        with self._lock:
            self.world, self._pairs = world, iter(world.seats)

    def references(self):
        """Return the orders whose tickets somebody has seen."""
        with self._lock:
            return {reference for _began, _ended, reference in self.bought}

    def wait_for(self, purchases, *, since=None):
        """Wait until so many purchases that began after `since` have been made.

        Returns when the last of them ended, on the monotonic clock.
        """
        since = time.monotonic() if since is None else since
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self._lock:
                ends = sorted(ended for began, ended, _ in self.bought if began >= since)
            if len(ends) >= purchases:
                return ends[purchases - 1]
            time.sleep(0.02)
        raise TimeoutError(f"Selling did not go on within {PATIENCE} seconds.")

    def _buy_on(self, number):
        browser, turn = Browser(self.addresses, self.seen, self._lock), 0
        while not self._stop.is_set():
            with self._lock:
                pair, world = next(self._pairs, None), self.world
            if pair is None:
                return
            turn += 1
            self._buy_one(browser, world, pair, f"c{number}.{turn}.{pair[0]}@example.org")
            self._stop.wait(self.think)

    def _buy_one(self, browser, world, pair, email):
        began = time.monotonic()
        try:
            reference = buy(browser, world.performance_id, pair, email)
        except Refused as refusal:
            with self._lock:
                self.refused.append(str(refusal))
        except GaveUp as step:
            with self._lock:
                self.gave_up.append(str(step))
        else:
            with self._lock:
                self.bought.append((began, time.monotonic(), reference))


def buy(browser, performance_id, pair, email):
    """Buy two seats; return the order's reference once its tickets are on the page."""
    page = f"/performances/{performance_id}/"
    browser.ask("page", "GET", page)
    held = browser.ask("hold", "POST", f"{page}hold/", {"seat": list(pair)}, then=303)
    basket = browser.ask("basket", "GET", held.location)
    ordered = _check_out(browser, held.location, basket, email)
    paid = ordered
    if ordered.location.startswith("/pay/"):
        bank = browser.ask("pay page", "GET", ordered.location)
        answer = {"csrfmiddlewaretoken": _first(TOKEN, bank), "answer": "pay"}
        paid = browser.ask("pay", "POST", ordered.location, answer, then=303)
    return _see_tickets(browser, paid.location)


def _check_out(browser, address, basket, email):
    for _price in range(3):
        if not QUOTE.search(basket.body):
            raise Refused(f"a page without its form ({basket.status})")
        form = checkout_form(basket, email)
        basket = browser.ask("checkout", "POST", address, form, then=None)
        if basket.status == 303:
            return basket
        if basket.status != 409 or not QUOTE.search(basket.body):
            break  # A changed price is shown, and confirmed anew; everything else is a no.
    raise Refused(f"checkout {basket.status}")


def _see_tickets(browser, address):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        page = browser.ask("tickets", "GET", address)
        if page.body.count(b'class="ticket') >= 2:
            return address.rstrip("/").rpartition("/")[2]
        if b'id="waiting"' not in page.body:
            raise Refused("the money goes back")
        time.sleep(0.5)
    raise GaveUp("tickets")


@dataclass
class Answer:
    status: int
    location: str
    body: bytes


class Browser:
    """One customer's browser: cookies, and trying again whenever that is what they are told.

    With several addresses each request goes to the next one, as behind a balancer.
    """

    def __init__(self, addresses, seen, lock):
        self.addresses, self.seen, self.lock = addresses, seen, lock
        self.turn, self.cookies = 0, {}

    def ask(self, step, method, path, fields=None, *, then=200):
        """Return the answer; try again while there is none or it says "come back".

        Raises Refused when the status is another than `then`, GaveUp after PATIENCE.
        """
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            status, headers, body = self._exchange(method, path, fields)
            with self.lock:
                kind = self.seen.note(step, status, headers, body)
            if kind in (COME_BACK, CUT_OFF):
                time.sleep(PAUSE)
                continue
            if then is not None and status != then:
                raise Refused(f"{step} {status}")
            return Answer(status, _path_of(headers.get("Location", "")), body)
        raise GaveUp(step)

    def _exchange(self, method, path, fields):
        """Return (status, headers, body); the status is 0 when no whole answer came.

        Each on a connection of its own: one that the server has closed because nothing was asked
        for a while looks just like one whose worker was killed.
        """
        link = http.client.HTTPConnection(
            *self.addresses[self.turn % len(self.addresses)], timeout=ANSWER_WITHIN
        )
        self.turn += 1
        headers = {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(fields, doseq=True) if fields else None
        try:
            link.request(method, path, body, headers | (FORM if fields else {}))
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            link.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers, body


def _first(pattern, answer):
    found = pattern.search(answer.body)
    if not found:
        raise Refused(f"a page without its form ({answer.status})")
    return found[1].decode()


def _path_of(location):
    parts = urlsplit(location)
    return parts.path + (f"?{parts.query}" if parts.query else "")
