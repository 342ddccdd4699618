"""Lanes and the codes that open them."""

import hashlib
import unicodedata

from .models import Lane


def lane_for(lanes, code):
    """Return the lane that a code opens, the one for everybody without a code, or None."""
    if not clean_code(code):
        return next((lane for lane in lanes if lane.is_for_everybody), None)
    digest = digest_of(code)
    return next((lane for lane in lanes if digest in lane.codes), None)


def digest_of(code):
    """Return what is kept of a code. Case, spaces and dashes don't count."""
    return hashlib.sha256(clean_code(code).encode()).hexdigest()


def clean_code(code):
    text = unicodedata.normalize("NFKC", code or "").casefold()
    return "".join(letter for letter in text if letter.isalnum())


def ensure_regular_lane(room):
    """Make the lane for everybody, which every room has."""
    return Lane.objects.get_or_create(room=room, name="Regular", defaults={"weight": 1})[0]
