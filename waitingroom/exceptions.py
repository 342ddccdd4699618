"""Why the waiting room may say no. Each reads as a sentence for the visitor."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class PassNeeded(Refused):
    """Somebody without a pass wants into a sale that asks for one."""

    status = 403

    def __init__(self, performance_id):
        super().__init__(performance_id)
        self.performance_id = performance_id

    def __str__(self):
        return _("So many want tickets that there is a queue. Please take your place in it first.")


class NoQueue(Refused):
    """There is no waiting room here, or it is closed."""

    status = 404

    def __str__(self):
        return _("There is no queue for this performance.")


class QueueClosed(Refused):
    def __str__(self):
        return _("The queue is closed: nobody else can be let in.")


class BadPlace(Refused):
    """A place in the queue that is forged, somebody else's, of another performance or used."""

    status = 403

    def __str__(self):
        return _("This is not a place in the queue any more. Please join it again.")


class NotYourTurn(Refused):
    def __str__(self):
        return _("It is not your turn yet. This page will let you in when it is.")


class RoomFull(Refused):
    """Called, but as many are in as may be: in a moment."""

    def __str__(self):
        return _("It is your turn. You will be let in as soon as somebody comes out.")


class AlreadyInside(Refused):
    """The account has a pass on another device."""

    def __str__(self):
        return _("With this account you are in the sale already, on another device.")


class TooManyFromHere(Refused):
    status = 429

    def __str__(self):
        return _(
            "Very many people have joined from your network in the last minutes. "
            "Please try again in a few minutes, or from another network."
        )


class TooManyRequests(Refused):
    """One pass asks for places more often than a person would."""

    status = 429

    def __str__(self):
        return _("You have asked for places very often. Please wait a few minutes.")


class WrongCode(Refused):
    status = 422

    def __str__(self):
        return _("This code opens no lane here. Check it, or join without a code.")


class LooksAutomatic(Refused):
    """A trap that only programs fall into, or a press quicker than any hand."""

    status = 422

    def __str__(self):
        return _("That was too quick for us to tell you from a program. Please press again.")
