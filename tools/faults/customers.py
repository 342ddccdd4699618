"""The load: customers who buy pair after pair, and retry when they are asked to."""

import http.client
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import requests

from tools.bench.purchases import QUOTE, TOKEN, checkout_form

from .responses import CONNECTION_LOST, RETRY, Responses

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAUSE = 0.3  # Seconds until a customer retries after a 503.
TIMEOUT = 45  # Seconds after which they give a step up.
RESPONSE_TIMEOUT = 20
PROVIDER_TIMEOUT = 5
# The pay page at another server, the button of an order to pay, and the way back from the pay page.
PAY_PAGE = "/c/pay/"
PAY_BUTTON = re.compile(rb'action="(/orders/[^"]+/pay/)"')
BACK_LINK = re.compile(r'href="([^"]+)">Back to the shop')


class GaveUp(Exception):
    """A step got no response in time."""


class Refused(Exception):
    """The site refused with a message: the seats are unavailable, or the basket has expired."""


@dataclass
class Crowd:
    """So many customers, who buy from `hall` at any of `addresses` until they are stopped."""

    addresses: list
    hall: object
    customers: int = 4
    pause: float = 0.15  # Seconds between two purchases of one customer.
    responses: Responses = field(default_factory=Responses)
    purchases: list = field(default_factory=list)  # (began, ended, order reference)
    refused: list = field(default_factory=list)
    gave_up: list = field(default_factory=list)

    def __enter__(self):
        self._lock = threading.Lock()
        self._pairs = iter(self.hall.seats)
        self._stop, self._open = threading.Event(), threading.Event()
        self._open.set()
        self._buying = 0
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
            thread.join(TIMEOUT + RESPONSE_TIMEOUT)

    def close(self):
        """Let all customers finish their purchase and stop."""
        self.__exit__()

    @contextmanager
    def rest(self):
        """Let all customers finish their purchase, and begin no other until the block ends."""
        with self._lock:
            self._open.clear()
        try:
            until = time.monotonic() + TIMEOUT + RESPONSE_TIMEOUT
            while self._buying and time.monotonic() < until:
                time.sleep(0.02)
            yield
        finally:
            self._open.set()

    def send_to(self, addresses):
        """Send every further request to these servers in turn."""
        self.addresses[:] = addresses

    def move_to(self, hall):
        """Buy something else from now on."""
        with self._lock:
            self.hall, self._pairs = hall, iter(hall.seats)

    def references(self):
        """Return the orders whose tickets a customer has seen."""
        with self._lock:
            return {reference for _began, _ended, reference in self.purchases}

    def wait_for(self, purchases, *, since=None):
        """Wait until so many purchases that began after `since` are complete.

        Returns when the last of them ended, on the monotonic clock.
        """
        since = time.monotonic() if since is None else since
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            with self._lock:
                ends = sorted(ended for began, ended, _ in self.purchases if began >= since)
            if len(ends) >= purchases:
                return ends[purchases - 1]
            time.sleep(0.02)
        raise TimeoutError(f"The sale did not continue within {TIMEOUT} seconds.")

    def _buy_on(self, number):
        browser, requests = Browser(self.addresses, self.responses, self._lock), 0
        while not self._stop.is_set():
            with self._lock:
                is_open, hall = self._open.is_set(), self.hall
                pair = next(self._pairs, None) if is_open else None
                self._buying += pair is not None
            if not is_open:
                self._open.wait(PAUSE)
                continue
            if pair is None:
                return
            requests += 1
            self._buy_one(browser, hall, pair, f"c{number}.{requests}.{pair[0]}@example.org")
            with self._lock:
                self._buying -= 1
            self._stop.wait(self.pause)

    def _buy_one(self, browser, hall, pair, email):
        began = time.monotonic()
        try:
            reference = buy(browser, hall.performance_id, pair, email)
        except Refused as refusal:
            with self._lock:
                self.refused.append(str(refusal))
        except GaveUp as step:
            with self._lock:
                self.gave_up.append(str(step))
        else:
            with self._lock:
                self.purchases.append((began, time.monotonic(), reference))


