"""What a pass shows, in the language of its order, for both kinds of wallets."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.documents.ticket_codes import code_of
from bookings.views.tickets import KEPT_AFTER_END
from core.names import translated_name
from shows.models import Performance

from .models import WalletPass


@dataclass(frozen=True)
class PassContent:
    """The texts of a pass; `code` is "" and `holder` is "" for one that is void."""

    is_void: bool
    code: str
    reference: str
    show: str
    venue: str
    address: str
    date: str
    doors: str
    entrance: str
    section: str
    row: str
    seat: str
    label: str
    holder: str
    category: str
    starts_at: datetime
    doors_at: datetime | None
    ends_at: datetime
    expires_at: datetime
    position: tuple[float, float] | None


def content_of(wallet_pass: WalletPass) -> PassContent:
    """Return what the pass shows now, in the language in force. Needs `with_content`."""
    ticket = wallet_pass.ticket
    performance, place = ticket.performance, ticket.place
    venue, zone = performance.venue, performance.venue.zone
    is_void = is_void_pass(wallet_pass)
    doors_at = performance.doors_at and performance.doors_at.astimezone(zone)
    starts_at = performance.starts_at.astimezone(zone)
    category = translated_name(ticket.category)
    if ticket.concession:
        category += f", {translated_name(ticket.concession)}"
    return PassContent(
        is_void=is_void,
        code="" if is_void else code_of(ticket),
        reference="" if is_void else ticket.order.reference,
        show=performance.show.title,
        venue=venue.name,
        address=f"{venue.address}, {venue.city_line}",
        date=date_format(starts_at, "LONG_DATETIME_ZONE"),
        doors=date_format(doors_at, "H:i") if doors_at else "",
        entrance=translated_name(venue.entrance_of(place.section.name)),
        section=place.section.name,
        row=place.seat.row if place.seat else "",
        seat=place.seat.number if place.seat else "",
        label=ticket.label,
        holder="" if is_void else ticket.holder,
        category=category,
        starts_at=starts_at,
        doors_at=doors_at,
        ends_at=performance.ends_at.astimezone(zone),
        expires_at=(performance.ends_at + KEPT_AFTER_END).astimezone(zone),
        position=_position(venue),
    )


def is_void_pass(wallet_pass: WalletPass) -> bool:
    """Return whether it admits nobody any more: cancelled, reissued, or of a cancelled show."""
    ticket = wallet_pass.ticket
    is_cancelled = ticket.performance.status == Performance.Status.CANCELLED
    return is_cancelled or not ticket.is_valid or ticket.version != wallet_pass.version


def facts_of(content: PassContent) -> list[tuple[str, str, str]]:
    """Return (key, label, text) of the seat, as far as it is known."""
    facts = [
        ("section", _("Section"), content.section),
        ("row", _("Row"), content.row),
        ("seat", _("Seat"), content.seat),
        ("entrance", _("Entrance"), content.entrance),
    ]
    return [fact for fact in facts if fact[2]]


def _position(venue):
    if venue.latitude is None or venue.longitude is None:
        return None
    return float(venue.latitude), float(venue.longitude)
