"""Selling at the door: best available or standing, for cash, by a terminal, or for nothing."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.exceptions import NothingFits, PlacesGone
from bookings.models import Order, Place
from bookings.sale.concessions import choose_concessions
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_standing
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.seat_selection.best_available import best_available
from bookings.seat_selection.holding import hold_best
from bookings.seatmap.availability import availability_of
from bookings.staff_operations.comps import issue_comps
from payments.charges import settle_payment, start_payment
from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of

TRIES = 5


class Method(models.TextChoices):
    """How it was paid: the names of the payment providers that stand at the counter."""

    CASH = "cash", gettext_lazy("Cash")
    TERMINAL = "terminal", gettext_lazy("Card terminal")
    COMP = "comp", gettext_lazy("Complimentary")


@dataclass(frozen=True)
class DoorSaleRequest:
    """What somebody at the door wants. With `section` standing places of it, else the best seats,
    of one category or of any. `concession` is an id, or None."""

    quantity: int
    section: int | None = None
    category: str | None = None
    concession: int | None = None


@dataclass(frozen=True)
class DoorCustomer(Customer):
    """A sale that staff make. Each is a visitor of its own, so that none is in another's way."""

    pays_online: bool = False
    staff: object = None

    @property
    def actor(self):
        return f"staff:{self.staff.pk}"

    @property
    def may_book(self):
        return True


def sell_at_door(*, performance_id, wish, method, staff, key, name="", email="", reason=""):
    """Sell the places for money that has been taken by hand, and return the paid order.

    Neither customers' limits nor the calendar of the sale stop it. `key` names the sale: the same
    one sent twice sells once. Without `email` no letter is owed. Comps want a `reason`. Raises
    `NothingFits`, `PlacesGone`, `NotOnSale`.
    """
    details = {"name": name or str(_("Sold at the door")), "email": email}
    if method == Method.COMP:
        return _give(performance_id, wish, staff, key, reason, details)
    customer = DoorCustomer(visitor=f"door:{key}"[:40], staff=staff)
    order = Order.objects.filter(visitor=customer.visitor).first()
    if order is None:
        hold = _hold(performance_id, wish, customer)
        seen = quote_hold(hold).token
        order = place_order(hold=hold, seen=seen, customer=customer, limited=False, **details)
    return take_money(order=order, method=method)


def take_money(*, order, method):
    """Note that an order has been paid by hand, in cash or by terminal; return it, paid.

    Repeated, it takes nothing twice.
    """
    if not order.is_confirmed:
        settle_payment(_payment(order, method))
    return Order.objects.get(pk=order.pk)


def _hold(performance_id, wish, customer):
    request = {"performance_id": performance_id, "quantity": wish.quantity, "customer": customer}
    if wish.section:
        hold = hold_standing(**request, section_id=wish.section, limited=False).hold
    else:
        categories = [wish.category] if wish.category else None
        hold = hold_best(**request, categories=categories, limited=False).held.hold
    if wish.concession:
        places = Place.objects.held_by(hold).values_list("pk", flat=True)
        chosen = dict.fromkeys(places, wish.concession)
        hold = choose_concessions(hold=hold, chosen=chosen)
    return hold


def _payment(order, method):
    show = terms_of(order.performance_id).show_title
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=_("%(show)s, at the door") % {"show": show},
        return_url="/door/",
        provider=method,
    )


def _give(performance_id, wish, staff, key, reason, details):
    """Give places away, looking again when somebody is quicker."""
    performance = Performance.objects.get(pk=performance_id)
    gone = None
    for _try in range(TRIES):
        try:
            return issue_comps(
                performance=performance,
                place_ids=_open_places(performance, wish),
                actor=f"staff:{staff.pk}",
                reason=reason,
                wish=key,
                **details,
            )
        except PlacesGone as error:
            gone = error
    raise gone


def _open_places(performance, wish):
    places = Place.objects.open_at().filter(performance=performance)
    if wish.section:
        places = places.standing().filter(section_id=wish.section)
        found = list(places.values_list("pk", flat=True)[: wish.quantity])
    else:
        choice = best_available(
            drawing=drawing_of(performance.plan_id),
            availability=availability_of(performance.pk),
            quantity=wish.quantity,
            categories=[wish.category] if wish.category else None,
            released=terms_of(performance.pk).accessible_released,
        )
        seats = choice.seat_ids if choice else ()
        found = list(places.filter(seat__in=seats).values_list("pk", flat=True))
    if len(found) < wish.quantity:
        raise NothingFits(wish.quantity)
    return found
