"""What a crowd of customers got: the time of each step, purchases as they came, and trouble."""

import time
from collections import Counter, defaultdict

from .figures import percentile


class Tally:
    def __init__(self):
        self.steps, self.troubles = defaultdict(list), Counter()
        self.bought = {}  # {order reference: tickets that the confirmation showed}
        self.sold_at = []  # (seconds since the start, tickets), a pair for each purchase.
        self.counts = Counter()
        self.began = time.perf_counter()

    def took(self, step, seconds):
        self.steps[step].append(seconds)

    def trouble(self, step, what):
        """Note what a customer should not have seen: an error, or no answer at all."""
        self.troubles[f"{step}: {what}"] += 1

    def purchase(self, reference, tickets):
        self.bought[reference] = tickets
        self.sold_at.append((time.perf_counter() - self.began, tickets))

    @property
    def tickets(self):
        return sum(self.bought.values())

    def told(self):
        """Return all of it as plain values."""
        return {
            "purchases": len(self.bought),
            "tickets": self.tickets,
            "counts": dict(self.counts),
            "troubles": dict(self.troubles),
            "steps": {step: spread(times) for step, times in self.steps.items()},
            "sold": per_second(self.sold_at),
        }


def spread(times):
    """Return how many times there are, and how they are spread, in seconds."""
    return {
        "number": len(times),
        "p50": percentile(times, 0.5),
        "p95": percentile(times, 0.95),
        "p99": percentile(times, 0.99),
        "most": max(times, default=0.0),
    }


def per_second(events):
    """Return the sum of (seconds, number) pairs in each whole second, from the first to the last.

    The list begins with the second of the first event.
    """
    if not events:
        return []
    first = int(min(when for when, _number in events))
    sums = [0] * (int(max(when for when, _number in events)) - first + 1)
    for when, number in events:
        sums[int(when) - first] += number
    return sums
