"""What the sale must know of a performance: its calendar, its prices and its limits.

Every step of every purchase asks for these, and they change a few times in the life of a
performance. So each process keeps them for a second: a change by staff is in force everywhere
within `KEPT_FOR` seconds, and a rush costs three queries a second and process instead of three a
request. Money is not at risk meanwhile: a customer confirms a token of the prices that they saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from core.money import coin
from core.shared_cache import clear_shared_cache, get_or_read

from .exceptions import NoSuchPerformance
from .models import Performance

KEPT_FOR = 1.0  # Seconds.


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """A price category: `price` is all in, and `fee` the part of it that is the fee."""

    id: int
    name: str
    price: Decimal
    fee: Decimal
    colour: int


@dataclass(frozen=True, slots=True)
class ConcessionTerm:
    id: int
    name: str
    percent_off: int
    proof: str


@dataclass(frozen=True)
class Terms:
    performance_id: int
    show_title: str
    show_slug: str
    accent: int
    venue_name: str
    zone: ZoneInfo
    plan_id: int
    starts_at: datetime
    doors_at: datetime | None
    status: str
    opened_at: datetime | None
    on_sale_from: datetime
    sale_ends_at: datetime
    currency: str
    customer_limit: int
    allow_single_gaps: bool
    accessible_released: bool
    keep_fee: bool
    cancel_until: datetime | None
    # By primary key, and in the order in which staff put them.
    categories: Mapping[int, PriceTerm]
    concessions: Mapping[int, ConcessionTerm]
    categories_by_name: Mapping[str, PriceTerm] = field(repr=False)
    _performance: Performance = field(repr=False, compare=False)

    @property
    def is_public(self):
        """Whether customers may know of it: neither a draft nor of a hidden show."""
        performance = self._performance
        return performance.status != Performance.Status.DRAFT and performance.show.is_published

    @property
    def takes_place(self):
        """Whether it has not been cancelled."""
        return self._performance.takes_place

    @property
    def places_total(self):
        """How many places there are, sold or not."""
        return self._performance.places_total

    @property
    def poster(self):
        """The picture of the show, or an empty one."""
        return self._performance.show.poster

    @property
    def moved_from(self):
        """When it would have been, if it is at another time now, else None."""
        return self._performance.moved_from if self._performance.is_moved else None

    @property
    def refund_until(self):
        """Until when all of the price comes back because it was rescheduled, or None."""
        return self._performance.refund_until

    @property
    def ends_at(self):
        """When it is expected to be over."""
        return self._performance.ends_at

    def is_selling(self, now=None):
        """Whether places may be held at `now`, as far as the calendar goes."""
        return self._performance.is_selling(now)

    def price_of(self, category_id, concession_id=None):
        """Return `(price, fee)` of one place, both in whole cents (or the currency's like).

        A concession lowers the price, rounded half up; the fee stays, but is never more than what
        is left of the price. Raises KeyError for a category or concession of another performance.
        """
        category = self.categories[category_id]
        if concession_id is None:
            return category.price, category.fee
        percent = 100 - self.concessions[concession_id].percent_off
        price = (category.price * percent / 100).quantize(coin(self.currency), ROUND_HALF_UP)
        return price, min(category.fee, price)


def terms_of(performance_id, *, fresh=False):
    """Return the Terms of a performance, at most `KEPT_FOR` seconds old.

    `fresh=True` asks the database whatever is kept; so does what `core.shared_cache` is making just
    now. Costs three queries, or none when kept.
    Raises NoSuchPerformance.
    """
    return get_or_read(_key(performance_id), KEPT_FOR, lambda: _build(performance_id), fresh=fresh)


def forget_terms(performance_id=None):
    """Make this process ask again, for one performance or for all. Others do so by themselves."""
    clear_shared_cache(None if performance_id is None else _key(performance_id))


def _key(performance_id):
    return f"terms:{performance_id}"


def _build(performance_id):
    performance = (
        Performance.objects.select_related("show", "venue").filter(pk=performance_id).first()
    )
    if performance is None:
        raise NoSuchPerformance(performance_id)
    categories = {
        row.pk: PriceTerm(row.pk, row.name, row.price, row.fee, row.colour)
        for row in performance.price_categories.all()
    }
    concessions = {
        row.pk: ConcessionTerm(row.pk, row.name, row.percent_off, row.proof)
        for row in performance.concessions.all()
    }
    return Terms(
        performance_id=performance.pk,
        show_title=performance.show.title,
        show_slug=performance.show.slug,
        accent=performance.show.accent,
        venue_name=performance.venue.name,
        zone=performance.venue.zone,
        plan_id=performance.plan_id,
        starts_at=performance.starts_at,
        doors_at=performance.doors_at,
        status=performance.status,
        opened_at=performance.opened_at,
        on_sale_from=performance.on_sale_from,
        sale_ends_at=performance.sale_ends_at,
        currency=performance.currency,
        customer_limit=performance.customer_limit,
        allow_single_gaps=performance.allow_single_gaps,
        accessible_released=performance.accessible_released,
        keep_fee=performance.keeps_fee(),
        cancel_until=performance.cancel_until,
        categories=MappingProxyType(categories),
        concessions=MappingProxyType(concessions),
        categories_by_name=MappingProxyType({term.name: term for term in categories.values()}),
        _performance=performance,
    )
