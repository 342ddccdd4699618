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

    def step(name, status, call):
        start = time.perf_counter()
        answer = call()
        times[name] = time.perf_counter() - start
        if answer.status != status:
            raise AssertionError(f"{name} answered {answer.status}")
        return answer

    browser.forget()
    page = f"/performances/{performance_id}/"
    step("page", 200, lambda: browser.get(page))
    held = step("hold", 303, lambda: browser.post(f"{page}hold/", {"seat": list(pair)}))
    basket = step("basket", 200, lambda: browser.get(held.location))
    form = checkout_form(basket, f"{pair[0]}@example.org")
    ordered = step("checkout", 303, lambda: browser.post(held.location, form))
    bank = step("pay page", 200, lambda: browser.get(ordered.location))
    answer = {"csrfmiddlewaretoken": TOKEN.search(bank.body)[1].decode(), "answer": "pay"}
    paid = step("pay", 303, lambda: browser.post(ordered.location, answer))
    done = step("confirmation", 200, lambda: browser.get(paid.location))
    if done.body.count(b'class="ticket') < 2:
        raise AssertionError("There are not two tickets on the confirmation.")


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
