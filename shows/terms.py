"""The terms of a performance that the sale needs: its times, prices and limits.

Every step of a purchase reads them, and they rarely change. So each process caches them for
CACHE_SECONDS: a change by staff applies everywhere within that time, and a rush costs three queries
a second and process instead of three a request. A customer is never charged a price that they have
not seen, as they confirm a token of the prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, QuerySet
from django.db.models.fields.files import ImageFieldFile

from core.database.prepared import Param, prepared
from core.money import coin
from core.shared_cache import clear_shared_cache, get_or_read
from core.tax import RateChoice, TaxRates, most_specific
from organisation.models import Channel
from venues.models import Venue

from .channel_fees import FeeTerm, fees_of, price_in_channel
from .map_colors import UNKNOWN, map_colors
from .models import Concession, ConcessionType, Performance, PriceCategory
from .questions import QuestionTerm, term_from_row

CACHE_SECONDS = 1.0
NO_FEES = FeeTerm()


class NoSuchPerformance(LookupError):
    """There is no performance with this primary key."""

    def __init__(self, performance_id: int) -> None:
        super().__init__(f"There is no performance {performance_id}.")
        self.performance_id = performance_id


@dataclass(frozen=True, slots=True)
class PriceTerm:
    """A price category. `price` includes `fee`; `colour` is the number of its CSS class."""

    id: int
    name: str
    price: Decimal
    fee: Decimal
    colour: int
    rates: RateChoice = RateChoice()


@dataclass(frozen=True, slots=True)
class ConcessionTerm:
    """A concession at a performance: its price, and the rules on who can have it.

    `value` is per cent or an amount, as `method` says. `prices` are prices of single categories,
    by name, that count instead. `general_rates` are those of the list, behind its own `rates`.
    """

    id: int
    name: str
    method: str
    value: Decimal
    proof: str
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    group_from: int | None = None
    min_per_order: int | None = None
    max_per_order: int | None = None
    ends_at: datetime | None = None
    members_only: bool = False
    rates: RateChoice = RateChoice()
    general_rates: RateChoice = RateChoice()

    def price_from(self, full: Decimal, category: str, unit: Decimal) -> Decimal:
        """Return the price of a category that costs `full`, in multiples of `unit`; never more."""
        price = self.prices.get(category)
        if price is None and self.method == ConcessionType.Method.PERCENT:
            price = full * (100 - self.value) / 100
        elif price is None and self.method == ConcessionType.Method.AMOUNT:
            price = full - self.value
        elif price is None:
            price = self.value
        return max(Decimal(0), min(full, price)).quantize(unit, ROUND_HALF_UP)


@dataclass(frozen=True)
class Terms:
    performance_id: int
    show_title: str
    show_slug: str
    accent: int
    venue_name: str
    country: str
    has_seller: bool
    has_bank_account: bool
    zone: ZoneInfo
    plan_id: int
    # Earlier versions of the plan, whose seats may be in pages that are still open.
    former_plans: tuple[int, ...]
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
    transfer_days: int | None
    cancel_until: datetime | None
    # By primary key, in their `ordinal` order.
    categories: Mapping[int, PriceTerm]
    concessions: Mapping[int, ConcessionTerm]
    # By channel; without an entry, there is only the booking fee of the price category.
    fees: Mapping[str, FeeTerm]
    categories_by_name: Mapping[str, PriceTerm] = field(repr=False)
    # What is asked at the checkout, in order.
    questions: tuple[QuestionTerm, ...]
    _performance: Performance = field(repr=False, compare=False)

    @property
    def is_public(self) -> bool:
        """Whether customers may see it: neither a draft nor of an unpublished show."""
        performance = self._performance
        return performance.status != Performance.Status.DRAFT and performance.show.is_published

    @property
    def takes_place(self) -> bool:
        """Whether it has not been cancelled."""
        return self._performance.takes_place

    @property
    def plan_categories(self) -> list[dict[str, str]]:
        """The categories of the seating plan: `{"name": …, "color": "#rrggbb"}`."""
        return self._performance.plan.categories

    @property
    def places_total(self) -> int:
        """The number of places, sold or not."""
        return self._performance.places_total

    @property
    def venue(self) -> Venue:
        """The venue, for its brand."""
        return self._performance.venue

    @property
    def poster(self) -> ImageFieldFile:
        """The poster of the show; it may be empty."""
        return self._performance.show.poster

    @property
    def moved_from(self) -> datetime | None:
        """The start first announced, if it has been rescheduled, else None."""
        return self._performance.moved_from if self._performance.is_moved else None

    @property
    def refund_until(self) -> datetime | None:
        """Until when customers may cancel for a full refund after rescheduling, or None."""
        return self._performance.refund_until

    @property
    def ends_at(self) -> datetime:
        """The expected end."""
        return self._performance.ends_at

    def is_selling(self, now: datetime | None = None) -> bool:
        """Return whether the sale is open at `now`, whatever is left."""
        return self._performance.is_selling(now)

    def price_of(
        self, category_id: int, concession_id: int | None = None, channel: str = Channel.WEB
    ) -> tuple[Decimal, Decimal]:
        """Return `(price, fee)` of one place in a channel, in the currency's own decimals.

        A concession reduces the price, rounded half up; the fee stays, but never exceeds the
        price. Whether a customer can have it is up to `bookings.sale.concession_rules`. Raises
        KeyError for a category or concession of another performance.
        """
        category = self.categories[category_id]
        price, fee = price_in_channel(
            category.price, category.fee, self._fees_in(channel).ticket_fee
        )
        if concession_id is None:
            return price, fee
        concession = self.concessions[concession_id]
        price = concession.price_from(price, category.name, coin(self.currency))
        return price, min(fee, price)

    def order_fee_in(self, channel: str) -> Decimal:
        """Return the fee per order in a channel. Orders that are free carry none."""
        return self._fees_in(channel).order_fee

    @property
    def web_order_fee(self) -> Decimal:
        """The fee per order on the website."""
        return self.order_fee_in(Channel.WEB)

    def order_fee_tax_in(self, channel: str) -> TaxRates:
        """Return the tax rates of the fee per order, of which only `fee` and `exemption` count."""
        own = RateChoice(fee=self._fees_in(channel).order_fee_tax_rate)
        venue = self._performance.venue.rate_choice
        # The reason for exempt tickets is that of the fee only if the venue's fees are exempt too.
        return most_specific(own, RateChoice(fee=venue.fee, exemption=venue.exemption))

    def _fees_in(self, channel: str) -> FeeTerm:
        return self.fees.get(channel, NO_FEES)

    def tax_of(self, category_id: int, concession_id: int | None = None) -> TaxRates:
        """Return the tax rates of one place: the concession's, else the category's or the venue's.

        Raises KeyError as `price_of` does.
        """
        choices = [self.categories[category_id].rates, self._performance.venue.rate_choice]
        if concession_id is not None:
            concession = self.concessions[concession_id]
            choices = [concession.rates, concession.general_rates, *choices]
        return most_specific(*choices)


def terms_of(performance_id: int, *, fresh: bool = False) -> Terms:
    """Return the Terms of a performance, at most CACHE_SECONDS old.

    With `fresh` the cache is bypassed; so it is while `core.shared_cache` builds a value. Costs
    three queries, one more for a show that names no seller, or none when cached. Raises
    NoSuchPerformance.
    """
    return get_or_read(
        _key(performance_id), CACHE_SECONDS, lambda: _build(performance_id), fresh=fresh
    )


def clear_cached_terms(performance_id: int | None = None) -> None:
    """Clear this process's Terms of one performance, or its whole cache.

    Other processes read them again within CACHE_SECONDS.
    """
    clear_shared_cache(None if performance_id is None else _key(performance_id))


def _key(performance_id):
    return f"terms:{performance_id}"


def _build(performance_id):
    performance: Any = None
    if abs(performance_id) <= BigIntegerField.MAX_BIGINT:  # A URL may name a larger number.
        performance = _performance().first(performance=performance_id)
    if performance is None:
        raise NoSuchPerformance(performance_id)
    categories = _price_terms(performance)
    rows = _concessions().all(performance=performance_id)
    concessions = {row.pk: concession_term(row, performance) for row in rows}
    seller = performance.show.sold_by()
    return Terms(
        performance_id=performance.pk,
        show_title=performance.show.title,
        show_slug=performance.show.slug,
        accent=performance.show.accent,
        venue_name=performance.venue.name,
        country=performance.venue.country,
        has_seller=seller is not None,
        has_bank_account=seller is not None and bool(seller.iban),
        zone=performance.venue.zone,
        plan_id=performance.plan_id,
        former_plans=tuple(performance.former_plans),
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
        transfer_days=performance.transfer_days,
        cancel_until=performance.cancel_until,
        categories=MappingProxyType(categories),
        concessions=MappingProxyType(concessions),
        fees=MappingProxyType(dict(fees_of(performance))),
        categories_by_name=MappingProxyType({term.name: term for term in categories.values()}),
        questions=tuple(term_from_row(row) for row in performance.question_rows),
        _performance=performance,
    )


@prepared
def _performance() -> QuerySet[Performance]:
    performances = Performance.objects.filter(pk=Param("performance")).order_by()
    performances = performances.select_related("show__seller", "venue", "plan")
    return performances.defer("plan__decoration").with_channel_fees().with_questions()


@prepared
def _price_categories() -> QuerySet[PriceCategory]:
    return PriceCategory.objects.filter(performance=Param("performance"))


@prepared
def _concessions() -> QuerySet[Concession]:
    return Concession.objects.select_related("kind").filter(performance=Param("performance"))


def _price_terms(performance: Performance) -> dict[int, PriceTerm]:
    colors = map_colors(performance.plan.categories)
    return {
        row.pk: PriceTerm(
            row.pk, row.name, row.price, row.fee, colors.get(row.name, UNKNOWN), row.rate_choice
        )
        for row in _price_categories().all(performance=performance.pk)
    }


def concession_term(row: Concession, performance: Performance) -> ConcessionTerm:
    """Return the term of a concession, whose `kind` is loaded, at its performance."""
    kind = row.kind
    own: dict[str, Any] = {"id": row.pk, "name": row.name, "method": row.method, "value": row.value}
    own |= {"proof": row.proof_required, "rates": row.rate_choice}
    own["prices"] = {name: Decimal(price) for name, price in row.prices.items()}
    if kind is None:
        return ConcessionTerm(**own)
    return ConcessionTerm(
        **own,
        group_from=kind.group_from,
        min_per_order=kind.min_per_order,
        max_per_order=kind.max_per_order,
        ends_at=kind.ends_at(performance),
        members_only=kind.members_only,
        general_rates=kind.rate_choice,
    )
