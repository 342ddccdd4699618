"""Why the box office may say no. Each refusal reads as a sentence for the customer."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.exceptions import Refused


class NotOnSale(Refused):
    def __str__(self):
        return _("This performance is not on sale right now.")


class NotSoldOnline(Refused):
    """These places cost something, and the site takes no payments online."""

    def __str__(self):
        return _(
            "These tickets cannot be paid online. They are sold at the box office and at the door."
        )


class MayNotBook(Refused):
    status = 403

    def __str__(self):
        return _(
            "Your account is waiting for approval. We will write to you as soon as you can book."
        )


class QueueFirst(Refused):
    """The sale goes through a waiting room, and the customer has no pass."""

    status = 403

    def __init__(self, performance_id):
        super().__init__(performance_id)
        self.performance_id = performance_id

    def __str__(self):
        return _("So many want tickets that there is a queue. Please take your place in it first.")


class AskedTooOften(Refused):
    """One visitor asks the waiting room for places more often than a person would."""

    status = 429

    def __str__(self):
        return _("You have asked for places very often. Please wait a few minutes.")


class TooManyFromNetwork(Refused):
    """The customer's household has as much of the performance already as one may have."""

    status = 429

    def __str__(self):
        return _(
            "Too many tickets are in the baskets of your network right now. "
            "Please try again in a few minutes, or from another network."
        )


class NothingChosen(Refused):
    status = 422

    def __str__(self):
        return _("Please choose at least one place.")


class NotUnderstood(Refused):
    """What was sent makes no sense, however it came about. `reasons` are sentences."""

    status = 422

    def __init__(self, reasons):
        super().__init__(reasons)
        self.reasons = list(reasons)

    def __str__(self):
        return " ".join(str(reason) for reason in self.reasons)


class NoSuchPlaces(Refused):
    """Places were asked for that this performance does not have, or not in such a way."""

    status = 422

    def __str__(self):
        return _("This performance has no such places. Please choose from the plan.")


class NoSuchPlace(NoSuchPlaces):
    """Nothing of the performance is called by this name."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name

    def __str__(self):
        return _("There is no “%(name)s”, or several places are called so.") % {"name": self.name}


class PlacesGone(Refused):
    """None of the places could be had. `gone` holds the labels of those that were taken."""

    def __init__(self, unavailable: Iterable[str] = (), seat_ids: Iterable[int] = ()):
        super().__init__(unavailable)
        self.unavailable = list(unavailable)
        self.seat_ids = list(seat_ids)

    def __str__(self):
        if not self.unavailable:
            return _("Sorry, there are not that many places left.")
        return ngettext(
            "Sorry, somebody else has just taken %(places)s.",
            "Sorry, somebody else has just taken these places: %(places)s.",
            len(self.unavailable),
        ) % {"places": "; ".join(self.unavailable)}


class NothingFits(PlacesGone):
    """No free places are like those asked for: as many, as cheap, in that category."""

    def __init__(self, quantity):
        super().__init__()
        self.quantity = quantity

    def __str__(self):
        return ngettext(
            "There is no such place left. Another category or price may still have some.",
            "There are no %(quantity)d such places left. Fewer, or another category or price, "
            "may still be had.",
            self.quantity,
        ) % {"quantity": self.quantity}


class LimitReached(Refused):
    """More places than one customer may have at this performance."""

    status = 422

    def __init__(self, *, limit, have=0):
        super().__init__(limit, have)
        self.limit = limit
        self.have = have

    def __str__(self):
        allowed = ngettext(
            "One customer may have %(limit)d place at this performance.",
            "One customer may have %(limit)d places at this performance.",
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

    def __str__(self):
        return _("You have several baskets open already. Please buy or release one of them first.")


class LeavesSingleSeat(Refused):
    """The choice would leave one seat alone although a better choice exists."""

    status = 422

    def __init__(self, labels):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self):
        return _(
            "Your choice leaves a single seat that nobody could use well: %(seats)s. "
            "Please move your seats along by one."
        ) % {"seats": "; ".join(self.labels)}


class CompanionAlone(Refused):
    """A companion seat without the wheelchair space that it belongs to."""

    status = 422

    def __init__(self, labels):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self):
        return _(
            "%(seats)s is kept for the companion of somebody in the wheelchair space beside it. "
            "Please choose the two together."
        ) % {"seats": "; ".join(self.labels)}


class HoldLapsed(Refused):
    status = 410

    def __str__(self):
        return _("The time for this basket has run out, and its places are on sale again.")


class AlreadyExtended(Refused):
    def __str__(self):
        return _("This basket has been extended once already.")


class QuoteChanged(Refused):
    """What the customer saw is not what they would now buy. `quote` is the fresh one."""

    def __init__(self, quote):
        super().__init__()
        self.quote = quote

    def __str__(self):
        return _(
            "Your basket has changed since you last saw it. Please check it and confirm again."
        )


class CannotCancel(Refused):
    def __str__(self):
        return _("These tickets can no longer be cancelled.")


class NothingToSend(Refused):
    def __str__(self):
        return _("This order has no valid tickets, so there is nothing to confirm.")


class CannotBlock(Refused):
    """Some of the places are held or sold. `labels` says which."""

    def __init__(self, labels):
        super().__init__(labels)
        self.labels = list(labels)

    def __str__(self):
        return _("These places are held or sold and were left as they are: %(places)s.") % {
            "places": "; ".join(self.labels)
        }


class CannotPutOnSale(Refused):
    """The prices do not fit the plan, or the performance is cancelled. `reasons` are sentences."""

    status = 422

    def __init__(self, reasons):
        super().__init__(reasons)
        self.reasons = list(reasons)

    def __str__(self):
        return " ".join(self.reasons)
