"""Lanes and the access codes that open them."""

import hashlib
import unicodedata
from collections.abc import Iterable

from .models import Lane, WaitingRoom


def lane_for(lanes: Iterable[Lane], code: str) -> Lane | None:
    """Return the lane that a code opens, the public lane without a code, or None."""
    if not clean_code(code):
        return next((lane for lane in lanes if lane.is_public), None)
    digest = digest_of(code)
    return next((lane for lane in lanes if digest in lane.codes), None)


def digest_of(code: str) -> str:
    """Return the digest that is stored of a code. Case, spaces and dashes don't count."""
    return hashlib.sha256(clean_code(code).encode()).hexdigest()


def clean_code(code: str | None) -> str:
    """Return the letters and digits of a code, in lower case."""
    text = unicodedata.normalize("NFKC", code or "").casefold()
    return "".join(letter for letter in text if letter.isalnum())


def ensure_regular_lane(room: WaitingRoom) -> Lane:
    """Return the public lane of a waiting room, creating it if it is missing."""
    return Lane.objects.get_or_create(room=room, name="Regular", defaults={"weight": 1})[0]
