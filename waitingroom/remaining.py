"""What is left to be had, as the sale tells it. The waiting room knows nothing of places."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class CategoryRemaining:
    name: str
    price: Decimal
    left: int


@dataclass(frozen=True)
class Remaining:
    """`left` can be had now; `may_return` says that others are in baskets and may come back."""

    left: int
    categories: tuple
    currency: str
    may_return: bool

    @property
    def is_sold_out(self):
        return self.left == 0 and not self.may_return


_teller = None


def provides_remaining(teller):
    """Register `teller(performance_id) -> Stock`. Called at most once a second and performance."""
    global _teller
    _teller = teller
    return teller


def remaining_of(performance_id):
    """Return the Stock of a performance, or None when nobody tells it."""
    return _teller(performance_id) if _teller else None
