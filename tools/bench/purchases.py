"""Full purchases over HTTP: page, hold, basket, checkout, pay page, pay, confirmation."""

import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from .http_client import Browser

STEPS = ("page", "hold", "basket", "checkout", "pay page", "pay", "confirmation")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
QUOTE = re.compile(rb'name="quote" value="([^"]+)"')
TERMS = re.compile(rb'name="terms_version" value="([^"]*)"')
SEEN_QUOTE = re.compile(rb'name="seen_quote" value="([^"]+)"')


@dataclass
class Purchases:
    """The results of concurrent customers: seconds by step and by purchase, and errors."""

    seconds: float = 0.0
    whole: list = field(default_factory=list)
    steps: dict = field(default_factory=lambda: defaultdict(list))
    errors: list = field(default_factory=list)

    @property
    def rate(self):
        return len(self.whole) / self.seconds


def measure_purchases(address, hall, *, customers, seconds, first_pair=0):
    """Have so many customers buy pair after pair for so many seconds; return `Purchases`."""
    found, lock = Purchases(), threading.Lock()
    pairs = iter(hall.seats[first_pair:])
    until = time.perf_counter() + seconds

    def buy_on():
        browser = Browser(address)
        while time.perf_counter() < until:
            with lock:
                pair = next(pairs, None)
            if pair is None:
                return
            times = {}
            try:
                buy(browser, hall.performance_id, pair, times)
            except Exception as error:
                with lock:
                    found.errors.append(repr(error)[:200])
                browser.close()
                continue
            with lock:
                found.whole.append(sum(times.values()))
                for step, taken in times.items():
                    found.steps[step].append(taken)

    started = time.perf_counter()
    threads = [threading.Thread(target=buy_on) for _ in range(customers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - started
    return found


def buy(browser, performance_id, pair, times):
    """Buy two seats as a new guest; record in `times` the seconds of each step."""
    ordered = _order(browser, performance_id, pair, times)
    bank = _step(times, "pay page", 200, lambda: browser.get(ordered.location))
    answer = {"csrfmiddlewaretoken": TOKEN.search(bank.body)[1].decode(), "answer": "pay"}
    paid = _step(times, "pay", 303, lambda: browser.post(ordered.location, answer))
    _see_tickets(browser, paid.location, times)


def buy_at_stripe(browser, performance_id, pair, times, *, pay_page):
    """Buy as `buy` does, and pay on Stripe's page; `pay_page` is a browser at its server."""
    ordered = _order(browser, performance_id, pair, times)
    _step(times, "pay page", 200, lambda: pay_page.get(ordered.location))
    paid = _step(times, "pay", 303, lambda: pay_page.post(ordered.location, {"instrument": "card"}))
    _see_tickets(browser, paid.location, times)


def _order(browser, performance_id, pair, times):
    """Reserve and order; return the answer that leads to the pay page."""
    browser.forget()
    page = f"/performances/{performance_id}/"
    _step(times, "page", 200, lambda: browser.get(page))
    held = _step(times, "hold", 303, lambda: browser.post(f"{page}hold/", {"seat": list(pair)}))
    basket = _step(times, "basket", 200, lambda: browser.get(held.location))
    form = checkout_form(basket, f"{pair[0]}@example.org")
    return _step(times, "checkout", 303, lambda: browser.post(held.location, form))


def _see_tickets(browser, path, times):
    done = _step(times, "confirmation", 200, lambda: browser.get(path))
    if done.body.count(b'class="ticket') < 2:
        raise AssertionError("There are not two tickets on the confirmation.")


def _step(times, name, status, call):
    start = time.perf_counter()
    answer = call()
    times[name] = time.perf_counter() - start
    if answer.status != status:
        raise AssertionError(f"{name} answered {answer.status}")
    return answer


def checkout_form(basket, email):
    """Return the fields that order what is in `basket`, a response with the basket page."""
    return {
        "csrfmiddlewaretoken": TOKEN.search(basket.body)[1].decode(),
        "quote": QUOTE.search(basket.body)[1].decode(),
        "seen_quote": [quote.decode() for quote in SEEN_QUOTE.findall(basket.body)],
        "email": email,
        "name": "Bench",
        "terms": "on",
        "terms_version": TERMS.search(basket.body)[1].decode(),
    }
