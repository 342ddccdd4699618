"""A customer who buys, and the expected result."""

import threading
from contextlib import suppress

from bookings.ledger.audit import audit
from bookings.models import Order, Ticket
from bookings.tests.factories import make_sale, seats_of
from tools.faults.customers import Browser, GaveUp, Refused, buy
from tools.faults.responses import Responses


class Customer:
    """A customer who buys two seats; `responses` is what they got."""

    def __init__(self):
        self.responses = Responses()
        self.performance = make_sale()
        self.pair = seats_of(self.performance, "A1", "A2")
        self._bought = []

    def start(self, *addresses):
        """Start buying, in a thread. With several addresses each request goes to the next."""
        self._thread = threading.Thread(target=self._buy, args=[list(addresses)], daemon=True)
        self._thread.start()

    def reference(self):
        """Wait until the purchase is complete; return the order's reference."""
        self._thread.join(90)
        return self._bought[0]

    def wait_until_given_up(self):
        """Wait until the customer has given up."""
        self._thread.join(90)
        assert not self._bought

    def _buy(self, addresses):
        browser = Browser(addresses, self.responses, threading.Lock())
        with suppress(Refused, GaveUp):
            self._bought.append(buy(browser, self.performance.pk, self.pair, "alice@example.org"))


def check_two_tickets(reference):
    assert Order.objects.get(reference=reference).status == "paid"
    assert Ticket.objects.count() == 2
    assert not audit()
