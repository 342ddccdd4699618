"""The querysets of the sale. All conditions on a state or an expiry are defined here.

"Now" is the database's clock unless a time is passed in, so that all processes agree.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.db import models
from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Now
from django.utils import timezone

from core.name_search import name_matches
from emails.models import OutboxEmail

if TYPE_CHECKING:
    from accounts.models import User

    from .models import (  # noqa: F401
        Allocation,
        CustomerMessage,
        Hold,
        Order,
        Place,
        Ticket,
        TicketChange,
    )

# A time, an expression for one (in a prepared query), or None for the database's clock.
Moment = datetime | Combinable | None
# How long after its start a performance is listed as upcoming.
RECENT = timedelta(hours=6)


class CustomerLike(Protocol):
    """A `bookings.sale.customers.Customer`, or one whose values are expressions."""

    @property
    def visitor(self) -> Any: ...

    @property
    def user(self) -> Any: ...


def is_open_at(now: Moment = None) -> Q:
    """Return the condition of places that can be held: available, or with an expired hold."""
    return Q(state="available") | Q(state="held", held_until__lte=now or Now())


def _is_payable_at(now: Moment = None) -> Q:
    """Return the condition for orders that are pending or reserved and have not expired."""
    at = now or Now()
    pending = Q(status="pending", hold__status="open", hold__expires_at__gt=at)
    return pending | Q(status="reserved", payable_until__gt=at)


class PlaceQuerySet(models.QuerySet["Place"]):
    def open_at(self, now: Moment = None) -> Self:
        """Return places that can be held: available, or with an expired hold."""
        return self.filter(is_open_at(now))

    def held_at(self, now: Moment = None) -> Self:
        """Return places that a live hold has."""
        return self.filter(state="held", held_until__gt=now or Now())

    def held_by(self, hold: "Hold | Combinable", now: Moment = None) -> Self:
        """Return places that this hold still has."""
        return self.held_at(now).filter(hold=hold)

    def sold(self) -> Self:
        return self.filter(state="sold")

    def blocked(self) -> Self:
        return self.filter(state="blocked")

    def in_plan(self) -> Self:
        """Return the places of seats that are in the plan, without those that were removed."""
        return self.exclude(state="removed")

    def standing(self) -> Self:
        return self.filter(seat=None)

    def standing_to_sell(self) -> Self:
        """Return standing places, available or held: the condition of their partial index."""
        return self.standing().filter(state__in=["available", "held"])

    def make_available(self) -> int:
        """Put the places back on sale. The caller has locked them. Returns their number."""
        return self.update(state="available", hold=None, held_until=None)

    def block(self) -> int:
        """Take the places off sale. The caller has locked them. Returns their number."""
        return self.update(state="blocked", hold=None, held_until=None)

    def remove_from_plan(self) -> int:
        """Take away places whose seats are not in the plan any more. The caller has locked them."""
        return self.update(state="removed", hold=None, held_until=None)

    def counted_by(self, *fields: str, now: Moment = None) -> QuerySet[Any, tuple[Any, ...]]:
        """Return tuples: the fields, then the numbers of free, held, sold and blocked places."""
        at = now or Now()
        return self.values_list(*fields).annotate(
            free=Count("pk", filter=is_open_at(at)),
            held=Count("pk", filter=Q(state="held", held_until__gt=at)),
            sold=Count("pk", filter=Q(state="sold")),
            blocked=Count("pk", filter=Q(state="blocked")),
        )


class HoldQuerySet(models.QuerySet["Hold"]):
    def made_by(self, customer: "CustomerLike") -> Self:
        """Return a guest's holds, or those of an account on all devices.

        An account's hold is not its visitor's: others may use the same browser.
        """
        of_guest = Q(visitor=customer.visitor, user=None)
        return self.filter(of_guest | Q(user=customer.user) if customer.user else of_guest)

    def open(self) -> Self:
        """Return holds neither bought nor released, whether or not they have expired."""
        return self.filter(status="open")

    def open_for(
        self, *, visitor: str | Combinable, user: "User | Combinable | None" = None
    ) -> Self:
        """Return open holds of a visitor, with or without an account, and those of the account.

        More than `made_by`: a visitor can have only one open hold of a performance, even if it
        belongs to another account in the same browser.
        """
        return self.open().filter(Q(visitor=visitor) | Q(user=user) if user else Q(visitor=visitor))

    def live(self, now: Moment = None) -> Self:
        """Return open holds that have not expired."""
        return self.filter(status="open", expires_at__gt=now or Now())

    def lapsed(self, now: Moment = None) -> Self:
        """Return open holds that have expired and have not been swept yet."""
        return self.filter(status="open", expires_at__lte=now or Now())

    def bought(self) -> Self:
        return self.filter(status="bought")

    def ended(self, now: Moment = None) -> Self:
        """Return holds that were released or have expired."""
        lapsed = Q(status="open", expires_at__lte=now or Now())
        return self.filter(Q(status__in=["released", "lapsed"]) | lapsed)

    def without_order(self) -> Self:
        """Return holds that ended without an order and can be deleted."""
        return self.filter(status__in=["released", "lapsed"], order=None, places=None)

    def for_basket(self) -> Self:
        """Annotate `now`, the database's time, at which the countdown starts."""
        return self.annotate(now=Now())

    def of_cancelled_performances(self) -> Self:
        """Return open holds of cancelled performances."""
        return self.filter(status="open", performance__status="cancelled")

    def with_quantity(self) -> Self:
        """Annotate `quantity`, the number of places that the hold still has."""
        held = Q(places__state="held", places__held_until__gt=Now())
        return self.annotate(quantity=Count("places", filter=held))


