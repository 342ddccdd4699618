"""Record the results of many customers: durations of steps, purchases and errors."""

import time
from collections import Counter

from .figures import percentile


class Recorder:
    def __init__(self):
        self.steps, self.errors = {}, Counter()
        self.bought = {}  # {order reference: tickets shown in the confirmation}
        self.sold_at = []  # (seconds since the start, tickets) of each purchase.
        self.counts = Counter()
        self.started = time.perf_counter()

    def took(self, step, seconds):
        self.steps.setdefault(step, []).append(seconds)

    def add_error(self, step, what):
        """Record something that a customer should not see: an error, or no response."""
        self.errors[f"{step}: {what}"] += 1

    def purchase(self, reference, tickets):
        self.bought[reference] = tickets
        self.sold_at.append((time.perf_counter() - self.started, tickets))

    @property
    def tickets(self):
        return sum(self.bought.values())

    def result(self):
        """Return everything as plain values."""
        return {
            "purchases": len(self.bought),
            "tickets": self.tickets,
            "counts": dict(self.counts),
            "errors": dict(self.errors),
            "steps": {step: spread(times) for step, times in self.steps.items()},
            "sold": per_second(self.sold_at),
        }


def spread(times):
    """Return the number of durations and their percentiles, in seconds."""
    return {
        "number": len(times),
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "p99": percentile(times, 0.99),
        "most": max(times, default=0.0),
    }


def per_second(events):
    """Return the sum of (seconds, number) pairs in each second, from the first event on."""
    if not events:
        return []
    first = int(min(when for when, _number in events))
    sums = [0] * (int(max(when for when, _number in events)) - first + 1)
    for when, number in events:
        sums[int(when) - first] += number
    return sums
