"""The code of a ticket: signed, small, and readable by anybody who has the public key."""

import base64
import json
import re
import secrets
from types import SimpleNamespace

import pytest
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bookings.documents.ticket_codes import (
    ForgedCode,
    NotATicketCode,
    TicketCode,
    code_of,
    public_keys,
    qr_of,
    qr_svg,
    read_code,
)

keys = st.integers(min_value=1, max_value=2**63 - 1)
versions = st.integers(min_value=1, max_value=32_767)


def ticket(performance=7, place=70_001, pk=123_456, version=1):
    return SimpleNamespace(performance_id=performance, place_id=place, pk=pk, version=version)


@given(keys, keys, keys, versions)
def test_it_says_what_was_written(performance, place, pk, version):
    code = code_of(ticket(performance, place, pk, version))
    assert read_code(code) == TicketCode(performance, place, pk, version)


def test_it_is_the_same_each_time_and_another_after_reissuing():
    assert code_of(ticket()) == code_of(ticket())
    assert code_of(ticket(version=2)) != code_of(ticket())


def test_it_is_small_and_in_the_letters_that_qr_writes_compactly():
    assert code_of(ticket()).isalnum() and code_of(ticket()).isupper()
    assert len(qr_of(ticket())) <= 17 + 4 * 6  # A QR code of version 6, in modules.


def strokes_of(svg):
    """Return the rows of a drawn code: (y, [("h" or "m", how far)])."""
    return [
        (int(y), [(pen, int(long)) for pen, long in re.findall(r"([hm])(\d+)", pens)])
        for y, pens in re.findall(r"M0 (\d+)([^M\"]+)", svg)
    ]


def test_what_is_printed_and_what_is_drawn_is_the_same():
    printed, strokes = qr_of(ticket()), strokes_of(qr_svg(ticket()))
    assert [y for y, _pens in strokes] == list(range(len(printed)))
    drawn = [sum(long for pen, long in pens if pen == "h") for _y, pens in strokes]
    assert drawn == [sum(long for _x, long in row) for row in printed]


def test_the_drawing_is_hidden_from_assistive_technology():
    assert qr_svg(ticket()).startswith("<svg ") and ' aria-hidden="true">' in qr_svg(ticket())


def test_what_is_drawn_reads_as_what_was_meant():
    rows = qr_of(ticket())
    drawn = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for y, pens in strokes_of(qr_svg(ticket())):
        x = 0
        for pen, long in pens:
            for column in range(x, x + long) if pen == "h" else ():
                drawn.putpixel((column + 4, y + 4), 0)
            x += long
    (read,) = zxingcpp.read_barcodes(drawn.resize((400, 400), Image.Resampling.NEAREST))
    assert read.text == code_of(ticket())


def test_it_reads_what_people_do_to_a_code():
    code = code_of(ticket())
    assert read_code(f" {code[:30].lower()} {code[30:]}\n").ticket == 123_456


@given(st.data())
def test_a_single_flipped_bit_is_noticed(data):
    code = code_of(ticket())
    raw = bytearray(base64.b32decode(code + "=" * (-len(code) % 8)))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((ForgedCode, NotATicketCode)):
        read_code(base64.b32encode(bytes(raw)).rstrip(b"=").decode())


@given(st.data())
def test_a_single_changed_letter_is_noticed(data):
    code = code_of(ticket())
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    if letter != code[place]:
        with pytest.raises((ForgedCode, NotATicketCode)):
            read_code(code[:place] + letter + code[place + 1 :])


@given(st.text(max_size=200))
def test_any_other_text_is_no_code(text):
    with pytest.raises(NotATicketCode):
        read_code(text)


@given(st.binary(min_size=64, max_size=120))
def test_made_up_signatures_are_forged(junk):
    text = base64.b32encode(b"\x01" + junk).rstrip(b"=").decode()
    with pytest.raises((ForgedCode, NotATicketCode)):
        read_code(text)


def test_a_code_of_another_key_is_forged(settings):
    code = code_of(ticket())
    settings.TICKET_SIGNING_KEY = secrets.token_bytes(32)
    with pytest.raises(ForgedCode):
        read_code(code)


def test_a_key_of_its_own_outlives_the_secret_key(settings):
    settings.TICKET_SIGNING_KEY = secrets.token_bytes(32)
    code = code_of(ticket())
    settings.SECRET_KEY = "another" * 10
    assert read_code(code).ticket == 123_456


def test_without_a_key_of_its_own_it_follows_the_secret_key(settings):
    code = code_of(ticket())
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(ForgedCode):
        read_code(code)


@pytest.mark.django_db
def test_the_published_key_checks_a_code_without_us(client):
    answer = client.get("/.well-known/concert-ticket-key")
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert "public" in answer["Cache-Control"]
    (key,) = json.loads(answer.content)["keys"]
    assert key == public_keys()[0]
    assert "d" not in key  # The private half.
    known = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    code = code_of(ticket())
    raw = base64.b32decode(code + "=" * (-len(code) % 8))
    known.verify(raw[-64:], raw[:-64])
    with pytest.raises(InvalidSignature):
        known.verify(raw[-64:], raw[:-64] + b"!")
