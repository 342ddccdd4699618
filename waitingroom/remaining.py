"""The number of remaining places, as reported by the sale: this app does not import it."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class CategoryRemaining:
    name: str
    price: Decimal
    left: int


@dataclass(frozen=True)
class Remaining:
    """`left` are available now; `may_return` tells whether others are in baskets."""

    left: int
    categories: tuple[CategoryRemaining, ...]
    currency: str
    may_return: bool

    @property
    def is_sold_out(self) -> bool:
        return self.left == 0 and not self.may_return


Provider = Callable[[int], Remaining]
_provider: Provider | None = None


def provides_remaining(provider: Provider) -> Provider:
    """Register `provider(performance_id)`. Called at most once a second per performance."""
    global _provider
    _provider = provider
    return provider


def remaining_of(performance_id: int) -> Remaining | None:
    """Return what remains of a performance, or None without a provider."""
    return _provider(performance_id) if _provider else None
