"""Punctuation that differs from language to language."""

from django.utils.translation import pgettext


def colon() -> str:
    """Return the colon after a label, in French with the space before it that must not break."""
    return pgettext("after a label", ":")
