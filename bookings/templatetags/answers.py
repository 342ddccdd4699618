"""Show answers to the questions of the checkout."""

from collections.abc import Mapping

from django import template

from ..checkout_fields import labelled

register = template.Library()


@register.filter
def with_labels(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (label, answer) of an order's or a ticket's details."""
    return labelled(details) if details else []
