"""Sell at the counter and by phone: hold what staff chose, then order it.

A sale is a hold like any other, with a visitor id of its own. Neither the customer limit nor the
on-sale dates apply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext as _

from core.exceptions import Refused
from shows.terms import terms_of

from ..exceptions import NothingSelected, NotOnSale
from ..models import Hold, Order, Place
from ..sale.customers import StaffCustomer
from ..sale.guest_places import hold_guest_places
from ..sale.holds import hold_seats, hold_standing
from ..sale.orders import place_order
from ..sale.release import release_hold
from ..seat_selection.holding import hold_best

COUNTER = "counter:"  # Prefix of the visitor ids of these sales.
MAX_TICKETS = 200  # Of one sale.


@dataclass(frozen=True)
class CounterSelection:
    """What staff chose: places, numbers of standing places by section, or the best available.

    `best` is a number of seats, of `category` (a name) or of any.
    """

    place_ids: tuple[int, ...] = ()
    standing: Mapping[int, int] = field(default_factory=dict)
    best: int = 0
    category: str | None = None
    accessible: bool = False

    @property
    def quantity(self) -> int:
        return len(self.place_ids) + sum(self.standing.values()) + self.best


def counter_visitor(key: str) -> str:
    """Return the visitor id of the sale that the form with this key starts."""
    return f"{COUNTER}{key}"[:40]


def hold_for_sale(
    *, performance_id: int, selection: CounterSelection, customer: StaffCustomer
) -> Hold:
    """Hold everything that staff chose, or nothing, and return the hold.

    Seats can be available or in a guest hold. The same visitor id holds once, however often it is
    sent. Must not run inside a transaction: if a later part is refused, the earlier ones are
    released. Raises `NothingSelected`, `NotOnSale`, `PlacesUnavailable`.
    """
    known = Hold.objects.filter(performance=performance_id, visitor=customer.visitor).first()
    if known is not None:
        return known
    if not 0 < selection.quantity <= MAX_TICKETS:
        raise NothingSelected
    if terms_of(performance_id).opened_at is None or not terms_of(performance_id).takes_place:
        raise NotOnSale
    try:
        return _hold_all(performance_id, selection, customer)
    except Refused:
        started = (
            Hold.objects.open().filter(performance=performance_id, visitor=customer.visitor).first()
        )
        if started is not None:
            release_hold(hold=started, actor=customer.actor)
            # The next attempt of the same form starts anew.
            Hold.objects.filter(pk=started.pk).update(visitor=f"-{started.visitor}"[:40])
        raise


def order_sale(
    *,
    hold: Hold,
    quote_token: str,
    customer: StaffCustomer,
    name: str,
    email: str,
    language: str,
    details: Mapping[str, str] | None = None,
    invoice_details: dict[str, str] | None = None,
) -> Order:
    """Place the order of a sale, which is paid at once if it costs nothing; return it.

    Raises what `place_order` raises.
    """
    return place_order(
        hold=hold,
        quote_token=quote_token,
        customer=customer,
        email=email,
        name=name or default_name(language),
        language=language,
        details=details,
        invoice_details=invoice_details,
        enforce_limits=False,
    )


def default_name(language: str) -> str:
    """Return the name on an order whose customer gave none, in the customer's language."""
    with translation.override(language):
        return _("Sold at the box office")


def is_counter_sale(hold: Hold) -> bool:
    """Return whether staff started the hold at the counter or by phone."""
    return hold.visitor.startswith(COUNTER)


def _hold_all(performance_id: int, selection: CounterSelection, customer: StaffCustomer) -> Hold:
    places = Place.objects.filter(performance=performance_id, pk__in=selection.place_ids)
    blocked = list(places.blocked().values_list("pk", flat=True))
    hold: Hold | None = None
    if blocked:
        hold = hold_guest_places(
            performance_id=performance_id, place_ids=blocked, customer=customer
        )
    seats = list(places.exclude(pk__in=blocked).values_list("seat_id", flat=True))
    if seats:
        hold = hold_seats(
            performance_id=performance_id,
            seat_ids=[seat for seat in seats if seat is not None],
            customer=customer,
            enforce_limits=False,
            all_or_nothing=True,
        ).hold
    for section_id, quantity in selection.standing.items():
        hold = hold_standing(
            performance_id=performance_id,
            section_id=section_id,
            quantity=quantity,
            customer=customer,
            enforce_limits=False,
        ).hold
    if selection.best:
        hold = hold_best(
            performance_id=performance_id,
            quantity=selection.best,
            customer=customer,
            categories=[selection.category] if selection.category else None,
            accessible=selection.accessible,
            enforce_limits=False,
        ).hold
    if hold is None:
        raise NothingSelected
    return hold
