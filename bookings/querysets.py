"""The vocabulary of the sale. Nobody else spells out a state or an expiry.

"Now" is the database's clock unless a time is passed in: one clock decides for every process.
"""

from datetime import timedelta

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Now
from django.utils import timezone

from core.name_search import name_matches
from emails.models import OutboxEmail

# For so long after its start a performance counts as tonight's, not as past.
JUST_OVER = timedelta(hours=6)


def is_open_at(now=None) -> Q:
    """Return the condition for places that anybody may take: available, or held past their time."""
    return Q(state="available") | Q(state="held", held_until__lte=now or Now())


class PlaceQuerySet(models.QuerySet):
    def open_at(self, now=None):
        """Places that anybody may take: available, or held beyond their time."""
        return self.filter(is_open_at(now))

    def held_at(self, now=None):
        """Places that some hold still has."""
        return self.filter(state="held", held_until__gt=now or Now())

    def held_by(self, hold, now=None):
        """Places that the hold still has."""
        return self.held_at(now).filter(hold=hold)

    def sold(self):
        return self.filter(state="sold")

    def blocked(self):
        return self.filter(state="blocked")

    def standing(self):
        return self.filter(seat=None)

    def standing_to_sell(self):
        """Standing places that are available or held: the condition of their partial index."""
        return self.standing().filter(state__in=["available", "held"])

    def make_available(self):
        """Put the places back on sale. The caller has locked them. Returns their number."""
        return self.update(state="available", hold=None, held_until=None)

    def block(self):
        """Take the places off sale. The caller has locked them. Returns their number."""
        return self.update(state="blocked", hold=None, held_until=None)

    def counted_by(self, *fields, now=None):
        """Return tuples: the fields, then how many places are free, kept, sold and blocked."""
        at = now or Now()
        kept = Q(state="held", held_until__gt=at)
        return self.values_list(*fields).annotate(
            free=Count("pk", filter=is_open_at(at)),
            kept=Count("pk", filter=kept),
            sold=Count("pk", filter=Q(state="sold")),
            blocked=Count("pk", filter=Q(state="blocked")),
        )


class HoldQuerySet(models.QuerySet):
    def made_by(self, customer):
        """A customer's holds: a guest's own; with an account, the account's on all devices.

        The hold of an account is never the visitor's: others may use the same browser.
        """
        of_guest = Q(visitor=customer.visitor, user=None)
        return self.filter(of_guest | Q(user=customer.user) if customer.user else of_guest)

    def open(self):
        """Holds neither bought nor released, whether or not their time has passed."""
        return self.filter(status="open")

    def open_for(self, *, visitor, user=None):
        """Open holds of a visitor, whoever was logged in, and those of the account.

        More than `made_by`: a visitor can have only one open hold of a performance, even if it
        belongs to another account in the same browser.
        """
        return self.open().filter(Q(visitor=visitor) | Q(user=user) if user else Q(visitor=visitor))

    def live(self, now=None):
        """Holds that still keep their places."""
        return self.filter(status="open", expires_at__gt=now or Now())

    def lapsed(self, now=None):
        """Holds whose time has passed and which nobody has swept yet."""
        return self.filter(status="open", expires_at__lte=now or Now())

    def bought(self):
        return self.filter(status="bought")

    def ended(self, now=None):
        """Holds that keep nothing any more and were not bought."""
        lapsed = Q(status="open", expires_at__lte=now or Now())
        return self.filter(Q(status__in=["released", "lapsed"]) | lapsed)

    def forgettable(self):
        """Ended, swept, and never ordered: nothing but the log speaks of them."""
        return self.filter(status__in=["released", "lapsed"], order=None, places=None)

    def for_basket(self):
        """Annotate `now`, the database's time, from which a countdown starts."""
        return self.annotate(now=Now())

    def of_cancelled_performances(self):
        """Baskets, in time or not, of performances that have been cancelled."""
        return self.filter(status="open", performance__status="cancelled")

    def with_quantity(self):
        """Annotate `quantity`: how many places the hold still has."""
        held = Q(places__state="held", places__held_until__gt=Now())
        return self.annotate(quantity=Count("places", filter=held))


class OrderQuerySet(models.QuerySet):
    def owned_by(self, user):
        return self.filter(user=user)

    def of_guests(self):
        return self.filter(user=None)

    def made_by(self, customer):
        """A customer's orders, by the same rule as `Order.is_of`.

        The account's; and guests' orders that were made in this browser, or with the account's
        address, which has been proven.
        """
        if customer.user is None:
            return self.of_guests().filter(hold__visitor=customer.visitor)
        # A union, so that each part is found through an index of its own.
        guests = self.model.objects.of_guests()
        parts = (
            self.model.objects.owned_by(customer.user),
            guests.filter(email=customer.user.email),
            guests.filter(hold__visitor=customer.visitor),
        )
        first, *others = (part.values("pk") for part in parts)
        return self.filter(pk__in=first.union(*others))

    def of_customer(self, *, email, user=None):
        """Orders of one customer, known by address or by account."""
        return self.filter(Q(email=email) | Q(user=user) if user else Q(email=email))

    def paid(self):
        return self.filter(status="paid")

    def cancelled(self):
        return self.filter(status="cancelled")

    def of_cancelled_performances(self):
        """Those of performances that have been cancelled."""
        return self.filter(performance__status="cancelled")

    def without_email(self, kind, about):
        """Those about which no letter with the key "<kind>:<reference>:<about>" has been owed."""
        key = Concat(Value(f"{kind}:"), OuterRef("reference"), Value(f":{about}"))
        letters = OutboxEmail.objects.filter(key=key)
        return self.exclude(Exists(letters))

    def confirmed(self):
        """Those that were paid once, cancelled since or not: what customers call their bookings."""
        return self.filter(status__in=["paid", "cancelled"])

    def about(self, words):
        """Those with the words in the show, its artists, the venue, the city, or as reference."""
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

    def with_valid_tickets(self):
        return self.filter(status="paid", quantity__gt=0)

    def pending(self):
        return self.filter(status="pending")

    def shown(self, now=None):
        """Those that customers find among their bookings: confirmed, or to be paid in time."""
        waiting = Q(status="pending", hold__status="open", hold__expires_at__gt=now or Now())
        return self.filter(Q(status__in=["paid", "cancelled"]) | waiting)

    def upcoming(self, now=None):
        """Orders for what is still to come, or has not been over for long. Soonest first."""
        since = (now or timezone.now()) - JUST_OVER
        return self.filter(performance__starts_at__gt=since).order_by(
            "performance__starts_at", "pk"
        )

    def past(self, now=None):
        since = (now or timezone.now()) - JUST_OVER
        return self.filter(performance__starts_at__lte=since).order_by(
            "-performance__starts_at", "-pk"
        )

    def counting(self, now=None):
        """Those whose places count towards a customer's limit."""
        return self.filter(
            Q(status="paid")
            | Q(status="pending", hold__status="open", hold__expires_at__gt=now or Now())
        )


class TicketQuerySet(models.QuerySet):
    def valid(self):
        return self.filter(status="valid")

    def in_plan_order(self):
        """Valid tickets first, each group in the order of the seating plan."""
        return self.order_by("-status", "place_id", "pk")


class TicketChangeQuerySet(models.QuerySet):
    def pending(self):
        """Those whose money has not come, and for which it may still come."""
        return self.filter(status="pending")


class AllocationQuerySet(models.QuerySet):
    def current(self):
        return self.filter(released_at=None)

    def due(self, now=None):
        """Those whose places are to go back on sale by now."""
        return self.current().filter(release_at__lte=now or Now())
