"""Errors of the waiting room. `str()` is a sentence for the visitor."""

from django.utils.translation import gettext_lazy as _

from core.exceptions import Refused


class PassRequired(Refused):
    """The sale has a queue, and the visitor has no valid pass."""

    status = 403
    message = _("This sale uses a queue. Please join it first.")

    def __init__(self, performance_id: int) -> None:
        super().__init__(performance_id)
        self.performance_id = performance_id


class NoQueue(Refused):
    """The performance has no waiting room, or it is switched off."""

    status = 404
    message = _("There is no queue for this performance.")


class NotSoldOnline(Refused):
    """Customers cannot buy any ticket of the performance online."""

    message = _("Tickets are not sold online. Please buy them at the box office or at the door.")


class QueueClosed(Refused):
    message = _("The queue is closed. Nobody else can join.")


class InvalidQueueToken(Refused):
    """A queue token that is forged, someone else's, of another performance, expired or used."""

    status = 403
    message = _("Your place in the queue is no longer valid. Please join again.")


class NotYourTurn(Refused):
    message = _("It's not your turn yet. We'll let you in automatically.")


class SaleFull(Refused):
    """Admitted, but the sale is at capacity for the moment."""

    message = _("It's your turn. We'll let you in as soon as there's a free spot.")


class AlreadyAdmitted(Refused):
    """The account has a pass on another device."""

    message = _("You're already buying with this account on another device.")


class AlreadyExtended(Refused):
    """The visitor has extended the time to buy before."""

    message = _("You've already extended once.")


class TooManyAlerts(Refused):
    """This address was asked to confirm e-mails before a turn too often."""

    status = 429
    message = _(
        "We have sent several e-mails to this address within the last hour, so that nobody can"
        " misuse this form. Please use the latest one, or try again later."
    )


class TooManyFromAddress(Refused):
    status = 429
    message = _(
        "Too many people have joined from your network. "
        "Please try again in a few minutes, or use another network."
    )


class TooManyRequests(Refused):
    """Too many requests for places with one pass."""

    status = 429
    message = _("Too many attempts. Please wait a few minutes.")


class WrongCode(Refused):
    status = 422
    message = _("Wrong access code. Check it, or join without a code.")


class LooksAutomated(Refused):
    """The form has a value in a hidden field, or was sent faster than a person could."""

    status = 422
    message = _("That was too fast. Please press the button again.")
