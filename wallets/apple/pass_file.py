"""Create pass files for Apple Wallet: a ZIP of a description, pictures, hashes and a signature.

The format is Apple's "PassKit package format": `manifest.json` has the SHA-1 of every file, and
`signature` is a detached PKCS #7 signature (CMS) over the manifest in DER.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from PIL import Image

from organisation.brand import Brand, current_brand

from ..content import PassContent, content_of, facts_of
from ..models import WalletPass
from ..passes import token_of
from .certificates import Signer

MIME_TYPE = "application/vnd.apple.pkpass"
BUNDLE_MIME_TYPE = "application/vnd.apple.pkpasses"
# Points; files for one, two and three pixels a point.
ICON, LOGO, POSTER = (29, 29), (160, 50), (90, 90)
SCALES = {"": 1, "@2x": 2, "@3x": 3}
MARK = settings.BASE_DIR / "static" / "img" / "mark-180.png"
PAPER, INK, SOFT = "rgb(246, 243, 236)", "rgb(23, 19, 15)", "rgb(90, 82, 73)"


def pass_file(wallet_pass: WalletPass, signer: Signer) -> bytes:
    """Return the signed pass as a .pkpass, in the language of its order.

    Needs `with_content`. Reads pictures from storage, so do not call it inside a transaction.
    """
    with translation.override(wallet_pass.ticket.order.language):
        content = content_of(wallet_pass)
        brand = current_brand(wallet_pass.ticket.performance.venue)
        files = {"pass.json": _as_json(_description(wallet_pass, content, brand, signer))}
    files |= _pictures(wallet_pass, brand)
    manifest = _as_json({name: hashlib.sha1(data).hexdigest() for name, data in files.items()})
    files |= {"manifest.json": manifest, "signature": _signature(manifest, signer)}
    return _zip(files)


def bundle(passes: Iterable[WalletPass], signer: Signer) -> bytes:
    """Return several passes, at most `MOST_IN_BUNDLE`, as one .pkpasses file."""
    return _zip({f"{one.serial}.pkpass": pass_file(one, signer) for one in passes})


def _description(
    wallet_pass: WalletPass, content: PassContent, brand: Brand, signer: Signer
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": signer.pass_type_id,
        "teamIdentifier": signer.team_id,
        "serialNumber": wallet_pass.serial,
        "organizationName": brand.name,
        "description": _("Ticket for %s") % content.show,
        "backgroundColor": PAPER,
        "foregroundColor": INK,
        "labelColor": SOFT,
        "relevantDate": _date(content.doors_at or content.starts_at),
        "expirationDate": _date(content.expires_at),
        "eventTicket": _fields(content),
        "semantics": _semantics(content),
    }
    if not brand.logo:
        described["logoText"] = brand.name
    if content.position:
        latitude, longitude = content.position
        described["locations"] = [{"latitude": latitude, "longitude": longitude}]
    if content.is_void:
        described["voided"] = True
    else:
        described["groupingIdentifier"] = content.reference
        described["barcodes"] = [
            {
                "format": "PKBarcodeFormatQR",
                "message": content.code,
                "messageEncoding": "iso-8859-1",
                "altText": content.reference,
            }
        ]
    return described | _update_service(wallet_pass)


def _update_service(wallet_pass: WalletPass) -> dict[str, str]:
    """Return where devices ask for updates. Wallet accepts only https."""
    if not settings.SITE_URL.startswith("https://"):
        return {}
    # Devices add /v1/… to it themselves.
    service = reverse("wallets:apple_log").removesuffix("/v1/log")
    return {
        "webServiceURL": f"{settings.SITE_URL}{service}",
        "authenticationToken": token_of(wallet_pass.serial),
    }


def _fields(content: PassContent) -> dict[str, list[dict[str, Any]]]:
    def field(key, label, value, *, tells=True):
        # Wallet shows `changeMessage` as a notification when the value changes.
        change = {"changeMessage": f"{label}: %@"} if tells else {}
        return {"key": key, "label": label, "value": value, **change}

    state = pgettext("ticket", "Not valid") if content.is_void else content.category
    secondary = [field("date", _("Date"), content.date)]
    if content.doors:
        secondary.append(field("doors", _("Doors"), content.doors))
    back = [
        field("order", _("Order"), content.reference, tells=False),
        field("label", _("Seat"), content.label, tells=False),
        field("holder", pgettext("of a ticket", "Holder"), content.holder, tells=False),
        field("venue_address", _("Venue"), f"{content.venue}\n{content.address}", tells=False),
    ]
    return {
        "headerFields": [field("state", _("Ticket"), state)],
        "primaryFields": [field("show", content.venue, content.show)],
        "secondaryFields": secondary,
        "auxiliaryFields": [field(*fact) for fact in facts_of(content)],
        "backFields": [one for one in back if one["value"]],
    }


def _semantics(content: PassContent) -> dict[str, Any]:
    """Return the same facts for the system: for suggestions, calendars and routes."""
    seat = {"seatSection": content.section, "seatRow": content.row, "seatNumber": content.seat}
    found: dict[str, Any] = {
        "eventType": "PKEventTypeLivePerformance",
        "eventName": content.show,
        "venueName": content.venue,
        "venueEntrance": content.entrance,
        "eventStartDate": _date(content.starts_at),
        "eventEndDate": _date(content.ends_at),
        "seats": [{name: text for name, text in seat.items() if text}],
    }
    if content.doors_at:
        found["venueDoorsOpenDate"] = _date(content.doors_at)
    return {name: value for name, value in found.items() if value}


def _pictures(wallet_pass: WalletPass, brand: Brand) -> dict[str, bytes]:
    """Return the icon, the logo and the poster, as far as there are any, in all sizes."""
    poster = wallet_pass.ticket.performance.show.poster
    files = _scaled("icon", brand.icon, ICON) or _scaled("icon", MARK, ICON)
    return files | _scaled("logo", brand.logo, LOGO) | _scaled("thumbnail", poster, POSTER)


def _scaled(name: str, source: Any, size: tuple[int, int]) -> dict[str, bytes]:
    if not source:
        return {}
    try:
        with source.open("rb") as file:
            found = _resized(file.read(), size)
    except (OSError, ValueError):
        return {}  # Lost or unreadable: the pass is complete without it.
    return {f"{name}{suffix}.png": picture for suffix, picture in found.items()}


@lru_cache(maxsize=32)
def _resized(data: bytes, size: tuple[int, int]) -> Mapping[str, bytes]:
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        found = {}
        for suffix, scale in SCALES.items():
            smaller = picture.convert("RGBA")
            smaller.thumbnail((size[0] * scale, size[1] * scale))
            file = BytesIO()
            smaller.save(file, "PNG", optimize=True)
            found[suffix] = file.getvalue()
    return found


def _signature(manifest: bytes, signer: Signer) -> bytes:
    builder = pkcs7.PKCS7SignatureBuilder().set_data(manifest)
    builder = builder.add_signer(signer.certificate, signer.private_key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.add_certificate(signer.issuer).sign(Encoding.DER, options)


def _zip(files: Mapping[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def _date(moment: datetime) -> str:
    """Return a date as W3C writes it, which knows no microseconds."""
    return moment.isoformat(timespec="seconds")


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
