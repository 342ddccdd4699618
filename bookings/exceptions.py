"""Errors of the sale. Each has a message for the customer and an HTTP status."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.exceptions import Refused


class WithReasons(Refused):
    """The message is made of `reasons`, which are sentences."""

    status = 422

    def __init__(self, reasons: Iterable[str]) -> None:
        super().__init__(reasons)
        self.reasons = list(reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class WithSeats(Refused):
    """The message has the names of seats, `labels`, as `seats`."""

    status = 422

    def __init__(self, labels: Iterable[str]) -> None:
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self) -> str:
        return str(self.message) % {"seats": "; ".join(self.labels)}


class NotOnSale(Refused):
    message = gettext_lazy("Tickets for this performance are not on sale at the moment.")


class NotSoldOnline(Refused):
    """The tickets are not free, and the site takes no payments online."""

    message = gettext_lazy(
        "These tickets cannot be paid for online. Please buy them at the box office."
    )


class AccountNotApproved(Refused):
    status = 403
    message = gettext_lazy(
        "Your account is waiting for approval. We'll e-mail you as soon as you can book."
    )


class QueueRequired(Refused):
    """The sale uses a queue, and the customer has no pass."""

    status = 403
    message = gettext_lazy("High demand: please join the queue.")

    def __init__(self, performance_id: int) -> None:
        super().__init__(performance_id)
        self.performance_id = performance_id


class TooManyHoldRequests(Refused):
    """One visitor reserves seats more often than a person would."""

    status = 429
    message = gettext_lazy("Too many attempts. Please wait a few minutes.")


class TooManyFromNetwork(Refused):
    """The customer's network has reached the limit of reserved seats of the performance."""

    status = 429
    message = gettext_lazy(
        "Too many tickets are reserved from your network at the moment. "
        "Please try again in a few minutes, or from another network."
    )


class NothingSelected(Refused):
    status = 422
    message = gettext_lazy("Select at least one seat.")


class InvalidRequest(WithReasons):
    """The submitted data is invalid."""


class NoSuchPlaces(Refused):
    """The performance does not have the requested places."""

    status = 422
    message = gettext_lazy(
        "These seats do not exist at this performance. Please select seats on the plan."
    )


class NoSuchPlace(NoSuchPlaces):
    """No place of the performance has this name, or several have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _("No seat or several seats found for “%(name)s”.") % {"name": self.name}


class PlacesUnavailable(Refused):
    """Some places are no longer available; nothing was held. `unavailable` lists their labels."""

    def __init__(self, unavailable: Iterable[str] = (), seat_ids: Iterable[int] = ()) -> None:
        super().__init__(unavailable)
        self.unavailable = list(unavailable)
        self.seat_ids = list(seat_ids)

    def __str__(self) -> str:
        if not self.unavailable:
            return _("Sorry, there are not that many tickets left.")
        return ngettext(
            "Just sold: %(places)s. Please pick another.",
            "Just sold: %(places)s. Please pick others.",
            len(self.unavailable),
        ) % {"places": "; ".join(self.unavailable)}


class NoMatchingPlaces(PlacesUnavailable):
    """No available places match the requested quantity, price and category."""

    def __init__(self, quantity: int) -> None:
        super().__init__()
        self.quantity = quantity

    def __str__(self) -> str:
        return ngettext(
            "We couldn't find a seat like this. Try another area or price.",
            "We couldn't find %(quantity)d seats like this. Try fewer, or another area.",
            self.quantity,
        ) % {"quantity": self.quantity}


class LimitReached(Refused):
    """More tickets than one customer can have for this performance."""

    status = 422

    def __init__(self, *, limit: int, have: int = 0) -> None:
        super().__init__(limit, have)
        self.limit = limit
        self.have = have

    def __str__(self) -> str:
        allowed = ngettext(
            "Maximum %(limit)d ticket per person.",
            "Maximum %(limit)d tickets per person.",
            self.limit,
        ) % {"limit": self.limit}
        if not self.have:
            return allowed
        already = ngettext(
            "You already have %(have)d.", "You already have %(have)d.", self.have
        ) % {"have": self.have}
        return f"{allowed} {already}"


class TooManyBaskets(Refused):
    status = 422
    message = gettext_lazy(
        "You have several baskets already. Please check out or empty one of them first."
    )


class LeavesSingleSeat(WithSeats):
    """The selection would leave a single seat although a better selection exists."""

    message = gettext_lazy(
        "Your selection leaves a single empty seat: %(seats)s. "
        "Please move your selection by one seat."
    )


class CompanionSeatAlone(WithSeats):
    """A companion seat was selected without its wheelchair space."""

    message = gettext_lazy(
        "This is a companion seat: %(seats)s. Please select the wheelchair space next to it too."
    )


class HoldLapsed(Refused):
    status = 410
    message = gettext_lazy("Your reservation has expired.")


class AlreadyExtended(Refused):
    message = gettext_lazy("You've already extended once.")


class QuoteChanged(Refused):
    """The basket is no longer what the customer confirmed. `quote` is the current quote."""

    message = gettext_lazy("Your basket has changed. Please check it and confirm again.")

    def __init__(self, quote: Any) -> None:
        super().__init__()
        self.quote = quote


class CannotCancel(Refused):
    message = gettext_lazy("These tickets can no longer be cancelled.")


class NoValidTickets(Refused):
    message = gettext_lazy("This order has no valid tickets.")


class CannotBlock(Refused):
    """Some of the places are in a basket or sold. `labels` lists them."""

    def __init__(self, labels: Iterable[str]) -> None:
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self) -> str:
        return _("Nothing changed: these seats are in a basket or sold: %(places)s.") % {
            "places": "; ".join(self.labels)
        }


class CannotPutOnSale(WithReasons):
    """Prices are missing, or the performance is cancelled."""


class CannotCorrectPlan(CannotPutOnSale):
    """The performance cannot change to this version of its plan."""


class NoBankAccount(Refused):
    """The seller of the show has no bank account to transfer to."""

    message = gettext_lazy("The seller of this show has no IBAN, so it takes no bank transfers.")


class NotReserved(Refused):
    """The order does not await a transfer (any more)."""

    message = gettext_lazy("This order is not awaiting a transfer.")


class OrderAlreadyPaid(Refused):
    message = gettext_lazy("This order has already been paid.")
