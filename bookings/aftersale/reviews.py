"""Customer reviews: only ticket holders of a past performance can write one.

The reviews themselves belong to the catalogue (`shows.reviews`).
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.exceptions import Refused
from shows.models import Performance, Review, Show
from shows.reviews import submit_review

from ..models import Order


class DidNotAttend(Refused):
    status = 403
    message = _(
        "Only people who had a ticket for a past performance can review it. If you booked with"
        " another e-mail address, log in with that address."
    )


def write_review(*, user: User, show: Show, stars: int, text: str = "") -> Review:
    """Create or change the user's review of the show and return it. Staff approve it first.

    `stars` are 1 to 5. Each user has one review of a show (locks: see
    `shows.reviews.submit_review`). Raises `DidNotAttend`.
    """
    performance = performance_seen(user=user, show=show)
    if performance is None:
        raise DidNotAttend
    return submit_review(performance=performance, author=user, stars=stars, text=text.strip())


def performance_seen(*, user: User, show: Show, now: datetime | None = None) -> Performance | None:
    """Return the latest performance of the show that the user had a valid ticket for, or None.

    Only performances that took place and are over. Orders count that belong to the account, or
    were made as a guest with its (verified) e-mail address.
    """
    now = now or timezone.now()
    orders = Order.objects.of_customer(email=user.email, user=user).with_valid_tickets()
    seen = Performance.objects.filter(show=show, pk__in=orders.values("performance"))
    seen = seen.taking_place().past(now).select_related("show")
    return next((performance for performance in seen if performance.ends_at <= now), None)
