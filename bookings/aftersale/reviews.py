"""Reviews by customers: only those who held a ticket for a past performance write one.

The reviews themselves are the catalogue's (`shows.reviews`); who was there only the sale knows.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.exceptions import Refused
from shows.models import Performance
from shows.reviews import submit_review

from ..models import Order


class WasNotThere(Refused):
    status = 403

    def __str__(self):
        return _(
            "Only those who held a ticket for a performance that is over can review it. Tickets"
            " that were booked with another address count for the account with that address."
        )


def write_review(*, user, show, stars, text=""):
    """Write the user's review of the show, or change it, and return it. Staff read it first.

    `stars` are 1 to 5. One review each (see `shows.reviews.submit_review`, whose locks these
    are); the same one sent twice is one. Raises `WasNotThere`.
    """
    performance = performance_seen(user=user, show=show)
    if performance is None:
        raise WasNotThere
    return submit_review(performance=performance, author=user, stars=stars, text=text.strip())


def performance_seen(*, user, show, now=None):
    """Return the latest performance of the show that the user held a ticket for, or None.

    It is over, and took place; the ticket was not given back. Tickets count that the account
    bought, and those bought with its address, which has been proven, before there was an account.
    """
    now = now or timezone.now()
    orders = Order.objects.of_customer(email=user.email, user=user).with_valid_tickets()
    seen = Performance.objects.filter(show=show, pk__in=orders.values("performance"))
    seen = seen.taking_place().past(now).select_related("show")
    return next((performance for performance in seen if performance.ends_at <= now), None)
