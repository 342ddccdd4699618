"""Create and verify the signed codes in the QR codes of tickets.

A code is a few numbers and an Ed25519 signature over them, in RFC 4648 base32 without padding,
which QR codes store in their compact alphanumeric mode. Scanners with the public key can verify a
code offline. Only the server knows whether the ticket is still valid (not cancelled, reissued or
checked in already).

    1 byte   format, 1
    4 × 1-9  performance, place, ticket, version: unsigned LEB128, lowest bits first
    64       signature over all of the above
"""

import base64
import binascii
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy

from core.exceptions import Refused
from core.secret_keys import secret_keys

from ..models import Ticket

FORMAT = 1
SIGNATURE = 64  # Bytes.
RUN = re.compile(rb"(\x00+)|\xff+")  # Runs of equal modules; group 1 matches dark ones.
LONGEST_NUMBER = 9  # Bytes: 63 bits, as many as the database's keys have.


class NotATicketCode(Refused):
    """Not a ticket code at all, genuine or not: a link, a loyalty card, a name."""

    status = 422
    message = gettext_lazy("This is not a ticket code.")


class ForgedCode(Refused):
    """A ticket code with a wrong signature."""

    status = 422
    message = gettext_lazy("Invalid ticket: the code is forged or from another box office.")


@dataclass(frozen=True)
class TicketCode:
    """The content of a genuine code: primary keys, and the ticket's version."""

    performance: int
    place: int
    ticket: int
    version: int


def code_of(ticket: Ticket) -> str:
    """Return the text in a ticket's QR code: the same until the ticket is reissued."""
    numbers = (ticket.performance_id, ticket.place_id, ticket.pk, ticket.version)
    payload = bytes([FORMAT]) + b"".join(_to_leb128(number) for number in numbers)
    return _to_base32(payload + _private_keys()[0].sign(payload))


def read_code(text: str) -> TicketCode:
    """Return the `TicketCode` of a scanned text. Raises `NotATicketCode` or `ForgedCode`."""
    payload, signature = _split(text)
    for key in _private_keys():
        with suppress(InvalidSignature):
            key.public_key().verify(signature, payload)
            return _read(payload)
    raise ForgedCode


def public_keys() -> list[dict[str, str]]:
    """Return the keys that verify codes, as JSON Web Keys (RFC 8037).

    The first one signs new codes. The others belong to former secret keys: tickets that were sold
    with them stay valid.
    """
    return [_as_jwk(key) for key in _private_keys()]


def _as_jwk(key):
    raw = key.public_key().public_bytes_raw()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
    }


def qr_of(ticket: Ticket) -> list[list[tuple[int, int]]]:
    """Return the QR code of a ticket: a list of rows, each a list of dark runs (first, length)."""
    return [
        [(run.start(), run.end() - run.start()) for run in RUN.finditer(row) if run[1]]
        for row in _modules_of(ticket)
    ]


def qr_svg(ticket: Ticket) -> str:
    """Return a ticket's QR code as an inline SVG without styles or a fixed size.

    Hidden from assistive technology: the element around it needs a label.
    """
    rows = _modules_of(ticket)
    wide = len(rows) + 4  # Two modules of margin on each side.
    lines = "".join(
        f"M0 {y}" + "".join([_stroke(row[x : x + 8]) for x in range(0, len(row), 8)])
        for y, row in enumerate(rows)
    )
    path = f'<path stroke="#000" d="{lines}"/>'
    return f'<svg viewBox="-2 -2.5 {wide} {wide}" aria-hidden="true">{path}</svg>'


def _modules_of(ticket):
    """Return the rows of a ticket's QR code, one byte for each module: 0 is dark."""
    made = zxingcpp.create_barcode(code_of(ticket), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = memoryview(made.to_image(add_quiet_zones=False))
    grey, (_height, wide) = picture.tobytes(), picture.shape
    return [grey[start : start + wide] for start in range(0, len(grey), wide)]


@cache
def _stroke(modules):
    """Return the SVG path of up to eight modules: `h` draws, `m` skips. At most 510 values."""
    return "".join(
        f"h{len(run[0])}" if run[1] else f"m{len(run[0])} 0" for run in RUN.finditer(modules)
    )


def _private_keys():
    """Return the key that signs, and after it the former ones whose codes are accepted."""
    return _keys_from(settings.TICKET_SIGNING_KEY, *secret_keys())


@cache
def _keys_from(seed, secret_key, *former_keys):
    seeds = [_seed_from(secret_key) if seed is None else seed, *map(_seed_from, former_keys)]
    return [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]


def _seed_from(secret_key):
    info = b"concert: the signature of tickets"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return derived.derive(secret_key.encode())


def _split(text):
    """Return the payload of a code and its signature. Raises `NotATicketCode`."""
    text = "".join(str(text).split()).upper()
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise NotATicketCode from None
    # Unused bits of the last character must be zero, so that each code has one spelling.
    if len(raw) <= SIGNATURE or raw[0] != FORMAT or _to_base32(raw) != text:
        raise NotATicketCode
    return raw[:-SIGNATURE], raw[-SIGNATURE:]


def _read(payload):
    numbers, rest = [], payload[1:]
    while rest:
        number, rest = _next_number(rest)
        numbers.append(number)
    if len(numbers) != 4:
        raise NotATicketCode
    return TicketCode(*numbers)


def _next_number(rest):
    """Return the first number and the remaining bytes."""
    number = 0
    for place, byte in enumerate(rest[:LONGEST_NUMBER]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, rest[place + 1 :]
    raise NotATicketCode


def _to_leb128(number):
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _to_base32(raw):
    return base64.b32encode(raw).rstrip(b"=").decode()
