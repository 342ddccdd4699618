"""What the screen says of a scan: one word, one colour, the place."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shows.models import Performance
from shows.terms import terms_of

from .exceptions import CheckInRefused
from .scan_time import is_on_another_date


@dataclass(frozen=True)
class Answer:
    """`tone` is green, amber or red; each has a word, a shape and a sound of its own."""

    tone: str
    title: str
    text: str = ""
    ticket: object = None
    check_in: object = None
    proof: str = ""


def let_in(check_in, performance: Performance) -> Answer:
    """Say that a ticket was let in, and warn if that was not on the date of its performance."""
    ticket = check_in.ticket
    tone, title, text = "green", _("Let in"), ""
    if is_on_another_date(performance, check_in.at):
        tone, title = "amber", _("Another date")
        text = _("This ticket is for %(when)s. It was let in: undo that unless it is right.")
        text %= {"when": date_of(performance)}
    return Answer(tone, title, text, ticket, check_in, _proof_of(ticket))


def date_of(performance: Performance) -> str:
    """Return the date and time of a performance, by the clock of its venue."""
    starts = performance.starts_at.astimezone(performance.venue.zone)
    return date_format(starts, "D j M Y, H:i")


def refused(refusal: CheckInRefused):
    check_in = getattr(refusal, "check_in", None)
    return Answer(refusal.tone, refusal.title, str(refusal), refusal.ticket, check_in)


def undone(check_in):
    return Answer("amber", _("Undone"), _("The ticket may be used again."), check_in.ticket)


def nothing_read():
    return Answer("amber", _("Nothing read"), _("There is no QR code to be seen in this picture."))


def nothing_typed():
    return Answer("amber", _("Nothing typed"), _("Type a code, a reference or a name."))


def _proof_of(ticket):
    """What the holder of a concession is asked to show."""
    if not ticket.concession:
        return ""
    for concession in terms_of(ticket.performance_id).concessions.values():
        if concession.name == ticket.concession and concession.proof:
            return concession.proof
    return _("proof")
