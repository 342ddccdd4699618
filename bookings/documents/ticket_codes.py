"""What a ticket's QR code says: who it is, signed, so that a scanner can check it by itself.

A code is a few numbers and an Ed25519 signature over them, as capitals and digits (RFC 4648 base32
without padding), which QR writes in its compact alphanumeric mode. Whoever has the public key can
tell a genuine code from a forged one without a network. Whether the ticket is still good (not
cancelled, not reissued, not inside already) only the box office knows.

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
from django.utils.translation import gettext as _

from core.secret_keys import secret_keys

from ..exceptions import Refusal

FORMAT = 1
SIGNATURE = 64  # Bytes.
RUN = re.compile(rb"(\x00+)|\xff+")  # Neighbours in a row, of which group 1 are the dark ones.
LONGEST_NUMBER = 9  # Bytes: 63 bits, as many as the database's keys have.


class NotACode(Refusal):
    """Not the code of any ticket of ours, genuine or not: a link, a loyalty card, a name."""

    status = 422

    def __str__(self):
        return _("This is not the code of a ticket.")


class ForgedCode(Refusal):
    """It looks like one of ours, and the signature is not."""

    status = 422

    def __str__(self):
        return _("This code was not made by us. It is forged, or comes from another box office.")


@dataclass(frozen=True)
class TicketCode:
    """What a genuine code says. All are primary keys but the version."""

    performance: int
    place: int
    ticket: int
    version: int


def code_of(ticket):
    """Return the text in a ticket's QR code: the same until the ticket is reissued."""
    numbers = (ticket.performance_id, ticket.place_id, ticket.pk, ticket.version)
    said = bytes([FORMAT]) + b"".join(_written(number) for number in numbers)
    return _spelt(said + _private_keys()[0].sign(said))


def read_code(text):
    """Return the `TicketCode` of a scanned text. Raises `NotACode`, or `ForgedCode`."""
    said, signature = _parted(text)
    for key in _private_keys():
        with suppress(InvalidSignature):
            key.public_key().verify(signature, said)
            return _read(said)
    raise ForgedCode


def public_keys():
    """Return the keys by which codes are checked, as JSON Web Keys (RFC 8037).

    The first one signs new codes. The others are those of former secret keys, with which tickets
    were sold that stay valid.
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


def qr_of(ticket):
    """Return the QR code of a ticket: a list of rows, each a list of dark runs (first, length)."""
    return [
        [(run.start(), run.end() - run.start()) for run in RUN.finditer(row) if run[1]]
        for row in _modules_of(ticket)
    ]


def qr_svg(ticket):
    """Return a ticket's QR code as an inline SVG without colours, styles or a fixed size."""
    rows = _modules_of(ticket)
    wide = len(rows) + 4  # Two modules of margin on each side.
    lines = "".join(
        f"M0 {y}" + "".join([_stroke(row[x : x + 8]) for x in range(0, len(row), 8)])
        for y, row in enumerate(rows)
    )
    return f'<svg viewBox="-2 -2.5 {wide} {wide}"><path stroke="#000" d="{lines}"/></svg>'


def _modules_of(ticket):
    """Return the rows of a ticket's QR code, a byte for each module: 0 where it is dark."""
    made = zxingcpp.create_barcode(code_of(ticket), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = memoryview(made.to_image(add_quiet_zones=False))
    grey, (_height, wide) = picture.tobytes(), picture.shape
    return [grey[start : start + wide] for start in range(0, len(grey), wide)]


@cache
def _stroke(modules):
    """Return how a pen goes over up to eight modules: `h` draws, `m` is lifted. 510 ways in all."""
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


def _parted(text):
    """Return what the code says, and its signature. Raises `NotACode`."""
    text = "".join(str(text).split()).upper()
    try:
        raw = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        raise NotACode from None
    # Unused bits of the last letter are nil: each code can be written in one way only.
    if len(raw) <= SIGNATURE or raw[0] != FORMAT or _spelt(raw) != text:
        raise NotACode
    return raw[:-SIGNATURE], raw[-SIGNATURE:]


def _read(said):
    numbers, rest = [], said[1:]
    while rest:
        number, rest = _next_number(rest)
        numbers.append(number)
    if len(numbers) != 4:
        raise NotACode
    return TicketCode(*numbers)


def _next_number(rest):
    """Return the first number and what comes after it."""
    number = 0
    for place, byte in enumerate(rest[:LONGEST_NUMBER]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number, rest[place + 1 :]
    raise NotACode


def _written(number):
    parts = bytearray()
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _spelt(raw):
    return base64.b32encode(raw).rstrip(b"=").decode()