def buy(browser, performance_id, pair, email):
    """Buy two seats; return the order's reference once its tickets are on the page."""
    page = f"/performances/{performance_id}/"
    browser.ask("page", "GET", page)
    held = browser.ask("hold", "POST", f"{page}hold/", {"seat": list(pair)}, then=303)
    basket = browser.ask("basket", "GET", held.location)
    ordered = _check_out(browser, held.location, basket, email)
    paid_at = ordered.location
    if paid_at.startswith("/pay/"):
        bank = browser.ask("pay page", "GET", paid_at)
        answer = {"csrfmiddlewaretoken": _first(TOKEN, bank), "answer": "pay"}
        paid_at = browser.ask("pay", "POST", paid_at, answer, then=303).location
    else:
        paid_at = _pay_at_provider(browser, ordered)
    return _read_tickets(browser, paid_at)


def _check_out(browser, address, basket, email):
    for _price in range(3):
        if not QUOTE.search(basket.body):
            raise Refused(f"a page without its form ({basket.status})")
        form = checkout_form(basket, email)
        basket = browser.ask("checkout", "POST", address, form, then=None)
        if basket.status == 303:
            return basket
        if basket.status != 409 or not QUOTE.search(basket.body):
            break  # A changed price is shown and must be confirmed; everything else is a refusal.
    raise Refused(f"checkout {basket.status}")


def _pay_at_provider(browser, answer):
    """Follow the site to the provider's page and pay there; return the path of the order."""
    until = time.monotonic() + TIMEOUT
    path = answer.location
    while time.monotonic() < until:
        if PAY_PAGE in answer.url:
            return _pay_page_of_provider(answer.url)
        answer = browser.ask("waiting page", "GET", path, then=None)
        if answer.status == 303:
            path = answer.location
            continue
        if answer.body.count(b'class="ticket') >= 2:
            return path
        if button := PAY_BUTTON.search(answer.body):
            fields = {"csrfmiddlewaretoken": _first(TOKEN, answer)}
            answer = browser.ask("pay again", "POST", button[1].decode(), fields, then=303)
        time.sleep(1)
    raise GaveUp("pay page")


def _pay_page_of_provider(url):
    """Pay, again when there is no answer; return the path that the page leads back to."""
    until, session = time.monotonic() + TIMEOUT, requests.Session()
    session.trust_env = False
    while time.monotonic() < until:
        try:
            answer = session.post(
                url, {"instrument": "card"}, timeout=PROVIDER_TIMEOUT, allow_redirects=False
            )
        except requests.RequestException:
            time.sleep(PAUSE)
            continue
        if answer.status_code == 303:
            return _path_of(answer.headers["Location"])
        if link := BACK_LINK.search(answer.text):
            return _path_of(link[1])
    raise GaveUp("the provider's page")


def _read_tickets(browser, address):
    until = time.monotonic() + TIMEOUT
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
    url: str  # Where it redirects to.
    body: bytes

    @property
    def location(self):
        """Return the path of `url`, which is where other requests go to."""
        return _path_of(self.url)


class Browser:
    """One customer's browser, with cookies, which retries when it is asked to.

    With several addresses each request goes to the next one, as behind a load balancer.
    """

    def __init__(self, addresses, responses, lock):
        self.addresses, self.responses, self.lock = addresses, responses, lock
        self.requests, self.cookies = 0, {}

    def ask(self, step, method, path, fields=None, *, then=200):
        """Return the response; retry while there is none, or a 503.

        Raises Refused when the status is another than `then`, GaveUp after TIMEOUT.
        """
        until = time.monotonic() + TIMEOUT
        while time.monotonic() < until:
            status, headers, body = self._exchange(method, path, fields)
            with self.lock:
                kind = self.responses.note(step, status, headers, body)
            if kind in (RETRY, CONNECTION_LOST):
                time.sleep(PAUSE)
                continue
            if then is not None and status != then:
                raise Refused(f"{step} {status}")
            return Answer(status, headers.get("Location", ""), body)
        raise GaveUp(step)

    def _exchange(self, method, path, fields):
        """Return (status, headers, body); the status is 0 without a complete response.

        Each request has its own connection, because one that the server closed as idle looks just
        like one whose worker was killed.
        """
        link = http.client.HTTPConnection(
            *self.addresses[self.requests % len(self.addresses)], timeout=RESPONSE_TIMEOUT
        )
        self.requests += 1
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
