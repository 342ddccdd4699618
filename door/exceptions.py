"""Refusals at the door. `str()` is a sentence for the staff who scan.

`tone` is the colour of the result: amber means that staff decide, red that entry is refused.
"""

from datetime import tzinfo
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Ticket
from core.exceptions import Refused
from shows.models import Performance

if TYPE_CHECKING:
    from .models import CheckIn


class CheckInRefused(Refused):
    """Base of all refusals; nothing was recorded."""

    tone = "red"
    ticket: Ticket | None = None

    def __init__(self, ticket: Ticket | None = None) -> None:
        super().__init__(ticket)
        self.ticket = ticket

    @property
    def title(self) -> str:
        return ""


class AlreadyCheckedIn(CheckInRefused):
    """The ticket has been checked in. `check_in` says when and where."""

    tone = "amber"

    def __init__(self, check_in: "CheckIn", zone: tzinfo) -> None:
        super().__init__(check_in.ticket)
        self.check_in = check_in
        self.zone = zone

    @property
    def title(self) -> str:
        return _("Already checked in")

    def __str__(self) -> str:
        at = self.check_in.at.astimezone(self.zone)
        return _("Checked in at %(time)s, %(door)s.") % {
            "time": date_format(at, "H:i:s"),
            "door": self.check_in.door,
        }


class WrongPerformance(CheckInRefused):
    """A valid ticket for another performance."""

    tone = "amber"

    def __init__(self, ticket: Ticket, performance: Performance) -> None:
        super().__init__(ticket)
        self.performance = performance

    @property
    def title(self) -> str:
        return _("Another performance")

    def __str__(self) -> str:
        starts = self.performance.starts_at.astimezone(self.performance.venue.zone)
        return _("This ticket is for %(show)s, %(when)s, %(venue)s.") % {
            "show": self.performance.show.title,
            "when": date_format(starts, "SHORT_DAY_DATETIME"),
            "venue": self.performance.venue.name,
        }


class TicketCancelled(CheckInRefused):
    @property
    def title(self) -> str:
        return _("Cancelled")

    message = gettext_lazy("This ticket was cancelled and is no longer valid.")


class TicketDisputed(CheckInRefused):
    """The customer's bank has taken the money back, and the venue does not admit such tickets."""

    @property
    def title(self) -> str:
        return _("Payment disputed")

    message = gettext_lazy(
        "The customer’s bank has taken the payment back. Send them to the box office."
    )


class TicketReissued(CheckInRefused):
    @property
    def title(self) -> str:
        return _("Reissued")

    message = gettext_lazy("This ticket was replaced by a new one. Ask for the latest e-mail.")


class ForgedTicket(CheckInRefused):
    @property
    def title(self) -> str:
        return _("Forged")

    message = gettext_lazy("This code was not issued by us.")


class UnknownTicket(CheckInRefused):
    @property
    def title(self) -> str:
        return _("Unknown")

    message = gettext_lazy("No ticket found.")


class ScanIdTaken(CheckInRefused):
    """The scanner has used this id for a scan of another ticket."""

    status = 422

    @property
    def title(self) -> str:
        return _("Not recorded")

    message = gettext_lazy("The scanner has sent another ticket with the same id. Scan it again.")


class NothingToUndo(Refused):
    message = gettext_lazy("This check-in has already been undone.")
