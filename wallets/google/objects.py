"""Event tickets as Google Wallet describes them.

Formats: "EventTicketClass" and "EventTicketObject" of Google's Wallet reference.
"""

from typing import Any

from django.utils import translation

from organisation.brand import current_brand
from organisation.current import current_organisation

from ..content import PassContent, content_of, facts_of
from ..models import WalletPass
from .accounts import Account
from .api import WalletApi

SEAT_FIELDS = {"section": "section", "row": "row", "seat": "seat", "entrance": "gate"}


def class_of(wallet_pass: WalletPass, account: Account) -> dict[str, Any]:
    """Return the event of a pass, the same for all customers. Needs `with_content`."""
    performance = wallet_pass.ticket.performance
    language = current_organisation().language
    with translation.override(language):
        content = content_of(wallet_pass)
    dates = {"start": content.starts_at.isoformat(), "end": content.ends_at.isoformat()}
    if content.doors_at:
        dates["doorsOpen"] = content.doors_at.isoformat()
    return {
        "id": f"{account.issuer_id}.performance-{performance.pk}",
        "issuerName": current_brand(performance.venue).name,
        "reviewStatus": "UNDER_REVIEW",
        "eventName": _localized(language, content.show),
        "venue": {
            "name": _localized(language, content.venue),
            "address": _localized(language, content.address),
        },
        "dateTime": dates,
    }


def object_of(wallet_pass: WalletPass, account: Account) -> dict[str, Any]:
    """Return the ticket of a pass; one that is void is inactive and has no barcode."""
    ticket = wallet_pass.ticket
    language = ticket.order.language
    with translation.override(language):
        content = content_of(wallet_pass)
    described: dict[str, Any] = {
        "id": f"{account.issuer_id}.ticket-{wallet_pass.serial}",
        "classId": f"{account.issuer_id}.performance-{ticket.performance_id}",
        "state": "INACTIVE" if content.is_void else "ACTIVE",
        "seatInfo": _seat_of(content, language),
        "ticketType": _localized(language, content.category),
    }
    if not content.is_void:
        described["barcode"] = {
            "type": "QR_CODE",
            "value": content.code,
            "alternateText": content.reference,
        }
        described["reservationInfo"] = {"confirmationCode": content.reference}
        described["validTimeInterval"] = {"end": {"date": content.expires_at.isoformat()}}
    if content.holder:
        described["ticketHolderName"] = content.holder
    return described


def update_class(api: WalletApi, wallet_pass: WalletPass, account: Account) -> None:
    """Send Google the present state of a pass's event. Raises WalletUnavailable."""
    api.patch("eventTicketClass", class_of(wallet_pass, account))


def update_object(api: WalletApi, wallet_pass: WalletPass, account: Account) -> None:
    """Send Google the present state of a pass. Raises WalletUnavailable.

    One that nobody saved does not exist there, which is fine.
    """
    described = object_of(wallet_pass, account)
    # A field that is null is removed; one that is missing stays.
    removed = {"barcode": None, "ticketHolderName": None, "reservationInfo": None}
    api.patch("eventTicketObject", removed | described)


def _seat_of(content: PassContent, language: str) -> dict[str, Any]:
    return {SEAT_FIELDS[key]: _localized(language, text) for key, _label, text in facts_of(content)}


def _localized(language: str, text: str) -> dict[str, Any]:
    return {"defaultValue": {"language": language, "value": text}}
