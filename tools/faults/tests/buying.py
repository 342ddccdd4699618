"""Somebody who buys, and what they must have in the end."""

import threading
from contextlib import suppress

from bookings.ledger.audit import audit
from bookings.models import Order, Ticket
from bookings.tests.factories import make_sale, seats_of
from tools.faults.answers import Seen
from tools.faults.customers import Browser, GaveUp, Refused, buy


class Customer:
    """Somebody who buys two seats; `seen` is what they saw."""

    def __init__(self):
        self.seen = Seen()
        self.performance = make_sale()
        self.pair = seats_of(self.performance, "A1", "A2")
        self._bought = []

    def begin(self, *addresses):
        """Begin to buy, in a thread. With several addresses each request goes to the next."""
        self._thread = threading.Thread(target=self._buy, args=[list(addresses)], daemon=True)
        self._thread.start()

    def reference(self):
        """Wait until they have bought; return the order's reference."""
        self._thread.join(90)
        return self._bought[0]

    def leave(self):
        """Wait until they have given up."""
        self._thread.join(90)
        assert not self._bought

    def _buy(self, addresses):
        browser = Browser(addresses, self.seen, threading.Lock())
        with suppress(Refused, GaveUp):
            self._bought.append(buy(browser, self.performance.pk, self.pair, "alice@example.org"))


def nothing_but_two_tickets(reference):
    assert Order.objects.get(reference=reference).status == "paid"
    assert Ticket.objects.count() == 2
    assert not audit()
