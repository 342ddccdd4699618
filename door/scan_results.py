"""The result of a scan as the page shows it."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.checkout_fields import door_answers
from bookings.models import Ticket
from shows.models import Performance
from shows.terms import terms_of

from .exceptions import CheckInRefused
from .models import CheckIn
from .scan_time import is_on_another_date


@dataclass(frozen=True)
class Answer:
    """`tone` is green, amber or red; each has its own title, shape and sound."""

    tone: str
    title: str
    text: str = ""
    ticket: Ticket | None = None
    check_in: CheckIn | None = None
    proof: str = ""

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The customer's answers that the door needs, such as access requirements."""
        return door_answers(self.ticket) if self.ticket else []


def accepted(check_in: CheckIn, performance: Performance) -> Answer:
    """Return the result of a check-in, with a warning if the performance is on another date."""
    ticket = check_in.ticket
    tone, title, text = "green", _("Checked in"), ""
    if is_on_another_date(performance, check_in.at):
        tone, title = "amber", _("Wrong date")
        text = _("This ticket is for %(when)s. It was checked in; undo that if it is a mistake.")
        text %= {"when": date_of(performance)}
    if ticket.order.is_disputed:
        tone, title = "amber", _("Payment disputed")
        text = _("The customer’s bank has taken the payment back. This ticket was checked in.")
    return Answer(tone, title, text, ticket, check_in, _proof_of(ticket))


def date_of(performance: Performance) -> str:
    """Return the date and time of a performance, in its venue's time zone."""
    starts = performance.starts_at.astimezone(performance.venue.zone)
    return date_format(starts, "SHORT_DAY_DATETIME")


def refused(refusal: CheckInRefused) -> Answer:
    """Return the result of a refused check-in."""
    check_in = getattr(refusal, "check_in", None)
    return Answer(refusal.tone, refusal.title, str(refusal), refusal.ticket, check_in)


def undone(check_in: CheckIn) -> Answer:
    """Return the result of an undone check-in."""
    return Answer("amber", _("Undone"), _("The ticket can be used again."), check_in.ticket)


def nothing_read() -> Answer:
    """Return the result of a picture without a code."""
    return Answer("amber", _("No code found"), _("There is no QR code in this photo."))


def nothing_typed() -> Answer:
    """Return the result of an empty form."""
    return Answer("amber", _("No input"), _("Enter a code, reference or name."))


def _proof_of(ticket: Ticket) -> str:
    """Return what the holder of a concession has to show."""
    if not ticket.needs_proof:
        return ""
    for concession in terms_of(ticket.performance_id).concessions.values():
        if concession.name == ticket.concession and concession.proof:
            return concession.proof
    return _("proof")
