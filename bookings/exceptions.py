"""The exceptions of the sale. `str()` of each is a sentence for the customer or staff."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.exceptions import Refused


class NotOnSale(Refused):
    def __str__(self) -> str:
        return _("Tickets for this show are not on sale right now.")


class NotSoldOnline(Refused):
    """The places have a price, and the site takes no payments online."""

    def __str__(self) -> str:
        return _(
            "These tickets aren’t sold online. You can buy them at the box office and at the door."
        )


class MayNotBook(Refused):
    status = 403

    def __str__(self) -> str:
        return _("Your account is awaiting approval. We’ll e-mail you as soon as you can book.")


class QueueFirst(Refused):
    """The sale uses a queue, and the customer has no pass."""

    status = 403

    def __init__(self, performance_id: int):
        super().__init__(performance_id)
        self.performance_id = performance_id

    def __str__(self) -> str:
        return _("High demand: please join the queue.")


class AskedTooOften(Refused):
    """One visitor requests places more often than a person would."""

    status = 429

    def __str__(self) -> str:
        return _("Too many attempts. Please wait a few minutes and try again.")


class TooManyFromNetwork(Refused):
    """The customer's household already holds as many places as it can."""

    status = 429

    def __str__(self) -> str:
        return _(
            "Too many tickets are reserved from your network right now. "
            "Please try again in a few minutes, or use another network."
        )


class NothingChosen(Refused):
    status = 422

    def __str__(self) -> str:
        return _("Select at least one seat.")


class NotUnderstood(Refused):
    """The submitted data is invalid. `reasons` are sentences."""

    status = 422

    def __init__(self, reasons: Iterable[str]):
        super().__init__(reasons)
        self.reasons = list(reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)


class NoSuchPlaces(Refused):
    """The performance does not have these places, or not for this kind of request."""

    status = 422

    def __str__(self) -> str:
        return _("These seats don’t exist. Please pick seats from the seating plan.")


class NoSuchPlace(NoSuchPlaces):
    """No place of the performance has this name, or several have it."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return _("“%(name)s” was not found, or several seats have this name.") % {"name": self.name}


class PlacesGone(Refused):
    """The places are not available. `unavailable` are the labels of those that are taken."""

    def __init__(self, unavailable: Iterable[str] = (), seat_ids: Iterable[int] = ()):
        super().__init__(unavailable)
        self.unavailable = list(unavailable)
        self.seat_ids = list(seat_ids)

    def __str__(self) -> str:
        if not self.unavailable:
            return _("Sorry, there aren’t that many tickets left.")
        return ngettext(
            "Just sold: %(places)s. Please pick another.",
            "Just sold: %(places)s. Please pick others.",
            len(self.unavailable),
        ) % {"places": "; ".join(self.unavailable)}


class NothingFits(PlacesGone):
    """No available places match the request: as many, at the price, in the category."""

    def __init__(self, quantity: int):
        super().__init__()
        self.quantity = quantity

    def __str__(self) -> str:
        return ngettext(
            "We couldn’t find a seat like this. Try another area or price.",
            "We couldn’t find %(quantity)d seats like this. Try fewer, or another area or price.",
            self.quantity,
        ) % {"quantity": self.quantity}


class LimitReached(Refused):
    """One customer cannot have so many places at this performance. They `have` some already."""

    status = 422

    def __init__(self, *, limit: int, have: int = 0):
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

    def __str__(self) -> str:
        return _("You already have several baskets. Please buy or empty one of them first.")


class LeavesSingleSeat(Refused):
    """The selection leaves a single seat although another selection would not."""

    status = 422

    def __init__(self, labels: Iterable[str]):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self) -> str:
        return _(
            "Your selection leaves a single empty seat: %(seats)s. "
            "Please move your selection by one seat."
        ) % {"seats": "; ".join(self.labels)}


class CompanionAlone(Refused):
    """A companion seat was selected without its wheelchair space."""

    status = 422

    def __init__(self, labels: Iterable[str]):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self) -> str:
        return _("%(seats)s is a companion seat. Select the wheelchair space next to it too.") % {
            "seats": "; ".join(self.labels)
        }


class HoldLapsed(Refused):
    status = 410

    def __str__(self) -> str:
        return _("Your reservation has expired, and the seats are on sale again.")


class AlreadyExtended(Refused):
    def __str__(self) -> str:
        return _("You’ve already extended this basket once.")


class QuoteChanged(Refused):
    """The basket or its prices have changed since the customer saw them. `quote` is the new one."""

    def __init__(self, quote: Any):
        super().__init__()
        self.quote = quote

    def __str__(self) -> str:
        return _("Your basket has changed. Please check it and confirm again.")


class CannotCancel(Refused):
    def __str__(self) -> str:
        return _("These tickets can no longer be cancelled.")


class NothingToSend(Refused):
    def __str__(self) -> str:
        return _("This order has no valid tickets, so there is nothing to send.")


class CannotBlock(Refused):
    """Some of the places are held or sold: those in `labels`."""

    def __init__(self, labels: Iterable[str]):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self) -> str:
        return _("Nothing was blocked. These seats are held or sold: %(places)s.") % {
            "places": "; ".join(self.labels)
        }


class CannotPutOnSale(Refused):
    """The performance cannot go on sale. `reasons` are sentences."""

    status = 422

    def __init__(self, reasons: Iterable[str]):
        super().__init__(reasons)
        self.reasons = list(reasons)

    def __str__(self) -> str:
        return " ".join(self.reasons)
