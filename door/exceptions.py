"""Why the door stays shut. Each reads as a sentence for the staff who hold the scanner.

`tone` is how loud the answer is: amber is to be talked about, red is a no.
"""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.exceptions import Refusal


class CheckInRefused(Refusal):
    tone = "red"
    title = ""
    ticket = None

    def __init__(self, ticket=None):
        super().__init__(ticket)
        self.ticket = ticket


class AlreadyCheckedIn(CheckInRefused):
    """The ticket has been let in. `check_in` says when and where."""

    tone = "amber"

    def __init__(self, check_in, zone):
        super().__init__(check_in.ticket)
        self.check_in = check_in
        self.zone = zone

    @property
    def title(self):
        return _("Already in")

    def __str__(self):
        at = self.check_in.at.astimezone(self.zone)
        return _("Let in at %(time)s, %(door)s.") % {
            "time": date_format(at, "H:i:s"),
            "door": self.check_in.door,
        }


class WrongPerformance(CheckInRefused):
    """A good ticket, for another evening or another hall."""

    tone = "amber"

    def __init__(self, ticket, performance):
        super().__init__(ticket)
        self.performance = performance

    @property
    def title(self):
        return _("Another performance")

    def __str__(self):
        starts = self.performance.starts_at.astimezone(self.performance.venue.zone)
        return _("This ticket is for %(show)s, %(when)s, %(venue)s.") % {
            "show": self.performance.show.title,
            "when": date_format(starts, "D j M Y, H:i"),
            "venue": self.performance.venue.name,
        }


class TicketCancelled(CheckInRefused):
    @property
    def title(self):
        return _("Cancelled")

    def __str__(self):
        return _("This ticket was cancelled and is worth nothing any more.")


class TicketReissued(CheckInRefused):
    @property
    def title(self):
        return _("Replaced")

    def __str__(self):
        return _("This ticket was replaced by a new one. Ask for the latest letter.")


class ForgedTicket(CheckInRefused):
    @property
    def title(self):
        return _("Forged")

    def __str__(self):
        return _("We did not make this code.")


class UnknownTicket(CheckInRefused):
    @property
    def title(self):
        return _("Unknown")

    def __str__(self):
        return _("There is no such ticket here.")


class ScanIdTaken(CheckInRefused):
    """The scanner has used this name for a scan of another ticket."""

    status = 422

    @property
    def title(self):
        return _("Not recorded")

    def __str__(self):
        return _("The scanner has sent another ticket under the same name. Scan it again.")


class NothingToUndo(Refusal):
    def __str__(self):
        return _("This has been undone already.")
