"""Errors of the waiting room. `str()` is a sentence for the visitor."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class PassRequired(Refused):
    """The sale has a queue, and the visitor has no valid pass."""

    status = 403

    def __init__(self, performance_id: int) -> None:
        super().__init__(performance_id)
        self.performance_id = performance_id

    def __str__(self) -> str:
        return _("This sale uses a queue. Please join it first.")


class NoQueue(Refused):
    """The performance has no waiting room, or it is switched off."""

    status = 404

    def __str__(self) -> str:
        return _("There is no queue for this performance.")


class NotSoldOnline(Refused):
    """Customers cannot buy any ticket of the performance online."""

    def __str__(self) -> str:
        return _("Tickets are not sold online. Please buy them at the box office or at the door.")


class QueueClosed(Refused):
    def __str__(self) -> str:
        return _("The queue is closed. Nobody else can join.")


class InvalidQueueToken(Refused):
    """A queue token that is forged, someone else's, of another performance, expired or used."""

    status = 403

    def __str__(self) -> str:
        return _("Your place in the queue is no longer valid. Please join again.")


class NotYourTurn(Refused):
    def __str__(self) -> str:
        return _("It's not your turn yet. We'll let you in automatically.")


class SaleFull(Refused):
    """Admitted, but the sale is at capacity for the moment."""

    def __str__(self) -> str:
        return _("It's your turn. We'll let you in as soon as there's a free spot.")


class AlreadyAdmitted(Refused):
    """The account has a pass on another device."""

    def __str__(self) -> str:
        return _("You're already buying with this account on another device.")


class AlreadyExtended(Refused):
    """The visitor has extended the time to buy before."""

    def __str__(self) -> str:
        return _("You've already extended once.")


class TooManyAlerts(Refused):
    """This address was asked to confirm e-mails before a turn too often."""

    status = 429

    def __str__(self) -> str:
        return _(
            "We have sent several e-mails to this address within the last hour, so that nobody can"
            " misuse this form. Please use the latest one, or try again later."
        )


class TooManyFromAddress(Refused):
    status = 429

    def __str__(self) -> str:
        return _(
            "Too many people have joined from your network. "
            "Please try again in a few minutes, or use another network."
        )


class TooManyRequests(Refused):
    """Too many requests for places with one pass."""

    status = 429

    def __str__(self) -> str:
        return _("Too many attempts. Please wait a few minutes.")


class WrongCode(Refused):
    status = 422

    def __str__(self) -> str:
        return _("Wrong access code. Check it, or join without a code.")


class LooksAutomated(Refused):
    """The form has a value in a hidden field, or was sent faster than a person could."""

    status = 422

    def __str__(self) -> str:
        return _("That was too fast. Please press the button again.")