class OrderQuerySet(models.QuerySet["Order"]):
    def owned_by(self, user: "User") -> Self:
        return self.filter(user=user)

    def of_guests(self) -> Self:
        return self.filter(user=None)

    def made_by(self, customer: "CustomerLike") -> Self:
        """Return a customer's orders, by the same rule as `Order.is_of`.

        They are the account's orders, and guests' orders that were made in this browser or with the
        account's e-mail address, which has been verified.
        """
        if customer.user is None:
            return self.of_guests().filter(hold__visitor=customer.visitor)
        # A union, so that each part uses an index of its own.
        guests = self.model.objects.of_guests()
        parts = (
            self.model.objects.owned_by(customer.user),
            guests.filter(email=customer.user.email),
            guests.filter(hold__visitor=customer.visitor),
        )
        first, *others = (part.values("pk") for part in parts)
        return self.filter(pk__in=first.union(*others))

    def of_customer(self, *, email: str, user: "User | None" = None) -> Self:
        """Return orders with this e-mail address or of this account."""
        return self.filter(Q(email=email) | Q(user=user) if user else Q(email=email))

    def paid(self) -> Self:
        """Return paid orders, without those that were merged into another one."""
        return self.filter(status="paid", merged_into=None)

    def cancelled(self) -> Self:
        return self.filter(status="cancelled")

    def of_cancelled_performances(self) -> Self:
        """Return orders of cancelled performances."""
        return self.filter(performance__status="cancelled")

    def without_email(self, kind: str, about: str | int) -> Self:
        """Return orders for which no e-mail with the key "<kind>:<reference>:<about>" is queued."""
        key = Concat(Value(f"{kind}:"), OuterRef("reference"), Value(f":{about}"))
        return self.exclude(Exists(OutboxEmail.objects.filter(key=key)))

    def without_payment_reminder(self, kind: str) -> Self:
        """Return orders for which no e-mail "<kind>:<reference>:<last day>" is queued."""
        utc = Func(
            Value("UTC"),
            OuterRef("payable_until"),
            function="timezone",
            output_field=DateTimeField(),
        )
        day = Func(utc, Value("YYYY-MM-DD"), function="to_char", output_field=CharField())
        key = Concat(Value(f"{kind}:"), OuterRef("reference"), Value(":"), day)
        return self.exclude(Exists(OutboxEmail.objects.filter(key=key)))

    def confirmed(self) -> Self:
        """Return orders that have been paid, even if cancelled since: the customers' bookings."""
        return self.filter(status__in=["paid", "cancelled"])

    def awaiting_invoice(self) -> Self:
        """Return orders whose requested invoice is not issued yet, the longest waiting first.

        Those that are paid, and those that await a transfer.
        """
        wanted = self.filter(invoice_details__isnull=False)
        wanted = wanted.filter(status__in=["paid", "cancelled", "reserved"])
        return wanted.exclude(status="reserved", pays_by_link=True).order_by("paid_at", "pk")

    def about(self, words: str) -> Self:
        """Return orders with all words in the show, artists, venue, city or reference."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(reference__iexact=word)
                | name_matches(word, "performance__show__title")
                | name_matches(word, "performance__venue__name")
                | name_matches(word, "performance__venue__city")
                | Exists(
                    self.model.objects.filter(
                        name_matches(word, "performance__show__artists__name"), pk=OuterRef("pk")
                    )
                )
            )
        return found

    def with_valid_tickets(self) -> Self:
        return self.filter(status="paid", quantity__gt=0)

    def pending(self) -> Self:
        return self.filter(status="pending")

    def reserved(self) -> Self:
        """Return orders that await a transfer, whether or not their time has passed."""
        return self.filter(status="reserved")

    def lapsed_reservations(self, since: datetime | None = None) -> Self:
        """Return lapsed orders that could have been paid by transfer, at least until `since`."""
        lapsed = self.filter(status="lapsed", payable_until__isnull=False)
        return lapsed if since is None else lapsed.filter(payable_until__gte=since)

    def reservation_over(self, now: Moment = None) -> Self:
        """Return reserved orders whose time has passed, or whose performance was cancelled."""
        over = Q(payable_until__lte=now or Now()) | Q(performance__status="cancelled")
        return self.reserved().filter(over)

    def payment_reminder_due(self, *, before: timedelta, min_age: timedelta) -> Self:
        """Return orders of at least `min_age` that await a transfer and end within `before`."""
        return self.reserved().filter(
            pays_by_link=False,
            payable_until__gt=Now(),
            payable_until__lte=Now() + before,
            created_at__lte=Now() - min_age,
        )

    def shown(self, now: Moment = None) -> Self:
        """Return orders that customers see in their list: confirmed, or still to be paid."""
        return self.filter(Q(status__in=["paid", "cancelled"]) | _is_payable_at(now))

    def payable(self, now: Moment = None) -> Self:
        """Return orders that are still to be paid and whose places are kept."""
        return self.filter(_is_payable_at(now))

    def keeping_places(self, now: Moment = None) -> Self:
        """Return orders that have places beside the open holds: paid, or reserved and not over."""
        return self.filter(Q(status="paid") | Q(status="reserved", payable_until__gt=now or Now()))

    def upcoming(self, now: Moment = None) -> Self:
        """Return orders of upcoming performances, or recent ones (`RECENT`), soonest first."""
        since = (now or timezone.now()) - RECENT
        return self.filter(performance__starts_at__gt=since).order_by(
            "performance__starts_at", "pk"
        )

    def past(self, now: Moment = None) -> Self:
        since = (now or timezone.now()) - RECENT
        return self.filter(performance__starts_at__lte=since).order_by(
            "-performance__starts_at", "-pk"
        )

    def counting(self, now: Moment = None) -> Self:
        """Return orders that count towards the customer limit: paid, or still to be paid."""
        return self.filter(Q(status="paid") | _is_payable_at(now))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def valid(self) -> Self:
        return self.filter(status="valid")

    def paid_by(self, order: "Order") -> Self:
        """Return the tickets for which this order was paid, wherever they are now."""
        return self.filter(Q(order=order, paid_with=None) | Q(paid_with=order))

    def in_plan_order(self) -> Self:
        """Order by status, valid tickets first, then as in the seating plan."""
        return self.order_by("-status", "place_id", "pk")


class TicketChangeQuerySet(models.QuerySet["TicketChange"]):
    def pending(self) -> Self:
        """Return changes that await their payment."""
        return self.filter(status="pending")


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def current(self) -> Self:
        return self.filter(released_at=None)

    def due(self, now: Moment = None) -> Self:
        """Return allocations whose release date has passed."""
        return self.current().filter(release_at__lte=now or Now())


class CustomerMessageQuerySet(models.QuerySet["CustomerMessage"]):
    def queued(self) -> Self:
        """Return messages whose recipients have not all been handed to the e-mail queue."""
        return self.filter(state="queued")

    def of_cancellation(self, performance_id: int) -> Self:
        """Return the texts that staff wrote when they cancelled the performance."""
        return self.filter(purpose="cancelled", performances=performance_id)
